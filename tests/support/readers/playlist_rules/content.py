"""Rules on the segments behind a media playlist, and on those of all renditions together."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from tests.support.readers import transport_stream
from tests.support.readers.playlist_rules import media
from tests.support.readers.playlist_rules.media import Listed
from tests.support.readers.transport_stream import TICKS_PER_S, MalformedError, TransportStream

MAX_SEGMENT_BYTES = 4_400_000
_TOLERANCE_S = 0.001
_ROUNDING_TICKS = 1


@dataclass(frozen=True, slots=True)
class Segment:
    """One segment as it was listed and as it was measured; `start` in ticks, `duration_s` measured."""

    listed: Listed
    size_bytes: int
    stream: TransportStream
    start: int
    duration_s: float


@dataclass(frozen=True, slots=True)
class Content:
    """A rendition's segments, all of which have pictures."""

    segments: tuple[Segment, ...]
    target_duration_s: int

    @property
    def duration_s(self) -> float:
        return sum(segment.duration_s for segment in self.segments)

    @property
    def average_bps(self) -> float:
        return sum(segment.size_bytes for segment in self.segments) * 8 / self.duration_s

    @property
    def peak_bps(self) -> float:
        """The largest bit rate of neighbouring segments that last 0.5 to 1.5 target durations together."""
        rates = []
        for first in range(len(self.segments)):
            size_bytes, length_s = 0, 0.0
            for segment in self.segments[first:]:
                size_bytes += segment.size_bytes
                length_s += segment.duration_s
                if length_s > 1.5 * self.target_duration_s + _TOLERANCE_S:
                    break
                if length_s >= 0.5 * self.target_duration_s - _TOLERANCE_S:
                    rates.append(size_bytes * 8 / length_s)
        return max(rates, default=self.average_bps)


def content_of(playlist: str, segments: Mapping[str, bytes]) -> tuple[Content | None, list[str]]:
    """The measured content, and the rules it breaks; None where it cannot be measured."""
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
    blind = [
        f"{told.uri} has no pictures." for told, s in zip(listed, streams, strict=True) if not s.pictures
    ]
    if blind:
        return None, blind
    measured = _measured(listed, streams, segments)
    content = Content(measured, media.target_duration_s(playlist) or 1)
    return content, [*_segment_violations(content), *_joint_violations(content), *_sound_violations(content)]


def _measured(
    listed: list[Listed], streams: list[TransportStream], segments: Mapping[str, bytes]
) -> tuple[Segment, ...]:
    """A segment lasts until the next one starts, the last one until its last picture was shown."""
    starts = [stream.picture_times[0] for stream in streams]
    frame = _frame_ticks(streams) or Fraction(listed[-1].duration_s) * TICKS_PER_S
    ends = [*map(Fraction, starts[1:]), streams[-1].picture_times[-1] + frame]
    return tuple(
        Segment(told, len(segments[told.uri]), stream, start, float((end - start) / TICKS_PER_S))
        for told, stream, start, end in zip(listed, streams, starts, ends, strict=True)
    )


def _frame_ticks(streams: list[TransportStream]) -> Fraction:
    """How long a picture is shown: the mean of the distances; 0 for a single picture, which tells none."""
    times = transport_stream.joined(streams).picture_times
    return Fraction(times[-1] - times[0], max(1, len(times) - 1))


def _segment_violations(content: Content) -> list[str]:
    found = []
    for segment in content.segments:
        uri, stream, first = segment.listed.uri, segment.stream, segment.stream.pictures[0]
        found += [f"{uri}: {error}" for error in stream.errors]
        if segment.size_bytes > MAX_SEGMENT_BYTES:
            found.append(f"{uri} has {segment.size_bytes} bytes, more than {MAX_SEGMENT_BYTES}.")
        if not stream.begins_with_tables:
            found.append(f"{uri} does not start with PAT and PMT.")
        if not (first.is_idr and first.is_random_access):
            found.append(
                f"{uri} does not start with an IDR picture that is marked and has its parameter sets."
            )
        if stream.picture_times[0] != first.pts:
            found.append(f"{uri} has pictures that are shown before its first.")
        if abs(segment.duration_s - segment.listed.duration_s) > _TOLERANCE_S:
            found.append(
                f"{uri} lasts {segment.duration_s:.4f} s, not {segment.listed.duration_s} s as listed."
            )
    return found


def _joint_violations(content: Content) -> list[str]:
    """Times go on across segments: there is no #EXT-X-DISCONTINUITY to say otherwise."""
    found = []
    frame = _frame_ticks([segment.stream for segment in content.segments])
    for before, after in pairwise(content.segments):
        shown = after.start - before.stream.picture_times[-1]
        decoded = after.stream.pictures[0].dts - before.stream.pictures[-1].dts
        if max(abs(shown - frame), abs(decoded - frame)) > _TOLERANCE_S * TICKS_PER_S:
            found.append(
                f"{after.listed.uri} is shown {shown} and decoded {decoded} ticks after the picture before "
                f"it, not {float(frame):.1f}."
            )
    return found


def _sound_violations(content: Content) -> list[str]:
    """Sound is in every segment or in none, and no frame of it is lost or doubled between two."""
    with_sound = [segment for segment in content.segments if segment.stream.sounds]
    if not with_sound:
        return []
    silent = [segment for segment in content.segments if not segment.stream.sounds]
    found = [f"{segment.listed.uri} has no sound." for segment in silent]
    for before, after in pairwise(with_sound):
        last, first = before.stream.sounds[-1], after.stream.sounds[0]
        if abs(first.pts - last.pts - last.ticks) > _ROUNDING_TICKS:
            apart = float(first.pts - last.pts)
            found.append(
                f"{after.listed.uri} is heard {apart:.1f} ticks after the sound before it, "
                f"not {float(last.ticks):.1f}."
            )
    return found


def alignment_violations(contents: Mapping[str, Content]) -> list[str]:
    """A player changes renditions between any two segments, so all of them start at the same times.

    Stills do to the tick. Sound may differ by the frame that the decoding times of pictures decide about;
    more would be a gap that players stumble over.
    """
    found = []
    for (first_uri, first), (uri, content) in pairwise(contents.items()):
        if [segment.start for segment in content.segments] != [segment.start for segment in first.segments]:
            found.append(f"The segments of {uri} do not start when those of {first_uri} do.")
            continue
        for one, other in zip(first.segments, content.segments, strict=True):
            apart = _sound_apart(one.stream, other.stream)
            if apart is None or apart > _most_apart(one.stream):
                found.append(
                    f"The sound of {other.listed.uri} does not start when that of {one.listed.uri} does."
                )
    return found


def _sound_apart(one: TransportStream, other: TransportStream) -> Fraction | None:
    """Ticks between the starts of the sounds, 0 where both are silent and None where one is."""
    if not (one.sounds and other.sounds):
        return None if one.sounds or other.sounds else Fraction(0)
    return abs(one.sounds[0].pts - other.sounds[0].pts)


def _most_apart(stream: TransportStream) -> Fraction:
    return stream.sounds[0].ticks + _ROUNDING_TICKS if stream.sounds else Fraction(0)
