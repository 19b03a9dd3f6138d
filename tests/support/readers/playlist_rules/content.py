"""The segments of one media playlist, measured."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from tests.support.readers import transport_stream
from tests.support.readers.playlist_rules import media
from tests.support.readers.playlist_rules.media import Listed
from tests.support.readers.transport_stream import TICKS_PER_S, MalformedError, TransportStream

TOLERANCE_S = 0.001  # rounding of #EXTINF and of ticks


@dataclass(frozen=True, slots=True)
class Segment:
    """One segment as listed and as measured: first presentation time `start` in ticks, `duration_s`."""

    listed: Listed
    size_bytes: int
    stream: TransportStream
    start: int
    duration_s: float


@dataclass(frozen=True, slots=True)
class Content:
    """The segments of a rendition, all of which have video frames."""

    segments: tuple[Segment, ...]
    target_duration_s: int

    @property
    def duration_s(self) -> float:
        return sum(segment.duration_s for segment in self.segments)

    @property
    def streams(self) -> list[TransportStream]:
        return [segment.stream for segment in self.segments]

    @property
    def frame_ticks(self) -> Fraction:
        """The duration of a frame, as the mean of the gaps; 0 for a single frame, which has no gap."""
        return _frame_ticks(self.streams)

    @property
    def average_bps(self) -> float:
        return sum(segment.size_bytes for segment in self.segments) * 8 / self.duration_s

    @property
    def peak_bps(self) -> float:
        return peak_bps(
            [(part.size_bytes, part.duration_s) for part in self.segments], self.target_duration_s
        )


def peak_bps(parts: Sequence[tuple[int, float]], target_s: int) -> float:
    """The highest bit rate of a run of parts of 0.5 to 1.5 target durations (RFC 8216, 4.3.4.2).

    `parts` are (bytes, seconds). Where there is no such run, the mean.
    """
    rates = []
    for first in range(len(parts)):
        size_bytes, length_s = 0, 0.0
        for part_bytes, part_s in parts[first:]:
            size_bytes, length_s = size_bytes + part_bytes, length_s + part_s
            if length_s > 1.5 * target_s + TOLERANCE_S:
                break
            if length_s >= 0.5 * target_s - TOLERANCE_S:
                rates.append(size_bytes * 8 / length_s)
    return max(rates, default=sum(size for size, _ in parts) * 8 / sum(length for _, length in parts))


def content_of(playlist: str, segments: Mapping[str, bytes]) -> tuple[Content | None, list[str]]:
    """The measured content; None, and why, where it cannot be measured."""
    listed = media.segments(playlist)
    missing = [
        f"{segment.uri} is listed, but there is no such segment."
        for segment in listed
        if segment.uri not in segments
    ]
    if missing or not listed:
        return None, missing
    try:
        streams = transport_stream.read_all(segments[segment.uri] for segment in listed)
    except MalformedError as error:
        return None, [str(error)]
    without_video = [
        f"{segment.uri} has no video frames."
        for segment, stream in zip(listed, streams, strict=True)
        if not stream.video_frames
    ]
    if without_video:
        return None, without_video
    measured = _measured(listed, streams, segments)
    return Content(measured, media.target_duration_s(playlist) or 1), []


def _measured(
    listed: list[Listed], streams: list[TransportStream], segments: Mapping[str, bytes]
) -> tuple[Segment, ...]:
    """A segment lasts until the next one starts, the last one until the end of its last frame.

    Where it is listed as longer and its audio is, it lasts so long: its last frame is shown until then.
    """
    starts = [stream.frame_times[0] for stream in streams]
    frame = _frame_ticks(streams) or Fraction(listed[-1].duration_s) * TICKS_PER_S
    end = streams[-1].frame_times[-1] + frame
    listed_end = starts[-1] + Fraction(listed[-1].duration_s) * TICKS_PER_S
    ends = [*map(Fraction, starts[1:]), max(end, min(listed_end, _audio_end(streams, end)))]
    return tuple(
        Segment(entry, len(segments[entry.uri]), stream, start, float((end - start) / TICKS_PER_S))
        for entry, stream, start, end in zip(listed, streams, starts, ends, strict=True)
    )


def _audio_end(streams: list[TransportStream], otherwise: Fraction) -> Fraction:
    heard = streams[-1].audio_frames
    return heard[-1].pts + heard[-1].ticks if heard else otherwise


def _frame_ticks(streams: list[TransportStream]) -> Fraction:
    """The duration of a frame, as the mean of the gaps; 0 for a single frame, which has no gap."""
    times = transport_stream.joined(streams).frame_times
    return Fraction(times[-1] - times[0], max(1, len(times) - 1))
