"""MiniStack: started with the state that its last graceful stop has saved, and stopped gracefully.

MiniStack writes its tables, queues and stacks to disk only on SIGTERM, but the content of S3 objects at once.
After a kill or a power cut it starts with the state of the last graceful stop: what was uploaded or deployed
since is lost.
"""

import os
import shutil
import sys
import time
import urllib.error
import urllib.request

import psutil

from local import environment, processes, stream_positions
from local.errors import LocalError
from local.settings import Settings

# It takes 1 to 3 s, and up to ten times as long on a busy machine.
_START_LIMIT_S = 60
# The state of thousands of videos is written within seconds; a stop that is cut short loses it.
_STOP_LIMIT_S = 60


def is_running(settings: Settings) -> bool:
    return processes.running(settings.state / "emulator.pid") is not None


def start(settings: Settings) -> bool:
    """Starts the emulator and waits until it answers; False when its last stop was not graceful.

    Raises LocalError when it exits, or does not answer within 60 s.
    """
    unsaved = settings.state / "emulator.unsaved"
    graceful = not unsaved.exists()
    if not settings.emulator_state.exists():
        # MiniStack would restore objects in buckets whose settings are lost.
        shutil.rmtree(settings.object_data, ignore_errors=True)
    stream_positions.rewind(settings.emulator_state)
    shutil.rmtree(settings.temporary, ignore_errors=True)
    settings.temporary.mkdir(parents=True)
    unsaved.touch()
    process = processes.spawn(
        [sys.executable, "-m", "local.emulated_aws"],
        environ=environment.emulator(settings),
        folder=settings.checkout,
        log=settings.logs / "emulator.log",
        pid_file=settings.state / "emulator.pid",
    )
    wait_until_answers(f"{settings.endpoint}/_ministack/health", process, settings, "emulator")
    return graceful


def stop(settings: Settings) -> None:
    """Stops the emulator and its Lambda workers, and waits until its state is on disk."""
    if is_running(settings) and processes.stop(settings.state / "emulator.pid", grace_s=_STOP_LIMIT_S):
        (settings.state / "emulator.unsaved").unlink(missing_ok=True)


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
