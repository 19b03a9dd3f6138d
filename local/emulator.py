"""MiniStack: started with the state that its last graceful stop has saved, and stopped gracefully.

After a kill or a power cut it starts with the state of the last graceful stop (`local.saved_state`): what was
uploaded or deployed since is lost.
"""

import os
import secrets
import sys
import time
import urllib.error
import urllib.request

import psutil

from local import environment, files, processes, restored_state, saved_state
from local.errors import LocalError
from local.settings import SAVE, Settings

# It takes 1 to 3 s, and up to ten times as long on a busy machine.
_START_LIMIT_S = 60
# The state of thousands of videos is written within seconds; a stop that is cut short loses it.
_STOP_LIMIT_S = 60


def is_running(settings: Settings) -> bool:
    return processes.running(settings.state / "emulator.pid") is not None


def start(settings: Settings) -> str:
    """Starts the emulator and waits until it answers; a line about what its last stop has lost, or "".

    Raises LocalError when it exits, or does not answer within 60 s.
    """
    lost = saved_state.prepare(settings)
    restored_state.adapt(settings.emulator_state, settings.emulator_port)
    files.discard(settings.temporary)
    settings.temporary.mkdir(parents=True)
    files.write_secret(settings.guard_secret, secrets.token_urlsafe())
    process = processes.spawn(
        [
            *(sys.executable, "-m", "local.emulated_aws"),
            *(str(saved_state.unsaved_mark(settings)), str(settings.guard_secret)),
        ],
        environ=environment.emulator(settings),
        folder=settings.checkout,
        log=settings.logs / "emulator.log",
        pid_file=settings.state / "emulator.pid",
    )
    wait_until_answers(f"{settings.endpoint}/_ministack/health", process, settings, "emulator")
    return lost


def stop(settings: Settings) -> None:
    """Stops the emulator and its Lambda workers, and waits until its state is on disk."""
    processes.stop(settings.state / "emulator.pid", grace_s=_STOP_LIMIT_S, by=SAVE)


def wait_until_answers(url: str, process: psutil.Process, settings: Settings, name: str) -> None:
    """Returns when `url` answers 200; raises LocalError with the end of the log after 60 s or an exit."""
    deadline = time.monotonic() + _START_LIMIT_S
    while time.monotonic() < deadline and processes.alive(process):
        try:
            with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(url, timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
    log = settings.logs / f"{name}.log"
    shown = os.path.relpath(log)
    raise LocalError(f"the {name} did not come up; the end of {shown}:\n{processes.last_lines(log)}")
