"""What Reelway costs: requests of real uploads are counted, and priced with dated list prices."""
