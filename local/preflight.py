"""Checks that are made before anything is downloaded: `python3 -m local.preflight [run|up] -- [FILE]`.

The Makefile runs it with the machine's own Python before there is an environment, so it uses only the
standard library.
"""

import os
import socket
import stat
import sys
from pathlib import Path

from local.errors import LocalError
from local.settings import MARK, Settings, of_checkout


def main(arguments: list[str]) -> int:
    """Check the ports for `run` and `up`, and FILE for `run`."""
    actions, files = arguments[: arguments.index("--")], arguments[arguments.index("--") + 1 :]
    try:
        settings = of_checkout(os.environ)
        if "run" in actions and files:
            check_clip(Path(files[0]))
        if actions and not _is_running(settings):
            check_port("EMULATOR_PORT", settings.emulator_port)
            check_port("PORT", settings.edge_port)
    except LocalError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def check_clip(file: Path) -> None:
    """Raises LocalError unless `file` is a regular file that can be read and is not empty."""
    try:
        fault = _clip_fault(file)
    except OSError as error:
        fault = error.strerror or str(error)
    if fault:
        raise LocalError(f"FILE={file}: {fault}")


def check_port(name: str, port: int) -> None:
    """Raises LocalError, naming the setting `name`, when something listens on `port` of 127.0.0.1."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise LocalError(
                f"port {port} is taken by another program; choose another with {name}=… ({error.strerror})"
            ) from error


def _clip_fault(file: Path) -> str:
    """What is wrong with the file, or ""; raises OSError."""
    mode = file.stat().st_mode
    if stat.S_ISDIR(mode):
        return "this is a folder, not a video"
    if not stat.S_ISREG(mode):
        return "this is not a regular file"
    with file.open("rb") as opened:
        return "" if opened.read(1) else "the file is empty"


def _is_running(settings: Settings) -> bool:
    """Whether a process of this checkout's system may hold the ports; `system.start` ends leftovers."""
    mark = f"{MARK}={settings.state}".encode()
    return any(mark in _environ(folder).split(b"\0") for folder in Path("/proc").glob("[0-9]*"))


def _environ(process: Path) -> bytes:
    try:
        return (process / "environ").read_bytes()
    except OSError:  # it has ended, or is somebody else's
        return b""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
