"""Where one local system keeps its files and which ports it listens on."""

import socket
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from local.errors import LocalError

CHECKOUT = Path(__file__).resolve().parent.parent
STACK_NAME = "reelway"
DEFAULT_EDGE_PORT = 8080
DEFAULT_EMULATOR_PORT = 4566


@dataclass(frozen=True, slots=True)
class Settings:
    """One local system.

    `state` holds everything it writes but the build, which every system of the checkout shares. Two systems
    may run side by side when neither `state` nor a port is the same.
    """

    state: Path
    edge_port: int = DEFAULT_EDGE_PORT
    emulator_port: int = DEFAULT_EMULATOR_PORT
    checkout: Path = CHECKOUT

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.emulator_port}"

    @property
    def edge_url(self) -> str:
        return f"http://127.0.0.1:{self.edge_port}"

    @property
    def emulator_state(self) -> Path:
        return self.state / "emulator"

    @property
    def object_data(self) -> Path:
        return self.state / "s3"

    @property
    def temporary(self) -> Path:
        return self.state / "tmp"

    @property
    def logs(self) -> Path:
        return self.state / "logs"

    @property
    def binaries(self) -> Path:
        """Folder with ffmpeg and ffprobe, first on the emulator's PATH."""
        return self.state / "bin"

    @property
    def shared(self) -> Path:
        return self.checkout / ".reelway"

    @property
    def build(self) -> Path:
        return self.shared / "build"

    @property
    def downloads(self) -> Path:
        return self.shared / "downloads"


def of_checkout(environ: Mapping[str, str]) -> Settings:
    """The settings of `make up` and `make run`, with PORT and EMULATOR_PORT of the environment.

    Raises LocalError when one of them is no port number, or both are the same.
    """
    settings = Settings(
        state=CHECKOUT / ".reelway",
        edge_port=_port(environ, "PORT", DEFAULT_EDGE_PORT),
        emulator_port=_port(environ, "EMULATOR_PORT", DEFAULT_EMULATOR_PORT),
    )
    if settings.edge_port == settings.emulator_port:
        raise LocalError(f"PORT and EMULATOR_PORT are both {settings.edge_port}; they must differ")
    return settings


def on_free_ports(state: Path) -> Settings:
    """Settings of a system of its own for tests: state in `state`, ports that are free at this moment."""
    with socket.socket() as edge, socket.socket() as emulator:
        edge.bind(("127.0.0.1", 0))
        emulator.bind(("127.0.0.1", 0))
        return Settings(state, edge.getsockname()[1], emulator.getsockname()[1])


def _port(environ: Mapping[str, str], name: str, default: int) -> int:
    text = environ.get(name) or str(default)
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 65535:
        raise LocalError(f"{name}={text} is no port: expected a number from 1 to 65535")
    return int(text)
