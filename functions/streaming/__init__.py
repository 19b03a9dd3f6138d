"""Serves what players read: the ready list, playlists, stills, and the segments that no CDN has served."""
