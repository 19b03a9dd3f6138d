"""Runs one program and measures its wall-clock and CPU time."""

import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Usage:
    """Wall-clock seconds, and CPU seconds (user and system) of a program and all that it started."""

    wall_s: float
    cpu_s: float


def run(
    command: Sequence[str],
    *,
    log: Path,
    folder: Path | None = None,
    environ: Mapping[str, str] | None = None,
) -> Usage:
    """Run `command` to its end, with its output in `log`; raises RuntimeError when it fails.

    The CPU time is the kernel's account of the ended process and of every descendant that was waited for.
    """
    started_s = time.monotonic()
    with log.open("wb") as output:
        child = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, cwd=folder, env=environ
        )
        _, status, used = os.wait4(child.pid, 0)
    wall_s = time.monotonic() - started_s
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        end = log.read_text(errors="replace")[-2000:]  # about a screenful
        raise RuntimeError(f"{command[0]} ended with {child.returncode}:\n{end}")
    return Usage(wall_s, used.ru_utime + used.ru_stime)
