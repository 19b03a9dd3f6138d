"""The processes of this machine, as /proc shows them."""

from contextlib import suppress
from pathlib import Path


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
