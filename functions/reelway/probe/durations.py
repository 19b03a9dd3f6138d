"""Lengths that only a reading of the whole file tells.

Some formats (FLV, WebM) tell the length of the whole only, which may be the sound's; recorders that write as
they go, like a browser's, leave that out, too.
"""

from typing import Any

from reelway.errors import MediaRejected
from reelway.probe.inspection import file_duration, stream_duration, tells_end
from reelway.probe.report import seconds
from reelway.probe.selection import audio_of_streams, video_of_streams

_TOLERANCE_S, _TOLERANCE = 1.0, 0.02  # by which a file may be shorter than it says


def are_missing(probed: dict[str, Any]) -> bool:
    """Whether ffprobe's report does not tell how long the picture is."""
    streams = probed.get("streams", [])
    picture = video_of_streams(streams)
    if picture is None or stream_duration(picture):
        return False
    return not is_told(probed) or audio_of_streams(streams) is not None


def is_told(probed: dict[str, Any]) -> bool:
    """Whether the file says how long it is as a whole."""
    return bool(seconds(probed.get("format", {}).get("duration")))


def added(probed: dict[str, Any], ends_s: dict[int, float]) -> dict[str, Any]:
    """The report with the lengths of streams whose last packets end at `ends_s`, by index.

    A whole whose length had not been told is marked `is_measured`. Raises MediaRejected `truncated` when the
    file promises much more than it holds.
    """
    form = probed["format"]
    start_s = seconds(form.get("start_time")) or 0.0
    found_s = max(ends_s.values(), default=start_s) - start_s
    if is_told(probed):
        _check_promise(file_duration(form, start_s) or 0.0, found_s)
    elif found_s > 0:
        told_s = found_s + (max(0.0, start_s) if tells_end(form) else 0.0)
        form = form | {"duration": str(told_s), "is_measured": True}
    streams = [_with_length(stream, ends_s.get(stream["index"])) for stream in probed["streams"]]
    return probed | {"streams": streams, "format": form}


def _with_length(stream: dict[str, Any], end_s: float | None) -> dict[str, Any]:
    if end_s is None:
        return stream
    return stream | {"duration": str(end_s - (seconds(stream.get("start_time")) or 0.0))}


def _check_promise(promised_s: float, found_s: float) -> None:
    if found_s < promised_s - max(_TOLERANCE_S, promised_s * _TOLERANCE):
        raise MediaRejected(
            "truncated",
            f"The file promises {promised_s:.1f} s but holds {found_s:.1f} s. "
            "It is incomplete or damaged; upload it again.",
        )
