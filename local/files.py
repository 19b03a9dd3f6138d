"""Small files that a program which is killed must not leave half written."""

from pathlib import Path


def write(path: Path, text: str) -> None:
    """The file has its former content or this one, at every moment."""
    unfinished = path.with_name(f"{path.name}.unfinished")
    unfinished.write_text(text)
    unfinished.replace(path)
