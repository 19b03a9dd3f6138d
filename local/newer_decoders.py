"""`python -m local.newer_decoders`: whether there is a newer ffmpeg, or reader of uploads, than is locked.

Both read strangers' files, so a patch release of either may close a hole. What is built into the pinned
wheels is a snapshot; `layers/*/NOTICE.txt` says of which version.
"""

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from local.settings import CHECKOUT

_LOCKS = tuple(CHECKOUT / "layers" / layer / "requirements.txt" for layer in ("ffmpeg", "probe"))
_PINNED = re.compile(r"^([a-z0-9-]+)==([0-9a-z.]+)", re.MULTILINE)
_UV = Path(sys.executable).with_name("uv")


class NoIndex(Exception):
    """The package index says nothing."""


def main() -> int:
    """Prints a line for each package; 1 where one of them is newer, 2 where nobody knows."""
    pinned = dict(_PINNED.findall("".join(lock.read_text() for lock in _LOCKS)))
    try:
        latest = latest_of(pinned, os.environ)
    except NoIndex as error:
        print(error, file=sys.stderr)
        return 2
    for name, version in pinned.items():
        is_newer = latest[name] != version
        print(f"{name} {version} is locked{f', {latest[name]} is out: make lock UPGRADE=1' * is_newer}")
    return int(latest != pinned)


def latest_of(names: Mapping[str, str], environ: Mapping[str, str]) -> dict[str, str]:
    """The newest releases, by the index that `environ` and the machine name; raises NoIndex."""
    command = [str(_UV), "pip", "compile", "-", "--no-deps", "--no-header", "--no-annotate", "--quiet"]
    done = subprocess.run(
        [*command, "--python", sys.executable, "--python-version", "3.13", "--only-binary", ":all:"],
        input="\n".join(names),
        env=dict(environ),
        capture_output=True,
        text=True,
        check=False,
    )
    found = dict(_PINNED.findall(done.stdout))
    if done.returncode or found.keys() != names.keys():
        raise NoIndex(f"The package index says nothing of {', '.join(names)}:\n{done.stderr.strip()}")
    return found


if __name__ == "__main__":
    sys.exit(main())
