"""The document that the probing child prints, parsed once into typed facts.

The file's maker chose much of it: what is missing, 'N/A', of the wrong type, or no number that a video can
have counts as not declared. Only text that is no JSON object at all is refused.
"""

import json
import math
import re
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from reelway import failures
from reelway.probe import containers, decoders
from reelway.probe.report import Report, Stream

_CLOCK = re.compile(r"([0-9]{1,6}):([0-9]{2}):([0-9]{2}(?:\.[0-9]{1,12})?)")
_COUNT = re.compile(r"[0-9]{1,19}")  # 64 bits, which is what libav counts with
_RATIO = re.compile(r"0*([1-9][0-9]{0,18})[/:]0*([1-9][0-9]{0,18})")
# libav's 64 bits of microseconds: far longer than any limit, and no sum or product of times overflows.
_MAX_TIME_S = 9.3e12
_MATRIX_SIZE = 9  # three rows of three


def parsed(text: str) -> Report:
    """Parse the child's JSON (`reelway.probing.document`); raises MediaRejected `unreadable`."""
    try:
        printed = json.loads(text)
    except (ValueError, RecursionError):
        printed = None
    if not isinstance(printed, dict):
        raise failures.unknown_format(containers.names())
    return report_of(printed)


def report_of(printed: Mapping[str, Any]) -> Report:
    """The report in the JSON object, whatever is in it."""
    form, streams = _object(printed.get("format")), _list(printed.get("streams"))
    format_name = _text(form.get("format_name"))
    start_s = _seconds(form.get("start_time")) or 0.0
    duration_s = _seconds(form.get("duration"))
    if duration_s and containers.container_of(format_name).declares_end:
        duration_s -= max(0.0, start_s)
    return Report(
        format_name=format_name,
        start_s=start_s,
        duration_s=duration_s,
        bitrate_bps=_count(form.get("bit_rate")),
        apart_bytes=_count(form.get("apart_bytes")),
        major_brand=_text(_object(form.get("tags")).get("major_brand")),
        streams=tuple(_stream(_object(stream), place) for place, stream in enumerate(streams)),
    )


def _stream(printed: Mapping[str, Any], place: int) -> Stream:
    tags, disposition = _object(printed.get("tags")), _object(printed.get("disposition"))
    return Stream(
        index=_count(printed.get("index", place)),
        kind=_text(printed.get("codec_type")),
        codec=_text(printed.get("codec_name")),
        codec_tag=_text(printed.get("codec_tag_string")),
        is_decodable=_text(printed.get("decoder")) in decoders.NAMES,
        profile=_text(printed.get("profile")),
        level=_count(printed.get("level")),
        bitrate_bps=_count(printed.get("bit_rate")),
        start_s=_seconds(printed.get("start_time")),
        duration_s=_seconds(printed.get("duration")),
        end_s=_clock(tags.get("DURATION")),
        frames=_count(printed.get("nb_frames")),
        width=_count(printed.get("width")),
        height=_count(printed.get("height")),
        pixel_format=_text(printed.get("pix_fmt")),
        pixel_aspect=_ratio(printed.get("sample_aspect_ratio")),
        base_rate=_ratio(printed.get("r_frame_rate")),
        mean_rate=_ratio(printed.get("avg_frame_rate")),
        packet_times_s=_times(printed.get("packet_times")),
        field_order=_text(printed.get("field_order")),
        color_transfer=_text(printed.get("color_transfer")),
        color_primaries=_text(printed.get("color_primaries")),
        color_matrix=_text(printed.get("color_space")),
        alpha_mode=_alpha_mode(tags),
        display_matrix=_display_matrix(printed.get("display_matrix")),
        channels=_count(printed.get("channels")),
        sample_rate_hz=_count(printed.get("sample_rate")),
        is_default=bool(disposition.get("default")),
        is_cover=bool(disposition.get("attached_pic")),
    )


def _display_matrix(value: object) -> tuple[int, ...]:
    numbers = tuple(number for number in _list(value) if isinstance(number, int))
    return numbers if len(numbers) == _MATRIX_SIZE else ()


def _times(value: object) -> tuple[float, ...] | None:
    """None where no times were read."""
    if not isinstance(value, list):
        return None
    return tuple(sorted(time_s for time_s in map(_seconds, value) if time_s is not None))


def _alpha_mode(tags: Mapping[str, Any]) -> str:
    """Muxers write the tag's name in lower or upper case."""
    return next((_text(value) for name, value in tags.items() if name.lower() == "alpha_mode"), "")


def _object(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(value: object) -> str:
    """Text, or a number as text."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return value if isinstance(value, str) else str(value) if is_number else ""


def _seconds(value: object) -> float | None:
    """Seconds out of text, at most `_MAX_TIME_S` to either side of zero; None for 'N/A', 'nan' and 'inf'."""
    try:
        time_s = float(_text(value))
    except ValueError:
        return None
    return max(-_MAX_TIME_S, min(time_s, _MAX_TIME_S)) if math.isfinite(time_s) else None


def _clock(value: object) -> float | None:
    """Seconds of Matroska's 'HH:MM:SS.fraction'; None for any other text that the file's maker chose."""
    match = _CLOCK.fullmatch(_text(value))
    return int(match[1]) * 3600 + int(match[2]) * 60 + float(match[3]) if match else None


def _count(value: object) -> int:
    """A count out of a number or digits; 0 when it is missing, 'N/A' or negative."""
    text = _text(value)
    return int(text) if _COUNT.fullmatch(text) else 0


def _ratio(value: object) -> Fraction | None:
    """A positive fraction out of 'a/b' or 'a:b', else None."""
    match = _RATIO.fullmatch(_text(value))
    return Fraction(int(match[1]), int(match[2])) if match else None
