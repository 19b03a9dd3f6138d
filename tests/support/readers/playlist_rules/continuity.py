"""Checks of Apple's rules on segments: where they begin, how they join, how renditions align."""

from collections.abc import Iterator
from fractions import Fraction
from itertools import accumulate, pairwise

from tests.support.readers import transport_stream
from tests.support.readers.playlist_rules import media
from tests.support.readers.playlist_rules.content import TOLERANCE_S, Content
from tests.support.readers.playlist_rules.reading import Reading
from tests.support.readers.transport_stream import TICKS_PER_S, TransportStream

_ROUNDING_TICKS = 1  # a PTS is a whole number of ticks
_MAX_EXCESS_S = 0.5  # 7.7
_MAX_TARGET_S = 6  # 7.5


def is_joined(reading: Reading) -> Iterator[str]:
    """Times continue across segments: there is no #EXT-X-DISCONTINUITY (RFC 8216, 4.3.2.3)."""
    for variant, content in reading.measured:
        frame = content.frame_ticks
        for before, after in pairwise(content.segments):
            shown = after.start - before.stream.frame_times[-1]
            decoded = after.stream.video_frames[0].dts - before.stream.video_frames[-1].dts
            if max(abs(shown - frame), abs(decoded - frame)) > TOLERANCE_S * TICKS_PER_S:
                yield (
                    f"{variant.uri}: {after.listed.uri} is shown {shown} and decoded {decoded} ticks after "
                    f"the frame before it, not {float(frame):.1f}."
                )
        yield from (f"{variant.uri}: {sentence}" for sentence in _audio_gaps(content))


def _audio_gaps(content: Content) -> Iterator[str]:
    """Audio is in every segment or in none, and no frame of it is lost or duplicated between two."""
    with_audio = [segment for segment in content.segments if segment.stream.audio_frames]
    if with_audio:
        silent = [segment for segment in content.segments if not segment.stream.audio_frames]
        yield from (f"{segment.listed.uri} has no audio." for segment in silent)
    for before, after in pairwise(with_audio):
        last, first = before.stream.audio_frames[-1], after.stream.audio_frames[0]
        if abs(first.pts - last.pts - last.ticks) > _ROUNDING_TICKS:
            apart = float(first.pts - last.pts)
            yield (
                f"{after.listed.uri} is heard {apart:.1f} ticks after the audio before it, "
                f"not {float(last.ticks):.1f}."
            )


def has_sequential_counters(reading: Reading) -> Iterator[str]:
    for variant, content in reading.measured:
        for segment in content.segments:
            name = f"{variant.uri}: {segment.listed.uri}"
            yield from (f"{name}: {error}" for error in segment.stream.errors)
            if not segment.stream.begins_with_tables:
                yield f"{name} does not start with PAT and PMT."


def starts_with_idr(reading: Reading) -> Iterator[str]:
    for variant, content in reading.measured:
        for segment in content.segments:
            first = segment.stream.video_frames[0]
            name = f"{variant.uri}: {segment.listed.uri}"
            if not (first.is_idr and first.is_random_access):
                yield (
                    f"{name} does not start with an IDR picture that is a random access point with parameter "
                    "sets."
                )
            if segment.stream.frame_times[0] != first.pts:
                yield f"{name} has frames that are shown before its first."


def has_target_of_six(reading: Reading) -> Iterator[str]:
    for uri, text in reading.listed:
        target_s = media.target_duration_s(text) or 0
        if target_s > _MAX_TARGET_S:
            yield f"{uri}: The target duration is {target_s} s, more than {_MAX_TARGET_S} s."


def keeps_target(reading: Reading) -> Iterator[str]:
    for uri, text in reading.listed:
        target_s = media.target_duration_s(text)
        for listed in media.segments(text):
            if target_s is not None and listed.duration_s > target_s + _MAX_EXCESS_S:
                yield f"{uri}: {listed.uri} is over {_MAX_EXCESS_S} s longer than the target of {target_s} s."


def lists_true_durations(reading: Reading) -> Iterator[str]:
    """The sum over any run of segments is within a frame of what they hold; each is, to the millisecond."""
    for variant, content in reading.measured:
        excess_s = [part.listed.duration_s - part.duration_s for part in content.segments]
        for segment, excess in zip(content.segments, excess_s, strict=True):
            if abs(excess) > TOLERANCE_S:
                yield (
                    f"{variant.uri}: {segment.listed.uri} lasts {segment.duration_s:.4f} s, not "
                    f"{segment.listed.duration_s} s as listed."
                )
        sums_s = list(accumulate(excess_s, initial=0.0))
        if max(sums_s) - min(sums_s) > _frame_s(content):
            yield f"{variant.uri}: The listed durations drift by {max(sums_s) - min(sums_s):.4f} s."
        yield from (f"{variant.uri}: {sentence}" for sentence in _unlisted(content))


