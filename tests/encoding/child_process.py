"""`pipeline.process` in a separate Python process, to measure the memory of its children alone."""

import json
import os
import resource
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from reelway.errors import ReelwayError
from tests.support.samples import ROOT
from tests.support.system.pipeline import process

# In the environment where a function has its credentials. No published file may contain it.
CREDENTIAL = "CREDENTIAL-5d0f3c1be2a94786"


@dataclass(frozen=True, slots=True)
class Measured:
    """The result of processing one file, and its cost.

    `code` is READY, the failure's code, or class and code of the exception that was raised. `peak_mb` is the
    largest resident memory of a single ffmpeg or probe, `cpu_s` the time of all of them. `left` are files
    still in the working and temporary folders afterwards; `made` are the objects in the buckets other than
    the upload itself.
    """

    code: str
    message: str
    peak_mb: float
    wall_s: float
    cpu_s: float
    media: Path
    made: tuple[Path, ...]
    left: tuple[Path, ...]


def process_in_child(file: Path, folder: Path, programs: Path) -> Measured:
    """Process `file` in a child process that works below `folder`; `programs` holds ffmpeg."""
    places = [folder / name for name in ("work", "tmp", "home")]
    for place in places:
        place.mkdir(parents=True)
    environment = {
        "PATH": str(programs),
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "functions")]),
        "TMPDIR": str(folder / "tmp"),
        "HOME": str(folder / "home"),
        "AWS_SECRET_ACCESS_KEY": CREDENTIAL,
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    command = [sys.executable, "-m", "tests.encoding.child_process", str(file), str(folder / "buckets")]
    done = subprocess.run(
        command, cwd=folder / "work", env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    printed = json.loads(done.stdout)
    buckets = folder / "buckets"
    made = [path for path in _files_in(buckets) if path.parent != buckets / "uploads" / "uploads"]
    left = [path for place in places for path in _files_in(place)]
    left += [path for path in folder.iterdir() if path not in {*places, buckets}]
    return Measured(**printed, media=buckets / "media", made=tuple(made), left=tuple(left))


def _files_in(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if not path.is_dir())


def _main(file: str, folder: str) -> None:
    started_s = time.monotonic()
    try:
        failure = process(Path(file), Path(folder)).failure
        code, message = (failure.code, failure.message) if failure else ("READY", "")
    except ReelwayError as error:
        code, message = f"{type(error).__name__} {error.code}", error.detail
    wall_s = time.monotonic() - started_s
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu_s = used.ru_utime + used.ru_stime
    measured = {"peak_mb": used.ru_maxrss / 1024, "wall_s": wall_s, "cpu_s": cpu_s}
    print(json.dumps({"code": code, "message": message, **measured}))


if __name__ == "__main__":
    _main(*sys.argv[1:])
