"""A rendition as it was measured, on its way from the step that made it to the playlists."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from reelway.documents import DocumentFormat
from reelway.hls import playlists
from reelway.hls.playlists import Segment
from reelway.hls.segment_rows import segments_of_rows
from reelway.video import Rendition

_AUDIO_CODEC = "mp4a.40.2"  # RFC 6381's name of AAC-LC, the only audio that is published


@dataclass(frozen=True, slots=True)
class MeasuredRendition:
    """A rendition with its segments in order, and the channels of closed captions that they carry."""

    rendition: Rendition
    segments: tuple[Segment, ...]
    captions: tuple[str, ...] = ()


def measured_rendition(
    name: str,
    *,
    width: int,
    height: int,
    frame_rate: float,
    video_codec: str,
    has_audio: bool,
    segments: Sequence[Segment],
    captions: Collection[str],
) -> MeasuredRendition:
    """Bit rates are measured on the segments; `segments` must not be empty."""
    rendition = Rendition(
        name=name,
        width=width,
        height=height,
        frame_rate=round(frame_rate, 3),  # as precise as FRAME-RATE in a playlist (RFC 8216, 4.3.4.2)
        codecs=f"{video_codec},{_AUDIO_CODEC}" if has_audio else video_codec,
        bandwidth_bps=playlists.peak_bps(segments),
        average_bandwidth_bps=playlists.average_bps(segments),
    )
    return MeasuredRendition(rendition, tuple(segments), tuple(sorted(captions)))


def _in_camel_case(data: dict[str, Any]) -> dict[str, Any]:
    """Version 1 had the rendition's names in snake_case, and segments as arrays of their values."""
    rendition = dict(data["rendition"])
    rendition["frameRate"] = rendition.pop("frame_rate")
    rendition["bandwidthBps"] = rendition.pop("bandwidth_bps")
    rendition["averageBandwidthBps"] = rendition.pop("average_bandwidth_bps")
    return {"rendition": rendition, "segments": segments_of_rows(data["segments"])}


# The rendition that is the source's own video stream, from preparing to publishing.
SOURCE_REPORT = DocumentFormat("source report", MeasuredRendition, version=2, upgrades={1: _in_camel_case})
