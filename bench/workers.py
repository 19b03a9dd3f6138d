"""CPU seconds of the Lambda workers below the emulator, and of the ffmpeg and ffprobe that they run."""

from collections.abc import Sequence
from contextlib import suppress
from typing import Protocol

import psutil


class Process(Protocol):
    """The part of `psutil.Process` that is used here."""

    def cpu_times(self) -> psutil._ntuples.pcputimes: ...
    def children(self, recursive: bool = ...) -> Sequence["Process"]: ...


def cpu_s(emulator: Process) -> float:
    """CPU seconds of all processes that the emulator has started; its own (S3, DynamoDB, …) are left out.

    For a process that runs, its own times are read. The kernel adds those of one that has ended to its
    parent's children times once the parent has waited for it, so that no worker is missed, however short it
    ran.
    """
    return _ended_s(emulator) + sum(_whole_s(child) for child in emulator.children())


def _whole_s(process: Process) -> float:
    with suppress(psutil.NoSuchProcess):  # it has just ended: its parent's children times have it
        times = process.cpu_times()
        return float(times.user + times.system) + cpu_s(process)
    return 0.0


def _ended_s(process: Process) -> float:
    times = process.cpu_times()
    return float(times.children_user + times.children_system)
