"""Media playlists (RFC 8216), and the measurements in all playlists."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

CONTENT_TYPE = "application/vnd.apple.mpegurl"  # RFC 8216, 4
SEGMENT_CONTENT_TYPE = "video/MP2T"  # Apple's HLS authoring rules, 10.4
SEGMENT_CACHE_CONTROL = "public, max-age=31536000, immutable"  # a year; an id never changes its bytes
# A function answers with 6 MB at most, and base64 makes four bytes of three: 4.5 MB, less the headers.
MAX_SEGMENT_BYTES = 4_400_000


# RFC 8216, 7: durations with decimals.
_VERSION = 3


class Part(Protocol):
    """What a playlist lists, and bit rates are measured on."""

    @property
    def duration_s(self) -> float: ...

    @property
    def size_bytes(self) -> int: ...


@dataclass(frozen=True, slots=True)
class IFrame:
    """A frame that can be decoded alone, out of `size_bytes` from byte `offset` of its segment.

    It is shown `time_s` after the segment's first frame.
    """

    offset: int
    size_bytes: int
    time_s: float


@dataclass(frozen=True, slots=True)
class Segment:
    """One MPEG-TS segment; `duration_s` is measured on its frames, of which the first is an `IFrame`."""

    segment_id: str
    duration_s: float
    size_bytes: int
    i_frames: tuple[IFrame, ...] = ()


# Without it, hls.js 1.7 takes the B-frames' decoding times before the first frame for a hole, and jumps 0.1 s
# into the video. With it, it begins with the first frame. All others do so anyway: where the time need not be
# precise, every frame of the segment is shown (RFC 8216, 4.3.5.2).
_START = "#EXT-X-START:TIME-OFFSET=0.001"


def media_playlist(segments: Sequence[Segment]) -> str:
    """A VOD media playlist; its URIs resolve under `/stream/{videoId}/`."""
    lines = [*on_demand(segments, version=_VERSION), _START]
    for segment in segments:
        lines += [f"#EXTINF:{segment.duration_s:.6f},", f"segment/{segment.segment_id}"]
    return "\n".join([*lines, "#EXT-X-ENDLIST", ""])


def on_demand(parts: Sequence[Part], *, version: int) -> list[str]:
    """The lines at the head of a playlist that lists `parts`."""
    return [
        "#EXTM3U",
        f"#EXT-X-VERSION:{version}",
        f"#EXT-X-TARGETDURATION:{target_duration_s(parts)}",
        "#EXT-X-MEDIA-SEQUENCE:0",
        "#EXT-X-PLAYLIST-TYPE:VOD",
        "#EXT-X-INDEPENDENT-SEGMENTS",
    ]


def target_duration_s(segments: Sequence[Part]) -> int:
    """The longest segment duration, rounded to whole seconds, at least 1 (RFC 8216, 4.3.3.1)."""
    # The RFC rounds half up, Python's round() half to even.
    return max(1, *(math.floor(segment.duration_s + 0.5) for segment in segments))


def duration_s(segments: Sequence[Part]) -> float:
    return math.fsum(segment.duration_s for segment in segments)


def average_bps(segments: Sequence[Part]) -> int:
    """Mean bit rate over the whole stream, rounded up."""
    return math.ceil(sum(segment.size_bytes for segment in segments) * 8 / duration_s(segments))


def peak_bps(segments: Sequence[Part]) -> int:
    """The largest bit rate of any run of segments that lasts 0.5 to 1.5 target durations (RFC 8216, 4.3.4.2).

    Where there is no such run, because the video is shorter than half its target duration: its mean bit rate.
    """
    target_s = target_duration_s(segments)
    peak = 0.0
    for first in range(len(segments)):
        size_bytes, length_s = 0, 0.0
        for segment in segments[first:]:
            size_bytes, length_s = size_bytes + segment.size_bytes, length_s + segment.duration_s
            if length_s > 1.5 * target_s:
                break
            if length_s >= 0.5 * target_s:
                peak = max(peak, size_bytes * 8 / length_s)
    return math.ceil(peak) or average_bps(segments)


_ENTRY = re.compile(r"^#EXTINF:(?P<duration>[0-9.]+),[^\n]*\n(?P<uri>[^#\n]+)$", re.MULTILINE)


def entries(playlist: str) -> list[tuple[float, str]]:
    """(duration in seconds, URI) of each segment in a media playlist as ffmpeg's HLS muxer writes it."""
    return [(float(match["duration"]), match["uri"]) for match in _ENTRY.finditer(playlist)]
