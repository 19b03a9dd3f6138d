"""Reelway on a laptop: builds, deploys and serves the whole system on 127.0.0.1."""
