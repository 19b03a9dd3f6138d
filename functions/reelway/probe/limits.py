"""What a file may ask of the service, and how it is refused when it asks for more."""

from dataclasses import dataclass, replace
from fractions import Fraction

from reelway import failures
from reelway.frame_grid import grid_for
from reelway.probe.rates import plain_rate
from reelway.probe.report import Stream
from reelway.probe.source import MAX_PIXELS, MAX_STREAMS, Bounds, Source

MAX_SIDE = 16_384  # pixels; libx264 takes no more
_BLOCK = 64  # pixels to a side; the largest unit that decoders round sizes up to (HEVC, VP9)
# Room for that rounding, and for 1088 coded lines of 1080: a sixteenth.
_ROUNDED_UP = Fraction(17, 16)
# Streams of a call or a broadcast may change their size, up to full HD in whole blocks of 16 (1088 lines).
_CUSTOMARY_PIXELS = 1920 * 1088
# Video that hardly moves takes more than this; less is nothing but a gap between two timestamps.
_MIN_BYTES_PER_S = 16
_MAX_GAP_S = 60  # files up to this long may be one gap: encoding that takes seconds


@dataclass(frozen=True, slots=True)
class Limits:
    """What a file may ask of the service before it is refused; the defaults are the template's.

    `pixels` of one frame, `frame_rate` of the source in frames per second, `frames` of the video that is
    made: its duration times the rate that it is encoded at. `streams` are all in the file.
    """

    duration_s: int = 14_400  # 4 h
    pixels: int = MAX_PIXELS
    frame_rate: int = 300  # phones and cameras record slow motion at 240
    frames: int = 864_000  # 4 h at 60 fps
    size_bytes: int = 5_368_709_120  # 5 GiB, the most that S3 takes in one PUT or POST
    streams: int = MAX_STREAMS

    def within(self, *, size_bytes: int | None, duration_s: int | None) -> "Limits":
        """These limits, and no more than an upload was allowed to have, where that is known."""
        return replace(
            self,
            size_bytes=min(self.size_bytes, size_bytes or self.size_bytes),
            duration_s=min(self.duration_s, duration_s or self.duration_s),
        )

    @property
    def bounds(self) -> Bounds:
        """What a probe may decode: frames are held in whole blocks, which are a little larger."""
        return Bounds(int(self.pixels * _ROUNDED_UP), self.streams)


def check_size(size_bytes: int, limits: Limits) -> None:
    """Refuse by size alone, before anything is read; raises MediaRejected `unreadable` or `too_large`."""
    if size_bytes == 0:
        raise failures.empty_file()
    if size_bytes > limits.size_bytes:
        raise failures.too_large(size_bytes=size_bytes, limit_bytes=limits.size_bytes)


def check_source(source: Source, stream: Stream, streams: int, limits: Limits) -> None:
    """Check the source, its video stream as reported, and the number of all streams.

    Raises MediaRejected where a limit is passed: `too_many_streams`, `too_many_pixels`,
    `frame_rate_too_high`, `too_long`, `too_many_frames`, or `endless_gap`.
    """
    if streams > limits.streams:
        raise failures.too_many_streams(limit=limits.streams)
    _check_frame_size(stream, source, limits)
    _check_frame_rate(stream, limits)
    _check_duration(source, limits)


def bounds_of(stream: Stream, limits: Limits) -> Bounds:
    """The declared size, or a customary one if that is larger: frames may grow no further."""
    width, height = (-(-side // _BLOCK) * _BLOCK for side in (stream.width, stream.height))
    return Bounds(max(width * height, min(_CUSTOMARY_PIXELS, limits.bounds.pixels)), limits.streams)


def _check_frame_size(stream: Stream, source: Source, limits: Limits) -> None:
    """The stored size counts, and the one that is shown when pixels are not square."""
    for width, height in ((stream.width, stream.height), (source.video.width, source.video.height)):
        if width * height > limits.pixels or max(width, height) > MAX_SIDE:
            raise failures.too_many_pixels(width, height, limit=limits.pixels, max_side=MAX_SIDE)


def _check_frame_rate(stream: Stream, limits: Limits) -> None:
    rate = plain_rate(stream)
    if rate > limits.frame_rate:
        raise failures.frame_rate_too_high(rate=float(rate), limit=limits.frame_rate)


def _check_duration(source: Source, limits: Limits) -> None:
    """The longest duration that the file declares anywhere counts, because all of it would be encoded."""
    length_s = max(source.duration_s, source.shown_s)
    if length_s > limits.duration_s:
        raise failures.too_long(length_s=length_s, limit_s=limits.duration_s)
    rate = grid_for(source.video.shown_rate).rate
    frames = round(length_s * rate)
    if frames > limits.frames:
        raise failures.too_many_frames(frames=frames, rate=float(rate), limit=limits.frames)
    if length_s > _MAX_GAP_S and source.size_bytes < length_s * _MIN_BYTES_PER_S:
        raise failures.endless_gap(size_bytes=source.size_bytes, length_s=length_s)
