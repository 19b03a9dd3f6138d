"""Where a local system keeps its files, and on which ports it listens."""

import random
import re
import signal
import socket
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from local.errors import LocalError

MARK = "REELWAY_SYSTEM"
"""Set to the state folder in every process of a system, so that its orphans can be found."""

SAVE = signal.SIGUSR1
"""Has the emulator save its state and end at once; what still runs begins again after the next start."""

STEPS_VARIABLE = "REELWAY_STEPS"
"""How many steps of state machines the emulator runs at once (`local.bounding`)."""

CHECKOUT = Path(__file__).resolve().parent.parent
STACK_NAME = "reelway"
TEST_STACK_NAME = "reelway-tests"
DEFAULT_EDGE_PORT = 8080
DEFAULT_ACCESS = "open"
ACCESSES = ("open", "token", "read-only")
# The default of MiniStack and LocalStack, which many tools assume.
DEFAULT_EMULATOR_PORT = 4566
# Below those that a system gives to outgoing connections, one of which would take the port of a test's system
# while that is stopped.
_OWN_PORTS = range(20_000, 32_768)
_ORIGIN = re.compile(r"https?://[^/?#\s@]+")


@dataclass(frozen=True, slots=True)
class Settings:
    """One local system.

    Everything that it writes is under `state`, except build and downloads, which all systems of a checkout
    share. Two systems can run at the same time if they have different state folders and ports.
    """

    state: Path
    edge_port: int = DEFAULT_EDGE_PORT
    emulator_port: int = DEFAULT_EMULATOR_PORT
    checkout: Path = CHECKOUT
    emulator_url: str | None = None
    """The address of an emulator that somebody else has started; None for one of our own."""
    stack_name: str = STACK_NAME
    origins: tuple[str, ...] = ()
    """Origins of other sites whose pages may upload and delete through the edge; `*` are all."""
    hosts: tuple[str, ...] = ()
    """Names of this machine that the edge answers to, beside its addresses and localhost."""
    access: str = DEFAULT_ACCESS
    """The template's parameter `Access`: here everything is allowed, as nobody else reaches the edge."""

    @property
    def endpoint(self) -> str:
        return self.emulator_url or f"http://127.0.0.1:{self.emulator_port}"

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
    def deployed(self) -> Path:
        """What the emulator's state has as its last deploy."""
        return self.state / "deployed.json"

    @property
    def temporary(self) -> Path:
        return self.state / "tmp"

    @property
    def logs(self) -> Path:
        return self.state / "logs"

    @property
    def binaries(self) -> Path:
        """Folder with ffmpeg, first on the emulator's PATH."""
        return self.state / "bin"

    @property
    def guard_secret(self) -> Path:
        """What the emulator's guard knows the edge by."""
        return self.state / "guard-secret"

    @property
    def shared(self) -> Path:
        return self.checkout / ".reelway"

    @property
    def build(self) -> Path:
        return self.shared / ("build" if self.emulator_url is None else "build-with-layers")

    @property
    def downloads(self) -> Path:
        return self.shared / "downloads"


def of_checkout(environ: Mapping[str, str]) -> Settings:
    """The settings of `make up` and `make run`, by variables of the environment with the names that make has.

    Raises LocalError if one of them is not what it should be, or both ports are the same.
    """
    settings = Settings(
        state=CHECKOUT / ".reelway",
        edge_port=_port(environ, "PORT", DEFAULT_EDGE_PORT),
        emulator_port=_port(environ, "EMULATOR_PORT", DEFAULT_EMULATOR_PORT),
        origins=_origins(environ),
        hosts=_listed(environ, "HOSTS"),
        access=_access(environ),
    )
    if settings.edge_port == settings.emulator_port:
        raise LocalError(f"PORT and EMULATOR_PORT are both {settings.edge_port}; they must differ")
    return settings


def on_free_ports(state: Path, emulator_url: str | None = None) -> Settings:
    """Settings for a test's own system, with its state in `state`, on ports that are free now.

    On an emulator that somebody else has started it is a stack beside theirs.
    """
    edge, emulator = islice(filter(_is_free, random.sample(_OWN_PORTS, len(_OWN_PORTS))), 2)
    settings = Settings(state, edge, emulator)
    if emulator_url is None:
        return settings
    return replace(settings, emulator_url=emulator_url, stack_name=TEST_STACK_NAME)


def _is_free(port: int) -> bool:
    with socket.socket() as tried, suppress(OSError):
        tried.bind(("127.0.0.1", port))
        return True
    return False


def _port(environ: Mapping[str, str], name: str, default: int) -> int:
    text = environ.get(name) or str(default)
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 65535:
        raise LocalError(f"{name}={text} is not a port: expected a number from 1 to 65535")
    return int(text)


def _access(environ: Mapping[str, str]) -> str:
    access = environ.get("ACCESS") or DEFAULT_ACCESS
    if access not in ACCESSES:
        raise LocalError(f"ACCESS={access} is not known: expected one of {', '.join(ACCESSES)}")
    return access


def _origins(environ: Mapping[str, str]) -> tuple[str, ...]:
    found = _listed(environ, "ORIGINS")
    for origin in found:
        if origin != "*" and not _ORIGIN.fullmatch(origin):
            raise LocalError(
                f"ORIGINS={origin} is not an origin: expected one such as http://localhost:3000, without a"
                " slash at its end, several with commas between them, or *"
            )
    return found


def _listed(environ: Mapping[str, str], name: str) -> tuple[str, ...]:
    return tuple(item.strip().lower() for item in environ.get(name, "").split(",") if item.strip())