def _unlisted(content: Content) -> Iterator[str]:
    """All that the segments hold is listed, but for a frame of video or audio, whichever is longer.

    The first frame of AAC is not counted: it primes the decoder.
    """
    whole = transport_stream.joined(content.streams)
    frame = content.frame_ticks or Fraction(content.segments[-1].listed.duration_s) * TICKS_PER_S
    starts = [Fraction(whole.frame_times[0]), *(heard.pts for heard in whole.audio_frames[1:])]
    ends = [whole.frame_times[-1] + frame, *(heard.pts + heard.ticks for heard in whole.audio_frames)]
    held_s = float((max(ends) - min(starts)) / TICKS_PER_S)
    listed_s = sum(segment.listed.duration_s for segment in content.segments)
    longest = max([frame, *(heard.ticks for heard in whole.audio_frames)])
    if abs(held_s - listed_s) > longest / TICKS_PER_S + TOLERANCE_S:
        yield f"The segments hold {held_s:.3f} s, but {listed_s:.3f} s are listed."


def _frame_s(content: Content) -> float:
    return float(content.frame_ticks / TICKS_PER_S) or content.duration_s


def has_one_target(reading: Reading) -> Iterator[str]:
    targets = {uri: media.target_duration_s(text) for uri, text in reading.video.playlists.items()}
    if len(set(targets.values())) > 1:
        yield f"The target durations differ: {targets}."


def covers_one_range(reading: Reading) -> Iterator[str]:
    """8.3 and 8.7: all begin at one time and last equally long, but for a frame of the slowest."""
    contents = reading.contents
    starts = {content.segments[0].start for content in contents.values()}
    lengths_s = [content.duration_s for content in contents.values()]
    if len(starts) > 1:
        yield f"The renditions start at different times: {sorted(starts)}."
    if contents and max(lengths_s) - min(lengths_s) > max(_frame_s(content) for content in contents.values()):
        yield f"The renditions last {min(lengths_s):.4f} to {max(lengths_s):.4f} s."


def keeps_parameters(reading: Reading) -> Iterator[str]:
    for variant, content in reading.measured:
        found = {frame.sps for stream in content.streams for frame in stream.video_frames if frame.sps}
        if len(found) > 1:
            yield f"{variant.uri}: The sequence parameter set changes without #EXT-X-DISCONTINUITY."


def keeps_frame_rate(reading: Reading) -> Iterator[str]:
    """By the most common gap of each segment; a last one with few frames has too few gaps to tell."""
    for variant, content in reading.measured:
        usual = [stream.pts_gaps.most_common(1)[0][0] for stream in content.streams if stream.pts_gaps]
        if usual and max(usual) - min(usual) > _ROUNDING_TICKS:
            yield f"{variant.uri}: Frames are {min(usual)} to {max(usual)} ticks apart."


def aligns_segments(reading: Reading) -> Iterator[str]:
    """A player switches renditions at any segment, so segments start at the same times in all of them.

    Video must match to the tick. Audio may differ by one frame: the decoding times of the video, which differ
    between renditions, decide in which of two segments a frame of audio is. More would be an audible gap.
    """
    for (first_uri, first), (uri, content) in pairwise(reading.contents.items()):
        if [segment.start for segment in content.segments] != [segment.start for segment in first.segments]:
            yield f"The segments of {uri} do not start when those of {first_uri} do."
            continue
        for one, other in zip(first.segments, content.segments, strict=True):
            apart = _audio_distance(one.stream, other.stream)
            if apart is None or apart > _max_audio_distance(one.stream):
                yield f"The audio of {other.listed.uri} does not start when that of {one.listed.uri} does."


def _audio_distance(one: TransportStream, other: TransportStream) -> Fraction | None:
    """Ticks between the starts of the audio; 0 where both have none, None where one of them has none."""
    if not (one.audio_frames and other.audio_frames):
        return None if one.audio_frames or other.audio_frames else Fraction(0)
    return abs(one.audio_frames[0].pts - other.audio_frames[0].pts)


def _max_audio_distance(stream: TransportStream) -> Fraction:
    return stream.audio_frames[0].ticks + _ROUNDING_TICKS if stream.audio_frames else Fraction(0)
