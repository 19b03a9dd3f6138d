"""Independent readers of what Reelway publishes and describes."""
