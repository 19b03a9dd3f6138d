"""What a file may ask of the service, and how it is refused when it asks for more."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from reelway.errors import MediaRejected
from reelway.frame_grid import grid_for
from reelway.probe.report import ratio
from reelway.probe.source import Bounds, Source

_MAX_SIDE = 16_384  # of what the encoder takes
_BLOCK = 64  # pixels; the largest unit that sizes are rounded up to by decoders
_ROUNDED_UP = Fraction(17, 16)
# Streams of a call or a broadcast may change their size, up to this one in whole blocks.
_CUSTOMARY_PIXELS = 1920 * 1088
# A picture that hardly moves takes more; less is nothing but a gap between two timestamps. Short ones pass.
_MIN_BYTES_PER_S = 16
_SHORT_S = 60


@dataclass(frozen=True, slots=True)
class Limits:
    """What a file may ask of the service before it is refused; the defaults are the template's.

    `pixels` of one picture, `frame_rate` of the source in pictures per second, `frames` of the video
    that is made: its length times the rate that it is encoded at. `streams` are all in the file.
    """

    duration_s: int = 14_400
    pixels: int = 35_389_440
    frame_rate: int = 300
    frames: int = 864_000
    size_bytes: int = 5_368_709_120
    streams: int = 32

    @property
    def bounds(self) -> Bounds:
        """What a probe may decode: pictures are held in whole blocks, which are a little larger."""
        return Bounds(int(self.pixels * _ROUNDED_UP), self.streams)


def check_size(size_bytes: int, limits: Limits) -> None:
    """Refuse by size alone, before anything is read; raises MediaRejected `unreadable` or `too_large`."""
    if size_bytes == 0:
        raise MediaRejected("unreadable", "The file is empty. Upload it again.")
    if size_bytes > limits.size_bytes:
        raise MediaRejected(
            "too_large",
            f"The file has {size_bytes} bytes; at most {limits.size_bytes} are accepted. "
            "Re-export it at a lower bitrate, or split it.",
        )


def check_source(source: Source, picture: dict[str, Any], streams: int, limits: Limits) -> None:
    """Raises MediaRejected where a limit is passed.

    `too_many_streams`, `too_many_pixels`, `frame_rate_too_high`, `too_long`, `too_many_frames`,
    or `endless_gap`.
    """
    _check_streams(streams, limits)
    _check_picture(picture, source, limits)
    _check_length(source, limits)


def bounds_of(picture: dict[str, Any], limits: Limits) -> Bounds:
    """The declared size, or a customary one if that is larger: pictures may grow no further."""
    width, height = (-(-int(picture[side]) // _BLOCK) * _BLOCK for side in ("width", "height"))
    return Bounds(max(width * height, min(_CUSTOMARY_PIXELS, limits.bounds.pixels)), limits.streams)


def _check_streams(count: int, limits: Limits) -> None:
    if count > limits.streams:
        raise too_many_streams(limits)


def too_many_streams(limits: Limits) -> MediaRejected:
    return MediaRejected(
        "too_many_streams",
        f"The file has more than {limits.streams} streams. "
        "Re-export it with one picture and one sound track alone.",
    )


def _check_picture(picture: dict[str, Any], source: Source, limits: Limits) -> None:
    """Its stored size counts, and the one that it is shown in when its pixels are oblong."""
    stored = int(picture["width"]), int(picture["height"])
    for width, height in (stored, (source.video.width, source.video.height)):
        if width * height > limits.pixels or max(width, height) > _MAX_SIDE:
            raise too_many_pixels(width, height, limits)
    _check_frame_rate(picture, limits)


def _check_frame_rate(picture: dict[str, Any], limits: Limits) -> None:
    """Only what all of a file's rates say: the mean of an AVI may count frames that are not there."""
    told = [ratio(picture.get(name)) for name in ("r_frame_rate", "avg_frame_rate")]
    rate = min((rate for rate in told if rate), default=Fraction(0))
    if rate > limits.frame_rate:
        raise MediaRejected(
            "frame_rate_too_high",
            f"The video has {float(rate):.0f} frames per second; at most {limits.frame_rate} are accepted. "
            "Re-export it at a lower frame rate.",
        )


def too_many_pixels(width: int, height: int, limits: Limits) -> MediaRejected:
    return MediaRejected(
        "too_many_pixels",
        f"A picture of {width}x{height} has {width * height} pixels; at most {limits.pixels} are accepted, "
        f"and {_MAX_SIDE} to a side. Re-export it at a smaller size.",
    )


def _check_length(source: Source, limits: Limits) -> None:
    """Of the longest that the file promises in any place, because all of it would be encoded."""
    length_s = max(source.duration_s, source.shown_s)
    if length_s > limits.duration_s:
        raise MediaRejected(
            "too_long",
            f"The video is {length_s:.0f} s long; at most {limits.duration_s} s are accepted. Split it.",
        )
    rate = grid_for(source.video.frame_rate).rate
    frames = round(length_s * rate)
    if frames > limits.frames:
        raise MediaRejected(
            "too_many_frames",
            f"The video has {frames} frames at {float(rate):.0f} per second; at most {limits.frames} are "
            "accepted. Split it, or re-export it at a lower frame rate.",
        )
    if length_s > _SHORT_S and source.size_bytes < length_s * _MIN_BYTES_PER_S:
        raise MediaRejected(
            "endless_gap",
            f"The file has {source.size_bytes} bytes for {length_s:.0f} s, so nearly all of it is a gap. "
            "Re-export it at a constant frame rate.",
        )
