"""What an uploaded file is, and whether it is taken."""
