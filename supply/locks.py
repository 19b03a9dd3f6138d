"""The packages in the locks of pip and npm, with the hashes by which they are installed."""

import base64
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parent.parent
# Folders beside requirements/ that have a lock of pip's, and those with one of npm's.
_PIP_FOLDERS: Final = ("functions", "layers/ffmpeg", "layers/probe", "web")
_NPM_FOLDERS: Final = ("web", "bytecode", "distribution", "tests/clients")
# What is in these is deployed to AWS, or served to browsers; all else builds, tests, or runs locally.
_DEPLOYED: Final = ("functions/", "layers/ffmpeg/", "layers/probe/", "web/package-lock.json")

_PIN = re.compile(r"(?P<name>[\w.-]+)(?:\[[\w,-]+\])?==(?P<version>[^\s;]+)")
_HASH = re.compile(r"--hash=(?P<algorithm>sha256):(?P<digest>[0-9a-f]{64})\b")


@dataclass(frozen=True, slots=True)
class Package:
    """`hashes` are of all files that may be installed, as (algorithm, hex digits)."""

    ecosystem: str
    name: str
    version: str
    hashes: tuple[tuple[str, str], ...]
    lock: str
    is_deployed: bool
    license: str | None = None


class LockFault(Exception):
    """A line of a lock that is no pinned package with hashes; the message names it."""


def pip_locks(root: Path = ROOT) -> list[Path]:
    others = [root / folder / "requirements.txt" for folder in _PIP_FOLDERS]
    return [*sorted((root / "requirements").glob("*.txt")), *others]


def npm_locks(root: Path = ROOT) -> list[Path]:
    return [root / folder / "package-lock.json" for folder in _NPM_FOLDERS]


def packages(root: Path = ROOT) -> Iterator[Package]:
    """All that is locked; raises LockFault."""
    for lock in pip_locks(root):
        yield from pip_packages(lock, root)
    for lock in npm_locks(root):
        yield from npm_packages(lock, root)


def pip_packages(lock: Path, root: Path = ROOT) -> Iterator[Package]:
    """Raises LockFault for a line that is not pinned, or has no hash."""
    where = lock.relative_to(root).as_posix()
    text = re.sub(r"\\\n", " ", lock.read_text())
    for line in filter(None, (line.partition(" #")[0].strip() for line in text.splitlines())):
        if line.startswith("#"):
            continue
        pin, hashes = _PIN.match(line), tuple(_HASH.findall(line))
        if not pin or not hashes:
            raise LockFault(f"{where}: {line[:80]!r} is not pinned with == and hashes")
        name = re.sub(r"[-_.]+", "-", pin["name"]).lower()
        yield Package("pypi", name, pin["version"], hashes, where, where.startswith(_DEPLOYED))


def npm_packages(lock: Path, root: Path = ROOT) -> Iterator[Package]:
    """Raises LockFault for a package without its integrity."""
    where = lock.relative_to(root).as_posix()
    for path, entry in json.loads(lock.read_text())["packages"].items():
        if not path:  # the project itself
            continue
        name = path.rpartition("node_modules/")[2]
        if "integrity" not in entry or "version" not in entry:
            raise LockFault(f"{where}: {name} has no integrity")
        is_deployed = where.startswith(_DEPLOYED) and not entry.get("dev")
        hashes = tuple(_integrity(entry))
        yield Package("npm", name, entry["version"], hashes, where, is_deployed, entry.get("license"))


def _integrity(entry: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for each in entry["integrity"].split():
        algorithm, _, digest = each.partition("-")
        yield algorithm, base64.b64decode(digest).hex()
