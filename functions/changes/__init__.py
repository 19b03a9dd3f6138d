"""What follows from a change of a video: one function reads the Videos table's stream for all listeners."""
