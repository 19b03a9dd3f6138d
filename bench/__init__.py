"""Measures of the encoding pipeline against bare ffmpeg and shaka-streamer; `make bench-encode` runs them."""
