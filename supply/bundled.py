"""What is deployed and stands in no lock: the binary of ffmpeg, and the libraries in PyAV's wheel."""

import base64
import csv
import io
import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from supply.locks import LockFault

# 'av.libs/libavcodec-5e6b81c2.so.62.28.102': a name, auditwheel's hash, and the interface's version.
_LIBRARY = re.compile(r"av\.libs/(?P<name>lib[\w+-]+?)-[0-9a-f]{8}\.so(?:\.(?P<version>[\d.]+))?")
_FFMPEG_LIBRARIES = ("libav", "libsw")
_FFMPEG = re.compile(r"^ *ffmpeg (?P<version>\d[\w.]*) ", re.MULTILINE)
_PYAV_FFMPEG = re.compile(r"those\s+of\s+FFmpeg\s+(?P<version>\d[\d.]*\d)")


@dataclass(frozen=True, slots=True)
class Library:
    """A shared library of a wheel. `version` is that of its interface, `sha256` in hex digits."""

    file: str
    name: str
    version: str
    sha256: str

    @property
    def is_of_ffmpeg(self) -> bool:
        return self.name.startswith(_FFMPEG_LIBRARIES)


def ffmpeg_version(root: Path) -> str:
    """Of the program that encodes, as the layer's notice says."""
    return _found(_FFMPEG, root / "layers" / "ffmpeg" / "NOTICE.txt")


def pyav_ffmpeg_version(root: Path) -> str:
    """Of the libraries that read uploads."""
    return _found(_PYAV_FFMPEG, root / "layers" / "probe" / "NOTICE.txt")


def ffmpeg_sha256(root: Path, architecture: str) -> str:
    [line] = (root / "layers" / "ffmpeg" / f"{architecture}.sha256").read_text().splitlines()
    return line.split()[0]


def libraries(wheel: Path) -> Iterator[Library]:
    """The shared libraries in PyAV's wheel, by the checksums in its own list of files."""
    with zipfile.ZipFile(wheel) as archive:
        record = archive.read(_member(archive, "RECORD")).decode()
    for path, digest, _ in csv.reader(io.StringIO(record)):
        found = _LIBRARY.fullmatch(path)
        if found:
            coded = digest.removeprefix("sha256=")
            sha256 = base64.urlsafe_b64decode(f"{coded}=").hex()
            yield Library(path, found["name"], found["version"] or "0", sha256)


def system_packages(wheel: Path) -> list[tuple[str, str, str]]:
    """(name, version, package URL) of what the wheel's builder took from its operating system.

    auditwheel lists them in the wheel, several times where it took several files.
    """
    with zipfile.ZipFile(wheel) as archive:
        listed = json.loads(archive.read(_member(archive, "sboms/auditwheel.cdx.json")))["components"]
    return sorted({(e["name"], e["version"], e["purl"]) for e in listed if e["purl"].startswith("pkg:rpm/")})


def _member(archive: zipfile.ZipFile, ending: str) -> str:
    [name] = [name for name in archive.namelist() if name.endswith(f".dist-info/{ending}")]
    return name


def _found(pattern: re.Pattern[str], notice: Path) -> str:
    """Raises LockFault."""
    match = pattern.search(notice.read_text())
    if match is None:
        raise LockFault(f"{notice} names no version of FFmpeg")
    return match["version"]
