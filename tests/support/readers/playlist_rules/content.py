"""Rules on the segments of one media playlist, and on the alignment of all renditions."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from tests.support.readers import transport_stream
from tests.support.readers.playlist_rules import media
from tests.support.readers.playlist_rules.media import Listed
from tests.support.readers.transport_stream import TICKS_PER_S, MalformedError, TransportStream

MAX_SEGMENT_BYTES = 4_400_000  # so that base64 of it fits into the 6 MB of a Lambda response
_TOLERANCE_S = 0.001  # rounding of #EXTINF and of ticks
_ROUNDING_TICKS = 1  # a PTS is a whole number of ticks


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
    def average_bps(self) -> float:
        return sum(segment.size_bytes for segment in self.segments) * 8 / self.duration_s

    @property
    def peak_bps(self) -> float:
        """The highest bit rate of a run of segments of 0.5 to 1.5 target durations (RFC 8216, 4.3.4.2)."""
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
    """The measured content and the rules that it breaks; no content where it cannot be measured."""
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
    content = Content(measured, media.target_duration_s(playlist) or 1)
    return content, [
        *_segment_violations(content),
        *_joint_violations(content),
        *_audio_violations(content),
        *_duration_violations(content),
    ]


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


def _segment_violations(content: Content) -> list[str]:
    found = []
    for segment in content.segments:
        uri, stream, first = segment.listed.uri, segment.stream, segment.stream.video_frames[0]
        found += [f"{uri}: {error}" for error in stream.errors]
        if segment.size_bytes > MAX_SEGMENT_BYTES:
            found.append(f"{uri} has {segment.size_bytes} bytes, more than {MAX_SEGMENT_BYTES}.")
        if not stream.begins_with_tables:
            found.append(f"{uri} does not start with PAT and PMT.")
        if not (first.is_idr and first.is_random_access):
            found.append(
                f"{uri} does not start with an IDR picture that is a random access point with parameter sets."
            )
        if stream.frame_times[0] != first.pts:
            found.append(f"{uri} has frames that are shown before its first.")
        if abs(segment.duration_s - segment.listed.duration_s) > _TOLERANCE_S:
            found.append(
                f"{uri} lasts {segment.duration_s:.4f} s, not {segment.listed.duration_s} s as listed."
            )
    return found


def _joint_violations(content: Content) -> list[str]:
    """Times continue across segments: there is no #EXT-X-DISCONTINUITY (RFC 8216, 4.3.2.3)."""
    found = []
    frame = _frame_ticks([segment.stream for segment in content.segments])
    for before, after in pairwise(content.segments):
        shown = after.start - before.stream.frame_times[-1]
        decoded = after.stream.video_frames[0].dts - before.stream.video_frames[-1].dts
        if max(abs(shown - frame), abs(decoded - frame)) > _TOLERANCE_S * TICKS_PER_S:
            found.append(
                f"{after.listed.uri} is shown {shown} and decoded {decoded} ticks after the frame before "
                f"it, not {float(frame):.1f}."
            )
    return found


def _audio_violations(content: Content) -> list[str]:
    """Audio is in every segment or in none, and no frame of it is lost or duplicated between two."""
    with_audio = [segment for segment in content.segments if segment.stream.audio_frames]
    if not with_audio:
        return []
    silent = [segment for segment in content.segments if not segment.stream.audio_frames]
    found = [f"{segment.listed.uri} has no audio." for segment in silent]
    for before, after in pairwise(with_audio):
        last, first = before.stream.audio_frames[-1], after.stream.audio_frames[0]
        if abs(first.pts - last.pts - last.ticks) > _ROUNDING_TICKS:
            apart = float(first.pts - last.pts)
            found.append(
                f"{after.listed.uri} is heard {apart:.1f} ticks after the audio before it, "
                f"not {float(last.ticks):.1f}."
            )
    return found


def _duration_violations(content: Content) -> list[str]:
    """The listed durations add up to what the segments hold, but for a frame of video or audio.

    The first frame of AAC is not counted: it primes the decoder. The rule is 8.1 of Apple's HLS Authoring
    Specification.
    """
    streams = [segment.stream for segment in content.segments]
    whole = transport_stream.joined(streams)
    frame = _frame_ticks(streams) or Fraction(content.segments[-1].listed.duration_s) * TICKS_PER_S
    starts = [Fraction(whole.frame_times[0]), *(heard.pts for heard in whole.audio_frames[1:])]
    ends = [whole.frame_times[-1] + frame, *(heard.pts + heard.ticks for heard in whole.audio_frames)]
    held_s = float((max(ends) - min(starts)) / TICKS_PER_S)
    listed_s = sum(segment.listed.duration_s for segment in content.segments)
    longest = max([frame, *(heard.ticks for heard in whole.audio_frames)])
    if abs(held_s - listed_s) > longest / TICKS_PER_S + _TOLERANCE_S:
        return [f"The segments hold {held_s:.3f} s, but {listed_s:.3f} s are listed."]
    return []


def alignment_violations(contents: Mapping[str, Content]) -> list[str]:
    """A player switches renditions at any segment, so segments start at the same times in all of them (8.22).

    Video must match to the tick. Audio may differ by one frame: the decoding times of the video, which differ
    between renditions, decide in which of two segments a frame of audio is. More would be an audible gap.
    The clause is of Apple's HLS Authoring Specification.
    """
    found = []
    for (first_uri, first), (uri, content) in pairwise(contents.items()):
        if [segment.start for segment in content.segments] != [segment.start for segment in first.segments]:
            found.append(f"The segments of {uri} do not start when those of {first_uri} do.")
            continue
        for one, other in zip(first.segments, content.segments, strict=True):
            apart = _audio_distance(one.stream, other.stream)
            if apart is None or apart > _max_audio_distance(one.stream):
                found.append(
                    f"The audio of {other.listed.uri} does not start when that of {one.listed.uri} does."
                )
    return found


def _audio_distance(one: TransportStream, other: TransportStream) -> Fraction | None:
    """Ticks between the starts of the audio; 0 where both have none, None where one of them has none."""
    if not (one.audio_frames and other.audio_frames):
        return None if one.audio_frames or other.audio_frames else Fraction(0)
    return abs(one.audio_frames[0].pts - other.audio_frames[0].pts)


def _max_audio_distance(stream: TransportStream) -> Fraction:
    return stream.audio_frames[0].ticks + _ROUNDING_TICKS if stream.audio_frames else Fraction(0)
