"""shaka-streamer 1.5.1 on the same clip, with the same frame sizes and segment length.

What it does differently, read from its `transcoder_node.py`: one ffmpeg (its own, 8.1.2) decodes once and
scales every rung from the full frame. Bitrates are targets (`-b:v`, one pass), with neither a quality nor a
peak rate; preset slow for files; High from 720p on, else Main; an IDR every 4 s (one per segment, ours every
2 s); x264 chooses its number of threads. The streams go through pipes to shaka-packager, which writes
fragmented MP4 with separate audio. It neither checks nor uploads the result.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.running import Usage, run
from reelway.hls.playlists import entries
from reelway.plan.ladder import AUDIO_BPS, Rung

VERSION = "1.5.1"
_SEGMENT_S = 4  # as ours
# Its defaults for these sizes at up to 30 fps (bitrate_configuration.py). It has none for 540p, which gets
# what lies between its 720p and 480p (1 Mb/s) as our cap lies between ours.
DEFAULT_BPS = {"1080p": 4_000_000, "720p": 2_000_000, "540p": 1_220_000, "360p": 400_000, "240p": 242_000}


@dataclass(frozen=True, slots=True)
class Shaka:
    """`python` is the interpreter of the environment that shaka-streamer is installed in."""

    python: Path

    def encode(
        self, clip: Path, bitrates_bps: Mapping[str, int], rungs: Sequence[Rung], folder: Path, *, preset: str
    ) -> Usage:
        """Write playlists and segments of `rungs` to `folder`; an empty `preset` leaves its own."""
        job = folder.with_suffix(".json")
        job.write_text(json.dumps(job_of(clip, bitrates_bps, rungs, folder, preset=preset)))
        launcher = Path(__file__).with_name("shaka_launcher.py")
        log = folder.with_suffix(".log")
        return run(["sh", "-c", 'exec "$0" "$1" <"$2"', str(self.python), str(launcher), str(job)], log=log)


def job_of(
    clip: Path, bitrates_bps: Mapping[str, int], rungs: Sequence[Rung], folder: Path, *, preset: str
) -> dict[str, Any]:
    resolutions = {
        rung.name: {
            "max_width": rung.width,
            "max_height": rung.height,
            "bitrates": {"h264": str(bitrates_bps[rung.name])},
        }
        for rung in rungs
    }
    stereo = {"max_channels": 2, "bitrates": {"aac": str(AUDIO_BPS)}}
    return {
        "preset": preset,
        "output": str(folder),
        "input": {"inputs": [{"name": str(clip), "media_type": kind} for kind in ("video", "audio")]},
        "pipeline": {
            "streaming_mode": "vod",
            "resolutions": list(resolutions),
            "channel_layouts": ["stereo"],
            "manifest_format": ["hls"],
            "segment_size": _SEGMENT_S,
            "quiet": True,
        },
        "bitrates": {"video_resolutions": resolutions, "audio_channel_layouts": {"stereo": stereo}},
    }


def playlist(folder: Path, rung: Rung) -> Path:
    """The media playlist of `rung`; raises FileNotFoundError when it was not made."""
    for path in sorted(folder.glob("stream_*.m3u8")):
        if any(name.startswith(f"video_{rung.name}_") for _, name in entries(path.read_text())):
            return path
    raise FileNotFoundError(f"{folder} has no playlist of {rung.name}")
