"""The domain of Reelway: what a video is, how it is cut, encoded and listed.

Modules here import the standard library only; everything that talks to AWS or to a
subprocess is in `reelway.adapters` and is handed in by the functions' handlers.
"""
