"""I-frame playlists (RFC 8216, 4.3.3.6): what players show while their user scrubs or winds."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reelway.hls.playlists import Segment, on_demand

# RFC 8216, 7: byte ranges, and lists of I-frames only.
VERSION = 4


@dataclass(frozen=True, slots=True)
class ListedIFrame:
    """An I-frame as `size_bytes` from byte `offset` of a segment; `duration_s` lasts to the next one."""

    segment_id: str
    offset: int
    size_bytes: int
    duration_s: float


def listed_i_frames(segments: Sequence[Segment]) -> list[ListedIFrame]:
    """The I-frames of all segments; empty where any segment has none, as in what older versions left."""
    if not all(segment.i_frames for segment in segments):
        return []
    return [listed for segment in segments for listed in _listed(segment)]


def i_frame_playlist(listed: Sequence[ListedIFrame]) -> str:
    """Its URIs resolve under `/stream/{videoId}/`; together the I-frames last as long as the segments."""
    lines = [*on_demand(listed, version=VERSION), "#EXT-X-I-FRAMES-ONLY"]
    for i_frame in listed:
        lines += [
            f"#EXTINF:{i_frame.duration_s:.6f},",
            f"#EXT-X-BYTERANGE:{i_frame.size_bytes}@{i_frame.offset}",
            f"segment/{i_frame.segment_id}",
        ]
    return "\n".join([*lines, "#EXT-X-ENDLIST", ""])


def _listed(segment: Segment) -> Iterator[ListedIFrame]:
    ends_s = [*(i_frame.time_s for i_frame in segment.i_frames[1:]), segment.duration_s]
    for i_frame, end_s in zip(segment.i_frames, ends_s, strict=True):
        yield ListedIFrame(
            segment.segment_id, i_frame.offset, i_frame.size_bytes, round(end_s - i_frame.time_s, 6)
        )
