"""Durations: when the whole file must be read to know them, and how much shorter than declared one may be.

Some formats (FLV, WebM) declare the duration of the whole only, which may be the audio's; recorders that
write as they go, like a browser's, declare none.
"""

from collections.abc import Mapping
from dataclasses import replace

from reelway import failures
from reelway.probe.report import Report, Stream
from reelway.probe.selection import audio_of, video_of

# Good files are shorter than declared too: by the last frame's duration at a low rate, by rounded clocks, or
# where their audio ends later. A second covers those, 2 % damage that hardly shows; more is a file cut off.
_TOLERANCE_S, _TOLERANCE = 1.0, 0.02


def min_expected_s(declared_s: float) -> float:
    """What a file must hold at least that declares `declared_s`; one that holds less is truncated."""
    return declared_s - max(_TOLERANCE_S, declared_s * _TOLERANCE)


def are_missing(report: Report) -> bool:
    """Whether only a reading of the whole file says how long its video stream is."""
    video = video_of(report.streams)
    if video is None or video.declared_s:
        return False
    return not report.duration_s or audio_of(report.streams) is not None


def added(report: Report, ends_s: Mapping[int, float]) -> Report:
    """The report with the durations of streams whose last packets end at `ends_s` seconds, by stream index.

    It is marked `is_measured` where the file had not declared a duration of the whole. Raises MediaRejected
    `truncated` when the file declares much more than it holds.
    """
    found_s = max(ends_s.values(), default=report.start_s) - report.start_s
    if report.duration_s:
        check_whole(declared_s=report.duration_s, found_s=found_s)
    elif found_s > 0:
        report = replace(report, duration_s=found_s, is_measured=True)
    streams = tuple(_measured(stream, ends_s.get(stream.index)) for stream in report.streams)
    return replace(report, streams=streams)


def check_whole(*, declared_s: float, found_s: float) -> None:
    """Raises MediaRejected `truncated`."""
    if found_s < min_expected_s(declared_s):
        raise failures.truncated(declared_s=declared_s, found_s=found_s)


def _measured(stream: Stream, end_s: float | None) -> Stream:
    return stream if end_s is None else replace(stream, duration_s=end_s - (stream.start_s or 0.0))
