"""An empty folder for each job, and an end to what jobs that were killed have left.

Lambda keeps /tmp from one job to the next, also when it has ended the first one in the middle. What is left
would take the room of the jobs that follow, and show the file of one uploader to the ffmpeg of another.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from fcntl import LOCK_EX, LOCK_NB, flock
from pathlib import Path

_PREFIX = "reelway-job-"


@contextmanager
def job_folder() -> Iterator[Path]:
    """An empty folder that is removed afterwards. Raises OSError where none can be made.

    It is locked for as long as the process lives. Folders of other jobs that nobody locks any more are
    removed first; on a laptop several jobs run side by side, in one /tmp.
    """
    _remove_abandoned()
    folder, lock = _locked_folder()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)


def _locked_folder() -> tuple[Path, int]:
    while True:
        folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
        lock = _lock(folder)
        if lock is not None and folder.exists():
            return folder, lock
        # Another job has removed it, because it came upon it before it was locked.
        if lock is not None:
            os.close(lock)


def _remove_abandoned() -> None:
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        lock = _lock(folder)
        if lock is not None:
            shutil.rmtree(folder, ignore_errors=True)
            os.close(lock)


def _lock(folder: Path) -> int | None:
    """A file descriptor that holds the lock; None while another process holds it, or without the folder."""
    try:
        found = os.open(folder, os.O_RDONLY)
    except OSError:
        return None
    try:
        flock(found, LOCK_EX | LOCK_NB)
    except BlockingIOError:
        os.close(found)
        return None
    return found
