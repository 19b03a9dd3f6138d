"""The machine that the figures were measured on, described without names that identify it."""

import datetime
import os
import platform
import subprocess
from pathlib import Path
from typing import Any

import psutil


def keep_to_cores(count: int) -> None:
    """Bind this process, and all that it starts from now on, to `count` cores."""
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:count])


def described(**versions: str) -> dict[str, Any]:
    """JSON-ready: date, machine, the given versions of programs, and the load average of the last minute."""
    return {
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "machine": f"{len(os.sched_getaffinity(0))} cores of {_processor()}, "
        f"{round(psutil.virtual_memory().total / 2**30)} GB, {platform.system()} {platform.machine()}",
        **versions,
        "load_before": round(os.getloadavg()[0], 2),
    }


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.machine())


def ffmpeg_version(binaries: Path) -> str:
    printed = subprocess.run(
        [binaries / "ffmpeg", "-version"], check=True, capture_output=True, text=True
    ).stdout
    return printed.split()[2]
