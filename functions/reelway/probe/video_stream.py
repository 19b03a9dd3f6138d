"""Facts of a video stream in a probe's report: its size, fields, colors and alpha."""

import re

from reelway.probe.report import Stream
from reelway.probe.streams import HdrColor

# ffmpeg's color words (ITU-T H.273): PQ and HLG are HDR, and these primaries and matrices go with them.
_HDR_TRANSFERS = {"smpte2084", "arib-std-b67"}
_HDR_PRIMARIES = {"bt2020", "bt709", "smpte431", "smpte432"}
_HDR_MATRICES = {"bt2020nc", "bt2020c", "bt709"}
_SWSCALE_MATRICES = {"bt709": "bt709", "bt470bg": "bt601", "smpte170m": "bt601", "bt2020nc": "bt2020"}
_MIN_HD_HEIGHT = 720  # lines, from which on players take undeclared colors for BT.709

_INTERLACED_ORDERS = {"tt", "bb", "tb", "bt"}  # top or bottom field first, as coded and as shown
_TURNED = 0.01  # tangent of about half a degree, by which a matrix may be off
_ALPHA_BESIDE = {"vp8", "vp9"}  # codecs with the alpha in a stream of its own
_WITH_ALPHA = re.compile(r"(yuva|rgba|argb|bgra|abgr|gbrap|ya[0-9f]|ayuv|vuya|uyva).*")


def displayed_size(stream: Stream) -> tuple[int, int]:
    """Width and height in square pixels, turned as the display matrix says; the width is at least 2."""
    aspect = stream.pixel_aspect
    width = max(2, round(stream.width * aspect)) if aspect else stream.width
    return (stream.height, width) if _is_sideways(stream) else (width, stream.height)


def _is_sideways(stream: Stream) -> bool:
    """Turned by 90 or 270 degrees, give or take the rounding of the matrix."""
    if not stream.display_matrix:
        return False
    a, b, _, c, d, *_ = stream.display_matrix
    return max(abs(a), abs(d)) < _TURNED * min(abs(b), abs(c))


def is_interlaced(stream: Stream) -> bool:
    """By its field order; DV always is, and AVI cannot declare it."""
    return stream.field_order in _INTERLACED_ORDERS or stream.codec == "dvvideo"


def is_turned(stream: Stream) -> bool:
    """Whether players turn or mirror the video, rather than only move or scale it."""
    if not stream.display_matrix:
        return False
    a, b, _, c, d, *_ = stream.display_matrix
    return not (a > 0 and d > 0 and b == c == 0)


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
