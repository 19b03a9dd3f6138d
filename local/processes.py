"""Background processes, which outlive the command that started them and are found again by a pid file."""

import json
import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import psutil

from local import files
from local.settings import MARK

_SAME_START_S = 2.0
"""Two readings of one process's start time may differ by this much if the clock was adjusted in between."""

_KILL_LIMIT_S = 5
"""SIGKILL takes effect at once, unless the process waits for a disk."""

_children: list[subprocess.Popen[bytes]] = []
"""References, because a Popen that is garbage-collected while its program runs emits a ResourceWarning."""


def spawn(
    argv: Sequence[str], *, environ: Mapping[str, str], folder: Path, log: Path, pid_file: Path
) -> psutil.Process:
    """Starts `argv` in a session of its own, where Ctrl-C in the terminal does not reach it."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        child = subprocess.Popen(
            argv,
            env=dict(environ),
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    _children.append(child)
    process = psutil.Process(child.pid)
    files.write(pid_file, json.dumps({"pid": child.pid, "started": process.create_time()}))
    return process


def running(pid_file: Path) -> psutil.Process | None:
    """The process that `spawn` wrote to `pid_file`, or None if it has ended, even if its pid was reused.

    One that is just ending is waited for, so that its ports are free again.
    """
    try:
        noted = json.loads(pid_file.read_text())
        process = psutil.Process(noted["pid"])
        same = abs(process.create_time() - noted["started"]) < _SAME_START_S
    except (FileNotFoundError, ValueError, KeyError, TypeError, psutil.NoSuchProcess):
        return None
    if not same:
        return None
    if not alive(process):
        _wait_until_ended([process], limit_s=_KILL_LIMIT_S)
        return None
    return process


def alive(process: psutil.Process) -> bool:
    """Whether the process runs; a zombie does not count."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def stop(pid_file: Path, *, grace_s: float, by: signal.Signals = signal.SIGTERM) -> bool:
    """Ends the process of `pid_file` and its children; False if it had to be killed after `grace_s`."""
    process = running(pid_file)
    gentle = True
    if process is not None:
        family = [process, *process.children(recursive=True)]
        process.send_signal(by)
        gentle = _wait_until_ended([process], limit_s=grace_s)
        _kill(family)
    pid_file.unlink(missing_ok=True)
    return gentle


def kill_orphans(state: Path) -> None:
    """Kills processes that outlived their system, such as an ffmpeg of an emulator that was killed.

    Until there is none: one may have started another just before it was killed.
    """
    until = time.monotonic() + _KILL_LIMIT_S
    while orphans := [process for process in psutil.process_iter() if _is_of(state, process)]:
        _kill(orphans)
        if time.monotonic() > until:
            return


def last_lines(log: Path, count: int = 15) -> str:
    """The end of a log, to be part of an error message."""
    return "\n".join(log.read_text(errors="replace").splitlines()[-count:])


def _is_of(state: Path, process: psutil.Process) -> bool:
    """By its environment; a worker that runs ffmpeg hides it, and is known by where its script lies."""
    try:
        return process.environ().get(MARK) == str(state)
    except (psutil.AccessDenied, OSError):
        with suppress(psutil.Error):
            return any(word.startswith(f"{state}{os.sep}") for word in process.cmdline())
    except psutil.Error:
        pass
    return False


def _kill(processes: Sequence[psutil.Process]) -> None:
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    _wait_until_ended(processes, limit_s=_KILL_LIMIT_S)


def _wait_until_ended(processes: Sequence[psutil.Process], *, limit_s: float) -> bool:
    deadline = time.monotonic() + limit_s
    while not all(_has_ended(process) for process in processes):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def _has_ended(process: psutil.Process) -> bool:
    """Whether its ports are closed, too: a zombie's last thread may have much memory to free before."""
    try:
        return not process.is_running() or (not alive(process) and process.num_threads() <= 1)
    except psutil.NoSuchProcess:
        return True
