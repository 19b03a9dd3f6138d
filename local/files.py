"""Files and folders of a local system, as a program leaves them that may be killed at any moment."""

import os
import subprocess
import uuid
from pathlib import Path

_discarding: list[subprocess.Popen[bytes]] = []
"""References, because a Popen that is garbage-collected while its program runs emits a ResourceWarning."""


def write(path: Path, text: str) -> None:
    """The file has its former content or this one, at every moment."""
    unfinished = path.with_name(f"{path.name}.unfinished")
    unfinished.write_text(text)
    unfinished.replace(path)


def write_secret(path: Path, text: str) -> None:
    """A new file that only its owner can read."""
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)


def discard(folder: Path) -> None:
    """The folder is gone at once, and its files after a while: each worker of a function had its own code.

    So are those that an earlier call had not finished.
    """
    if folder.exists():
        folder.rename(folder.with_name(f"{folder.name}.{uuid.uuid4().hex}"))
    if leftovers := list(folder.parent.glob(f"{folder.name}.*")):
        command = ["rm", "-rf", "--", *map(str, leftovers)]
        _discarding.append(subprocess.Popen(command, start_new_session=True, stderr=subprocess.DEVNULL))
