"""Reads requirement files: the direct requirements (`.in`) and the locked ones (`.txt`)."""

import re
from pathlib import Path

_PIN = re.compile(r"^(?P<name>[\w.-]+)(?:\[[\w,-]+\])?==(?P<version>[^\s;]+)")


def versions(file: Path) -> dict[str, str]:
    """Version by library; raises AssertionError for a requirement that is not pinned with ==."""
    pinned = {}
    for line in file.read_text().splitlines():
        if not line or line.startswith(("#", "-", " ")):
            continue
        pin = _PIN.match(line)
        assert pin, f"{file.name}: {line!r} is not pinned with =="
        pinned[pin["name"].lower().replace("_", "-")] = pin["version"]
    return pinned


def hashes(file: Path) -> dict[str, list[str]]:
    """The SHA-256 of every file that may be installed, by library."""
    found: dict[str, list[str]] = {}
    name = ""
    for line in file.read_text().splitlines():
        if pin := _PIN.match(line):
            name = pin["name"]
            found[name] = []
        if digest := re.search(r"--hash=sha256:([0-9a-f]{64})\b", line):
            found[name].append(digest[1])
    return found
