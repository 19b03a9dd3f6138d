"""ffmpeg and the probe: each command runs once, and is replayed afterwards with the files that it left."""

import hashlib
import os
import pickle
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

from local.settings import CHECKOUT

_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_SOURCES = re.compile(r"/[^\0 ]*/sources/")
_JOB_FOLDER = re.compile(r"/[^ \0:'=]*reelway-[^/\0 :']+")
_MAKERS = ("probing/*.py", "probe/*.py", "ports/encoder.py", "adapters/*_process.py")
_PROGRESS_S = 1.0  # of fake time between two reports


class Recorder:
    """Keeps recordings in `folder`, those of the present programs alone; ffmpeg is in `programs`.

    Files that are read lie below a folder `sources`, each in one that is named by its digest.

    `really()` gives real time for a command, and `waited(seconds)` is called for each report of a replay.
    """

    def __init__(
        self,
        folder: Path,
        programs: Path,
        really: Callable[[], AbstractContextManager[None]],
        waited: Callable[[float], None],
    ) -> None:
        self._folder = folder / _version(programs)
        for other in [] if self._folder.exists() else list(folder.glob("*")):
            shutil.rmtree(other, ignore_errors=True)
        self._folder.mkdir(parents=True, exist_ok=True)
        self._really = really
        self._waited = waited
        self._known: dict[str, Any] = {}
        self._rejections: dict[str, Exception] = {}
        self.runs = 0

    @contextmanager
    def in_place(self) -> Iterator[None]:
        """Functions that have been imported by now use the recordings."""
        from reelway.adapters.ffmpeg_process import Ffmpeg

        real_run, real_probe, real_measure = Ffmpeg.run, Ffmpeg.probe, Ffmpeg.measure

        def run(of: Ffmpeg, command: list[str], *, timeout_s: float) -> Iterator[Any]:
            made = self._recording(command, lambda: list(real_run(of, command, timeout_s=timeout_s)))
            reports, files = made
            self.runs += 1
            folder = _folder_of(command)
            for name, body in files.items():
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                (folder / name).write_bytes(body)
            for report in reports:
                self._waited(_PROGRESS_S)
                yield report

        def probe(of: Ffmpeg, url: str) -> Any:
            return self._recording(["probe", url], lambda: real_probe(of, url))[0]

        def measure(of: Ffmpeg, url: str) -> Any:
            return self._recording(["measure", url], lambda: real_measure(of, url))[0]

        with ExitStack() as patches:
            for name, replacement in {"run": run, "probe": probe, "measure": measure}.items():
                patches.enter_context(mock.patch.object(Ffmpeg, name, replacement))
            yield

    def _recording(self, command: list[str], make: Callable[[], Any]) -> tuple[Any, dict[str, bytes]]:
        key = self._key(command)
        if key in self._rejections:
            raise self._rejections[key]
        if key not in self._known:
            path = self._folder / key
            if not path.exists():
                made = path.with_suffix(f".{os.getpid()}")  # another run may be making the same
                made.write_bytes(pickle.dumps(self._record(command, make)))
                made.replace(path)
            self._known[key] = pickle.loads(path.read_bytes())  # noqa: S301  our own file
        found: tuple[Any, dict[str, bytes]] = self._known[key]
        return found

    def _record(self, command: list[str], make: Callable[[], Any]) -> tuple[Any, dict[str, bytes]]:
        folder = _folder_of(command)
        before = {path: path.stat().st_mtime_ns for path in _files(folder)}
        with self._really():
            try:
                result = make()
            except Exception as error:
                if type(error).__name__ == "MediaRejected":
                    self._rejections[self._key(command)] = error
                raise
        made = [path for path in _files(folder) if before.get(path) != path.stat().st_mtime_ns]
        return result, {str(path.relative_to(folder)): path.read_bytes() for path in made}

    def _key(self, command: list[str]) -> str:
        """The same for every video and folder."""
        text = _JOB_FOLDER.sub("@folder", "\0".join(map(str, command)))
        return hashlib.sha256(_SOURCES.sub("@sources/", _ID.sub("@id", text)).encode()).hexdigest()


def _version(programs: Path) -> str:
    """Of what makes recordings: ffmpeg, the probe, and the classes of what both report."""
    sources = [path for part in _MAKERS for path in sorted((CHECKOUT / "functions/reelway").glob(part))]
    texts = [*(path.read_bytes() for path in sources), str((programs / "ffmpeg").stat().st_size).encode()]
    return hashlib.sha256(b"\0".join(texts)).hexdigest()[:16]


def _folder_of(command: list[str]) -> Path:
    found = _JOB_FOLDER.search("\0".join(map(str, command)))
    return Path(found[0]) if found else Path("/nonexistent")


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()] if folder.exists() else []
