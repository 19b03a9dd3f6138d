"""Passthrough: publishing a standard source by copying its packets, before anything is encoded.

What the file declares makes it a candidate (`declarations`), what a stream copy of it measures decides
(`measurements`), and whether it stays the top rung for good depends on the other rungs (`alignment`).
Whatever is in doubt is encoded.
"""
