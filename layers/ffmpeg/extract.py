"""usage: extract.py WHEELS_FOLDER BIN_FOLDER MACHINE: takes ffmpeg out of its wheel."""

import sys
import zipfile
from pathlib import Path

_PACKAGE, _PROGRAM = "imageio_ffmpeg", "ffmpeg"


def extract(wheel: Path, folder: Path, machine: str) -> None:
    """Write the program for `machine` into `folder`, executable; exits when the wheel has not exactly one."""
    ending = f"{_PROGRAM}-linux-{machine}"
    with zipfile.ZipFile(wheel) as archive:
        names = [n for n in archive.namelist() if n.rpartition("/")[2].partition("-v")[0] == ending]
        if len(names) != 1:
            sys.exit(f"{wheel.name}: expected one {_PROGRAM} for {machine}, found {names}")
        target = folder / _PROGRAM
        target.write_bytes(archive.read(names[0]))
    target.chmod(0o755)


if __name__ == "__main__":
    wheels, bin_folder, wanted_machine = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
    found = sorted(wheels.glob(f"{_PACKAGE}-*.whl"))
    if len(found) != 1:
        sys.exit(f"{wheels}: expected one wheel of {_PACKAGE}, found {[f.name for f in found]}")
    extract(found[0], bin_folder, wanted_machine)
