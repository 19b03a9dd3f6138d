"""What ffprobe tells of a picture: its size, rate, fields, colors and alpha."""

import re
from fractions import Fraction
from typing import Any

from reelway.probe.report import ratio
from reelway.probe.source import HdrColor

_HDR_TRANSFERS = {"smpte2084", "arib-std-b67"}
_HDR_PRIMARIES = {"bt2020", "bt709", "smpte431", "smpte432"}
_HDR_MATRICES = {"bt2020nc", "bt2020c", "bt709"}
_INTERLACED = {"tt", "bb", "tb", "bt"}
_CODED_FIELDS = {"mpeg1video", "mpeg2video"}
_ALPHA_BESIDE = {"vp8", "vp9"}
_RATE_TOLERANCE = Fraction(1, 100)
_COMMON_TOLERANCE = Fraction(1, 500)
_MAX_BASE_RATE = 60
_SIMPLE_DENOMINATOR = 2  # 15, 12.5, 4.5 … frames per second
_ROOMY_RATES = (Fraction(30), Fraction(60))
_WITH_ALPHA = re.compile(r"(yuva|rgba|argb|bgra|abgr|gbrap|ya[0-9f]|ayuv|vuya|uyva).*")
_UPRIGHT = re.compile(r"\s*0+:\s+[1-9][0-9]*\s+0\s+-?[0-9]+\s+0*1:\s+0\s+[1-9][0-9]*\s.*", re.DOTALL)
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


def displayed_size(picture: dict[str, Any]) -> tuple[int, int]:
    """Width and height in square pixels, turned as the display matrix says."""
    width, height = int(picture["width"]), int(picture["height"])
    aspect = ratio(picture.get("sample_aspect_ratio"))
    width = max(2, round(width * aspect)) if aspect else width
    turns = (int(side.get("rotation", 0)) for side in picture.get("side_data_list", []))
    is_sideways = any(turn % 180 == 90 for turn in turns)
    return (height, width) if is_sideways else (width, height)


def frame_rate(picture: dict[str, Any]) -> Fraction:
    """The rate of the stream's own grid when it has one, else a common one at which no frame is lost.

    ffprobe's base rate is the lowest one that all timestamps fit. A variable rate on such a grid keeps
    every frame there; the fields of interlaced video, and of MPEG-1 and 2 anyway, make it twice the rate of
    the frames. Of Matroska it may be just the mean, an odd fraction.
    """
    base, mean = ratio(picture.get("r_frame_rate")), ratio(picture.get("avg_frame_rate"))
    if mean is None:
        return base or Fraction(25)
    if base is not None and _is_grid(base):
        is_of_fields = has_fields(picture) or picture["codec_name"] in _CODED_FIELDS
        if is_steady(picture) or (mean < base <= _MAX_BASE_RATE and not is_of_fields):
            return base
    common = min(_COMMON_RATES, key=lambda rate: abs(rate - mean))
    if abs(common - mean) <= mean * _COMMON_TOLERANCE:
        return common
    return next((rate for rate in _ROOMY_RATES if rate >= mean), mean.limit_denominator(1001))


def is_steady(picture: dict[str, Any]) -> bool:
    """Whether the mean rate is that of the grid which all timestamps fit."""
    base, mean = ratio(picture.get("r_frame_rate")), ratio(picture.get("avg_frame_rate"))
    return base is not None and mean is not None and abs(base - mean) <= mean * _RATE_TOLERANCE


def _is_grid(rate: Fraction) -> bool:
    return rate in _COMMON_RATES or rate.denominator <= _SIMPLE_DENOMINATOR


def has_fields(picture: dict[str, Any]) -> bool:
    """Whether the picture is interlaced; DV is, and AVI has no word for it."""
    return picture.get("field_order") in _INTERLACED or picture["codec_name"] == "dvvideo"


def is_turned_by(side: dict[str, Any]) -> bool:
    """Whether this side data has players turn or mirror the picture.

    The matrix is read, for mirroring has no angle: ffprobe prints its rows as '00000000: a b u'.
    """
    return "displaymatrix" in side and not _UPRIGHT.fullmatch(str(side["displaymatrix"]))


def has_alpha(picture: dict[str, Any]) -> bool:
    """VP8 and VP9 carry their alpha in a stream of its own, of which only a tag of the container tells."""
    if picture["codec_name"] in _ALPHA_BESIDE:
        tags = {str(name).lower(): value for name, value in picture.get("tags", {}).items()}
        return tags.get("alpha_mode") == "1"
    return bool(_WITH_ALPHA.fullmatch(str(picture.get("pix_fmt"))))


def color_matrix(picture: dict[str, Any]) -> str:
    """The declared matrix in swscale's words, else what players assume: bt709 for HD, bt601 below."""
    declared = {"bt709": "bt709", "bt470bg": "bt601", "smpte170m": "bt601", "bt2020nc": "bt2020"}
    guessed = "bt709" if int(picture["height"]) >= 720 else "bt601"
    return declared.get(str(picture.get("color_space")), guessed)


def hdr_color(picture: dict[str, Any]) -> HdrColor | None:
    """None for SDR. What an HDR picture does not declare is taken for BT.2020, as players do."""
    transfer = str(picture.get("color_transfer"))
    if transfer not in _HDR_TRANSFERS:
        return None
    primaries, matrix = str(picture.get("color_primaries")), str(picture.get("color_space"))
    return HdrColor(
        transfer=transfer,
        primaries=primaries if primaries in _HDR_PRIMARIES else "bt2020",
        matrix=matrix if matrix in _HDR_MATRICES else "bt2020nc",
    )
