"""The processes of this machine, as /proc shows them."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil

from local import processes


def processes_about(word: str, program: str = "ffmpeg") -> list[int]:
    """Those of `program` that run with `word` in one of their arguments."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it may end in this moment
            name, *arguments = (folder / "cmdline").read_bytes().split(b"\0")
            is_of_it = any(word.encode() in argument for argument in arguments)
            if is_of_it and Path(name.decode()).name == program:
                found.append(int(folder.name))
    return found


def environments_below(pid_file: Path) -> Iterator[dict[str, str]]:
    """Those of all processes that the one of `pid_file` has started, and that still run."""
    parent = processes.running(pid_file)
    for process in parent.children(recursive=True) if parent else ():
        with suppress(psutil.Error):
            yield process.environ()
