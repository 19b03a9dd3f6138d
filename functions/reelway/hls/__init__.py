"""What is published: segments, renditions, playlists."""
