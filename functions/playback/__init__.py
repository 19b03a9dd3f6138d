"""Keeps what the distribution knows of playback tokens: their keys, and which tokens are void."""
