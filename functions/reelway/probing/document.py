"""What libav finds out about a file, as a JSON document; `probe.probe_document` parses it.

Its fields have ffprobe's names and words, which libav's documentation uses too: 'r_frame_rate' is the lowest
rate that all timestamps fit, 'avg_frame_rate' the mean.
"""

import re
from fractions import Fraction
from typing import Any

from av.audio.stream import AudioStream
from av.container import InputContainer
from av.stream import Stream
from av.video.stream import VideoStream

from reelway.probe.probe_document import report_of
from reelway.probe.rates import is_in_doubt
from reelway.probe.selection import preferred_video
from reelway.probing.colors import color_words
from reelway.probing.complaints import description
from reelway.probing.first_frame import first_frame, shown_by
from reelway.probing.interleaving import apart_bytes
from reelway.probing.packets import sampled_times_s

_MICROSECONDS = 1_000_000  # libav's unit of the times of a file
# libav's numbers (AVFieldOrder): as coded, then as shown.
_FIELD_ORDERS = {1: "progressive", 2: "tt", 3: "bb", 4: "tb", 5: "bt"}
# 'Stream #0:1[0x2](und): Video: none (dav1 / 0x31766164), …'; a codec that libav does not know is 'none'.
_DUMPED = re.compile(
    r"^ *Stream #0:(?P<index>[0-9]+).*?: (?:Video|Audio): (?P<codec>[\w.-]+)"
    r"(?:[^,]*?\((?P<tag>[^()/]{1,16}) / 0x[0-9A-F]+\))?(?:.*?, (?P<width>[0-9]+)x(?P<height>[0-9]+))?",
    re.MULTILINE,
)


def document_of(container: InputContainer) -> dict[str, Any]:
    """The document of a container; of the video stream that is shown, the first frame is decoded.

    Where its rates are in doubt, it has the times of its first packets.
    """
    dumped = {int(found["index"]): found for found in _DUMPED.finditer(description(container))}
    streams = [_stream(stream, dumped.get(stream.index)) for stream in container.streams]
    document = {"format": _format(container), "streams": streams}
    video = preferred_video(report_of(document).streams)
    if video is not None and video.is_decodable:
        stream = container.streams[video.index]
        assert isinstance(stream, VideoStream)  # noqa: S101  for mypy; its codec type says so
        _complete(streams[video.index], container, stream)
    return document


def _complete(printed: dict[str, Any], container: InputContainer, stream: VideoStream) -> None:
    """Add what only packets and frames tell."""
    frame = first_frame(container, stream)
    if frame is not None:
        printed |= shown_by(frame, printed)
    [seen] = report_of({"streams": [printed]}).streams
    if is_in_doubt(seen):
        printed["packet_times"] = sampled_times_s(container, stream)


def _format(container: InputContainer) -> dict[str, Any]:
    return {
        "format_name": container.format.name,
        "start_time": _seconds(container.start_time, Fraction(1, _MICROSECONDS)),
        "duration": _seconds(container.duration, Fraction(1, _MICROSECONDS)),
        "bit_rate": container.bit_rate,
        "apart_bytes": apart_bytes(container),
        "tags": container.metadata,
    }


def _stream(stream: Stream, dumped: re.Match[str] | None) -> dict[str, Any]:
    context = stream.codec_context
    printed = {
        "index": stream.index,
        "codec_type": stream.type,
        "start_time": _seconds(stream.start_time, stream.time_base),
        "duration": _seconds(stream.duration, stream.time_base),
        "nb_frames": stream.frames,
        "disposition": {"default": stream.disposition & 1, "attached_pic": stream.disposition >> 10 & 1},
        "tags": stream.metadata,
    }
    if context is None:  # libav has no decoder
        return printed | _of_unknown_codec(dumped)
    printed |= {
        "codec_name": context.codec.canonical_name,
        "codec_tag_string": context.codec_tag,
        "decoder": context.codec.name,
        "profile": context.profile,
        "level": getattr(context, "level", None),
        "bit_rate": context.bit_rate,
    }
    if isinstance(stream, VideoStream):
        printed |= _video(stream)
    elif isinstance(stream, AudioStream):
        printed |= {
            "channels": stream.codec_context.channels,
            "sample_rate": stream.codec_context.sample_rate,
        }
    return printed


def _of_unknown_codec(dumped: re.Match[str] | None) -> dict[str, Any]:
    """What libav writes about a stream that it cannot decode."""
    if dumped is None:
        return {}
    codec = "" if dumped["codec"] in {"none", "unknown"} else dumped["codec"]
    return {
        "codec_name": codec,
        "codec_tag_string": dumped["tag"] or "",
        "width": int(dumped["width"] or 0),
        "height": int(dumped["height"] or 0),
    }


def _video(stream: VideoStream) -> dict[str, Any]:
    context = stream.codec_context
    return {
        "width": context.width,
        "height": context.height,
        "pix_fmt": context.pix_fmt,
        "sample_aspect_ratio": _ratio(stream.sample_aspect_ratio),
        "r_frame_rate": _ratio(stream.base_rate),
        "avg_frame_rate": _ratio(stream.average_rate),
        "field_order": _FIELD_ORDERS.get(context.field_order, "unknown"),
        **color_words(context),
    }


def _seconds(time: int | None, unit: Fraction | None) -> str | None:
    return None if time is None or not unit else f"{float(time * unit):.6f}"


def _ratio(value: Fraction | None) -> str | None:
    return f"{value.numerator}/{value.denominator}" if value else None
