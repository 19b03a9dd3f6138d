"""CPU seconds of the Lambda workers below the emulator, and of the ffmpeg and ffprobe that they run."""

from collections.abc import Sequence
from contextlib import suppress
from typing import Protocol

import psutil


class Process(Protocol):
    """What is asked of a `psutil.Process`."""

    def cpu_times(self) -> psutil._ntuples.pcputimes: ...
    def children(self, recursive: bool = ...) -> Sequence["Process"]: ...


def cpu_s(emulator: Process) -> float:
    """Of everything that the emulator ever started; its own work (S3, DynamoDB, Step Functions) is left out.

    A living process is counted by its own clock. One that has ended is in the account of its parent, where
    the kernel adds it up once it was waited for; so no worker is missed, however short its life was.
    """
    return _ended_s(emulator) + sum(_whole_s(child) for child in emulator.children())


def _whole_s(process: Process) -> float:
    with suppress(psutil.NoSuchProcess):  # then its parent's account has it
        times = process.cpu_times()
        return float(times.user + times.system) + cpu_s(process)
    return 0.0


def _ended_s(process: Process) -> float:
    times = process.cpu_times()
    return float(times.children_user + times.children_system)
