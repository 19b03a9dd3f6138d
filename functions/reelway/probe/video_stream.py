"""Facts of a video stream in ffprobe's report: its size, frame rate, fields, colors and alpha."""

import re
from fractions import Fraction

from reelway.frame_grid import MAX_FPS
from reelway.probe.report import SideData, Stream
from reelway.probe.source import HdrColor

# ffprobe's color words (ITU-T H.273): PQ and HLG are HDR, and these primaries and matrices go with them.
_HDR_TRANSFERS = {"smpte2084", "arib-std-b67"}
_HDR_PRIMARIES = {"bt2020", "bt709", "smpte431", "smpte432"}
_HDR_MATRICES = {"bt2020nc", "bt2020c", "bt709"}
_SWSCALE_MATRICES = {"bt709": "bt709", "bt470bg": "bt601", "smpte170m": "bt601", "bt2020nc": "bt2020"}
_MIN_HD_HEIGHT = 720  # lines, from which on players take undeclared colors for BT.709

_INTERLACED_ORDERS = {"tt", "bb", "tb", "bt"}  # top or bottom field first, as coded and as shown
_CODED_FIELDS = {"mpeg1video", "mpeg2video"}  # their base rate is that of fields, even if there are none
_ALPHA_BESIDE = {"vp8", "vp9"}  # codecs with the alpha in a stream of its own
_WITH_ALPHA = re.compile(r"(yuva|rgba|argb|bgra|abgr|gbrap|ya[0-9f]|ayuv|vuya|uyva).*")
# The first two rows of a matrix that only moves or scales, as ffprobe prints them: '00000000: a 0 u'.
_UPRIGHT = re.compile(r"\s*0+:\s+[1-9][0-9]*\s+0\s+-?[0-9]+\s+0*1:\s+0\s+[1-9][0-9]*\s.*", re.DOTALL)

_STEADY_TOLERANCE = Fraction(1, 100)  # a mean over few frames is off by the first or last one's duration
_COMMON_TOLERANCE = Fraction(1, 500)  # twice the distance of 29.97 and 30, the closest two
_SIMPLE_DENOMINATOR = 2  # 15, 12.5, 4.5 … frames per second
_ROOMY_RATES = (Fraction(30), Fraction(60))
_FALLBACK_RATE = Fraction(25)  # where the file declares none
_MAX_DENOMINATOR = 1001  # of the NTSC rates, 30000/1001 and its like
_COMMON_RATES = (
    Fraction(24000, 1001),
    Fraction(24),
    Fraction(25),
    Fraction(30000, 1001),
    Fraction(30),
    Fraction(48),
    Fraction(50),
    Fraction(60000, 1001),
    Fraction(60),
)


def displayed_size(stream: Stream) -> tuple[int, int]:
    """Width and height in square pixels, turned as the display matrix says; the width is at least 2."""
    aspect = stream.pixel_aspect
    width = max(2, round(stream.width * aspect)) if aspect else stream.width
    is_sideways = any(side.rotation_degrees % 180 == 90 for side in stream.side_data)
    return (stream.height, width) if is_sideways else (width, stream.height)


def frame_rate(stream: Stream) -> Fraction:
    """The rate of the stream's own grid when it has one, else a common one at which no frame is lost.

    The base rate is the lowest one that all timestamps fit. A variable rate on such a grid keeps every frame
    there; a grid finer than the output's is a container's clock, not the frames' own. For interlaced video,
    and for MPEG-1 and 2 in any case, the base rate counts fields, twice the frames. In Matroska it may be
    just the mean, an odd fraction.
    """
    base, mean = stream.base_rate, stream.mean_rate
    if mean is None:
        return base or _FALLBACK_RATE
    if base is not None and _is_grid(base):
        is_of_fields = is_interlaced(stream) or stream.codec in _CODED_FIELDS
        if is_steady(stream) or (mean < base <= MAX_FPS and not is_of_fields):
            return base
    common = min(_COMMON_RATES, key=lambda rate: abs(rate - mean))
    if abs(common - mean) <= mean * _COMMON_TOLERANCE:
        return common
    return next((rate for rate in _ROOMY_RATES if rate >= mean), mean.limit_denominator(_MAX_DENOMINATOR))


def is_steady(stream: Stream) -> bool:
    """Whether the mean rate is that of the grid which all timestamps fit."""
    base, mean = stream.base_rate, stream.mean_rate
    return base is not None and mean is not None and abs(base - mean) <= mean * _STEADY_TOLERANCE


def _is_grid(rate: Fraction) -> bool:
    return rate in _COMMON_RATES or rate.denominator <= _SIMPLE_DENOMINATOR


def is_interlaced(stream: Stream) -> bool:
    """By its field order; DV always is, and AVI cannot declare it."""
    return stream.field_order in _INTERLACED_ORDERS or stream.codec == "dvvideo"


def is_turned_by(side: SideData) -> bool:
    """Whether players turn or mirror the video; the matrix is read, because mirroring has no angle."""
    return side.display_matrix is not None and not _UPRIGHT.fullmatch(side.display_matrix)


def has_alpha(stream: Stream) -> bool:
    """By the pixel format; VP8 and VP9 carry alpha beside the video, which only the container declares."""
    if stream.codec in _ALPHA_BESIDE:
        return stream.alpha_mode == "1"
    return bool(_WITH_ALPHA.fullmatch(stream.pixel_format))


def color_matrix(stream: Stream) -> str:
    """The declared matrix in swscale's words, else what players assume: bt709 for HD, bt601 below."""
    assumed = "bt709" if stream.height >= _MIN_HD_HEIGHT else "bt601"
    return _SWSCALE_MATRICES.get(stream.color_matrix, assumed)


def hdr_color(stream: Stream) -> HdrColor | None:
    """None for SDR. What an HDR stream does not declare is taken for BT.2020, as players do."""
    if stream.color_transfer not in _HDR_TRANSFERS:
        return None
    return HdrColor(
        transfer=stream.color_transfer,
        primaries=stream.color_primaries if stream.color_primaries in _HDR_PRIMARIES else "bt2020",
        matrix=stream.color_matrix if stream.color_matrix in _HDR_MATRICES else "bt2020nc",
    )
