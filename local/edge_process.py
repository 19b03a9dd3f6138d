"""The edge as a program of a local system: starting and stopping it."""

import json
import sys
from pathlib import Path

from local import emulator, environment, files, processes
from local.settings import Settings

# On SIGTERM the edge closes its sockets; a download that is still running after this time is cut off.
_STOP_LIMIT_S = 10


def is_running(settings: Settings) -> bool:
    return processes.running(_pid(settings)) is not None


def has_other_options(settings: Settings) -> bool:
    """Whether it was started with other options than `settings` have."""
    return _options_file(settings).read_text() != _options(settings)


def start(settings: Settings, distribution_id: str) -> None:
    """Starts it and waits until it answers. Raises LocalError when it does not."""
    files.write(_options_file(settings), _options(settings))
    guard = [] if settings.emulator_url else ["--guard-secret", str(settings.guard_secret)]
    process = processes.spawn(
        [
            *(sys.executable, "-m", "local.edge"),
            *("--endpoint", settings.endpoint),
            *("--distribution-id", distribution_id),
            *("--port", str(settings.edge_port)),
            *guard,
            *(f"--origin={origin}" for origin in settings.origins),
            *(f"--host={host}" for host in settings.hosts),
        ],
        environ=environment.edge(settings),
        folder=settings.checkout,
        log=settings.logs / "edge.log",
        pid_file=_pid(settings),
    )
    emulator.wait_until_answers(f"{settings.edge_url}/_edge/health", process, settings, "edge")


def stop(settings: Settings) -> None:
    processes.stop(_pid(settings), grace_s=_STOP_LIMIT_S)


def _pid(settings: Settings) -> Path:
    return settings.state / "edge.pid"


def _options_file(settings: Settings) -> Path:
    return settings.state / "edge-options.json"


def _options(settings: Settings) -> str:
    return json.dumps({"origins": settings.origins, "hosts": settings.hosts})
