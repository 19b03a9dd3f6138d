"""What a build is made of: the files of the checkout, for this machine's processor."""

import hashlib
import platform
from collections.abc import Iterable
from pathlib import Path

_SOURCES = ("template.yaml", "samconfig.toml", "functions", "layers", "statemachine", "web")


def architecture() -> str:
    """Lambda's name for this machine's processor architecture."""
    return "arm64" if platform.machine().lower() in ("arm64", "aarch64") else "x86_64"


def digest(checkout: Path) -> str:
    """SHA-256 of names and content of all files that a build reads, except in dot folders and __pycache__."""
    seen = hashlib.sha256(architecture().encode())
    for path in sorted(_source_files(checkout)):
        content = path.read_bytes()
        seen.update(f"{path.relative_to(checkout)}\0{len(content)}\0".encode() + content)
    return seen.hexdigest()


def _source_files(checkout: Path) -> Iterable[Path]:
    for name in _SOURCES:
        source = checkout / name
        for path in [source] if source.is_file() else source.rglob("*"):
            parts = path.relative_to(checkout).parts
            if path.is_file() and not any(part.startswith(".") or part == "__pycache__" for part in parts):
                yield path
