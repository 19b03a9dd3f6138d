"""Plays videos back: the ready list, playlists, and segments where no CDN stands in front."""
