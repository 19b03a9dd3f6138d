"""The streams of an uploaded file that are seen and heard."""

from dataclasses import dataclass
from fractions import Fraction

_WIDE = Fraction(16, 9)  # the shape of nearly all screens


def nominal_height(width: int, height: int) -> Fraction:
    """The lines of the 16:9 frame that holds the video, whether it lies or stands: 1080 of 1920x804."""
    return max(max(width, height) / _WIDE, Fraction(min(width, height)))


def shown_rate(frame_rate: Fraction, *, is_interlaced: bool) -> Fraction:
    """How often the image changes, per second: with each field of interlaced video, twice in a frame."""
    return 2 * frame_rate if is_interlaced else frame_rate


@dataclass(frozen=True, slots=True)
class HdrColor:
    """The transfer, primaries and matrix of HDR video, in ffmpeg's words."""

    transfer: str
    primaries: str
    matrix: str


@dataclass(frozen=True, slots=True)
class VideoStream:
    """The video stream that is shown (never a cover image); `index` is its index in the file.

    `width` and `height` are what a viewer sees: after rotation, in square pixels.
    `start_s` counts from the source's. `bitrate_bps` includes the audio's where the container declares
    only the sum. `is_rotated` is true of mirrored video too; `is_square` of pixels without a declared shape.
    `is_steady` video is progressive at a constant frame rate. `level` is libav's number, 0 where it
    reports none: 31 for H.264's 3.1.
    """

    index: int
    codec: str
    width: int
    height: int
    frame_rate: Fraction
    start_s: float
    duration_s: float
    bitrate_bps: int
    color_matrix: str
    hdr: HdrColor | None
    is_interlaced: bool
    pixel_format: str
    profile: str
    level: int
    is_rotated: bool
    is_square: bool
    is_steady: bool
    has_alpha: bool

    @property
    def nominal_height(self) -> Fraction:
        return nominal_height(self.width, self.height)

    @property
    def shown_rate(self) -> Fraction:
        return shown_rate(self.frame_rate, is_interlaced=self.is_interlaced)


@dataclass(frozen=True, slots=True)
class AudioStream:
    """The audio stream that is heard; `index` and `start_s` as of the video stream.

    `bitrate_bps` and `frames`, the number of packets, are 0 where the file does not declare them.
    """

    index: int
    codec: str
    profile: str
    channels: int
    sample_rate_hz: int
    start_s: float
    duration_s: float
    bitrate_bps: int = 0
    frames: int = 0
