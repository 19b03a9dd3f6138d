"""A rendition as it was measured, on its way from the step that made it to the playlists."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from reelway.hls import playlists
from reelway.hls.playlists import Segment
from reelway.video import Rendition

_AUDIO_CODEC = "mp4a.40.2"


@dataclass(frozen=True, slots=True)
class Measured:
    """A rendition with its segments in order."""

    rendition: Rendition
    segments: tuple[Segment, ...]


def measured(
    name: str,
    *,
    width: int,
    height: int,
    frame_rate: float,
    video_codec: str,
    has_audio: bool,
    segments: Sequence[Segment],
) -> Measured:
    """Bit rates are taken from the segments; `segments` must not be empty."""
    rendition = Rendition(
        name=name,
        width=width,
        height=height,
        frame_rate=round(frame_rate, 3),
        codecs=f"{video_codec},{_AUDIO_CODEC}" if has_audio else video_codec,
        bandwidth_bps=playlists.peak_bps(segments),
        average_bandwidth_bps=playlists.average_bps(segments),
    )
    return Measured(rendition, tuple(segments))


def to_json(found: Measured) -> str:
    rows = [[segment.segment_id, segment.duration_s, segment.size_bytes] for segment in found.segments]
    return json.dumps({"rendition": asdict(found.rendition), "segments": rows})


def from_json(text: str) -> Measured:
    """The inverse of `to_json`."""
    data = json.loads(text)
    return Measured(Rendition(**data["rendition"]), tuple(Segment(*row) for row in data["segments"]))
