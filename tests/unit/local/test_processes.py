import fcntl
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from local import processes
from local.settings import MARK

SLEEP = [sys.executable, "-c", "import time; print('started', flush=True); time.sleep(60)"]


@pytest.fixture
def pid_file(tmp_path: Path) -> Iterator[Path]:
    pid_file = tmp_path / "program.pid"
    yield pid_file
    processes.stop(pid_file, grace_s=5)


def spawn(argv: list[str], pid_file: Path) -> psutil.Process:
    folder = pid_file.parent
    return processes.spawn(
        argv, environ={MARK: str(folder)}, folder=folder, log=folder / "logs" / "log", pid_file=pid_file
    )


def test_a_started_program_is_found_by_its_pid_file_and_stopped(pid_file: Path) -> None:
    process = spawn(SLEEP, pid_file)

    assert processes.running(pid_file) == process
    assert processes.stop(pid_file, grace_s=5)
    assert not processes.alive(process)
    assert not pid_file.exists()


@pytest.mark.parametrize("is_stopped", [False, True])
def test_a_program_that_looks_like_a_zombie_is_waited_for_until_its_files_are_closed(
    pid_file: Path, is_stopped: bool
) -> None:
    without_its_first_thread = """
import ctypes, fcntl, os, threading, time
held = open("held", "w")
fcntl.flock(held, fcntl.LOCK_EX)
threading.Thread(target=lambda: (time.sleep(0.5), os._exit(0))).start()
print("ending", flush=True)
ctypes.CDLL(None).pthread_exit(None)
"""
    process = spawn([sys.executable, "-c", without_its_first_thread], pid_file)
    wait_for_output(pid_file.parent / "logs" / "log")
    while process.status() != psutil.STATUS_ZOMBIE:
        time.sleep(0.01)

    if is_stopped:
        assert processes.stop(pid_file, grace_s=5)
    else:
        assert processes.running(pid_file) is None

    with (pid_file.parent / "held").open() as held:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)


def test_a_recycled_pid_is_never_touched(tmp_path: Path) -> None:
    with subprocess.Popen(SLEEP, stdout=subprocess.DEVNULL) as stranger:
        pid_file = tmp_path / "program.pid"
        earlier = psutil.Process(stranger.pid).create_time() - 60
        pid_file.write_text(json.dumps({"pid": stranger.pid, "started": earlier}))

        assert processes.running(pid_file) is None
        processes.stop(pid_file, grace_s=1)
        assert stranger.poll() is None
        stranger.kill()


@pytest.mark.parametrize("content", ["", "123", "{}", "no json"])
def test_a_pid_file_that_was_not_written_to_its_end_names_no_process(tmp_path: Path, content: str) -> None:
    pid_file = tmp_path / "program.pid"
    pid_file.write_text(content)

    assert processes.running(pid_file) is None


def test_a_program_that_ignores_sigterm_is_killed_and_reported(pid_file: Path) -> None:
    deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True)"
    process = spawn([sys.executable, "-c", f"{deaf}; time.sleep(60)"], pid_file)
    wait_for_output(pid_file.parent / "logs" / "log")

    assert not processes.stop(pid_file, grace_s=0.2)
    assert not processes.alive(process)


def test_what_a_killed_program_left_running_is_ended(pid_file: Path) -> None:
    child = f"import subprocess, time; print(subprocess.Popen({SLEEP!r}).pid, flush=True); time.sleep(60)"
    process = spawn([sys.executable, "-c", child], pid_file)
    orphan = psutil.Process(int(wait_for_output(pid_file.parent / "logs" / "log").split()[0]))
    process.kill()

    processes.kill_orphans(pid_file.parent)

    assert not processes.alive(orphan)
    assert processes.alive(psutil.Process(os.getpid()))


def test_a_worker_that_hides_its_environment_is_known_by_its_script(
    pid_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As one that runs ffmpeg does; who is not root cannot read that of its own process then."""
    scripts = [folder / "worker.py" for folder in (pid_file.parent / "temporary", pid_file.parent.parent)]
    for script in scripts:
        script.parent.mkdir(exist_ok=True)
        script.write_text("import time; time.sleep(60)")
    ours, other = (spawn([sys.executable, str(script)], pid_file) for script in scripts)

    def hidden(process: psutil.Process) -> dict[str, str]:
        raise psutil.AccessDenied(process.pid)

    monkeypatch.setattr(psutil.Process, "environ", hidden)
    processes.kill_orphans(pid_file.parent)

    assert [processes.alive(process) for process in (ours, other)] == [False, True]
    other.kill()


def test_what_an_orphan_starts_before_it_is_killed_is_ended_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[psutil.Process] = []
    list_processes = psutil.process_iter

    def list_and_start() -> Iterator[psutil.Process]:
        """The first of them starts the second when all processes have been listed."""
        listed = list(list_processes())
        if len(started) < 2:
            started.append(spawn(SLEEP, tmp_path / f"{len(started)}.pid"))
        return iter(listed)

    list_and_start()
    monkeypatch.setattr(psutil, "process_iter", list_and_start)
    processes.kill_orphans(tmp_path)

    assert [processes.alive(process) for process in started] == [False, False]


def wait_for_output(log: Path) -> str:
    while not log.read_text().endswith("\n"):
        time.sleep(0.01)
    return log.read_text()
