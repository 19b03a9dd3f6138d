"""What ffprobe prints, as numbers."""

import re
from fractions import Fraction

_CLOCK = re.compile(r"([0-9]{1,6}):([0-9]{2}):([0-9]{2}(?:\.[0-9]{1,12})?)")


def seconds(text: str | None) -> float | None:
    return float(text) if text and text != "N/A" else None


def clock(text: str | None) -> float | None:
    """Seconds of Matroska's 'HH:MM:SS.fraction'; None for any other text that the file's maker chose."""
    match = _CLOCK.fullmatch(text or "")
    return int(match[1]) * 3600 + int(match[2]) * 60 + float(match[3]) if match else None


def whole(value: str | int | None) -> int:
    """A count out of a number or digits; 0 when it is missing or 'N/A'."""
    return int(value) if value is not None and str(value).isdigit() else 0


def ratio(text: str | None) -> Fraction | None:
    """A positive fraction out of 'a/b' or 'a:b', else None."""
    if not text:
        return None
    numerator, _, denominator = text.replace(":", "/").partition("/")
    if not (numerator.isdigit() and denominator.isdigit()) or 0 in (int(numerator), int(denominator)):
        return None
    return Fraction(int(numerator), int(denominator))
