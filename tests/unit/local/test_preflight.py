import json
import os
import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from local import preflight
from local.errors import LocalError
from local.settings import MARK


def test_a_file_with_bytes_is_taken(tmp_path: Path) -> None:
    clip = tmp_path / "clip.mp4"
    clip.write_bytes(b"\0")

    preflight.check_clip(clip)


def test_a_pipe_is_refused_without_waiting_for_its_writer(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")

    with pytest.raises(LocalError, match="this is not a regular file"):
        preflight.check_clip(tmp_path / "pipe")


def test_a_file_that_may_not_be_read_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clip = tmp_path / "secret.mp4"
    clip.touch()

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)

    with pytest.raises(LocalError, match=re.escape(f"FILE={clip}: Permission denied")):
        preflight.check_clip(clip)


@pytest.fixture
def looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the ports that were looked at, in a checkout whose state is in `tmp_path`."""
    looked_at: list[str] = []
    monkeypatch.setattr(preflight, "check_port", lambda name, _: looked_at.append(name))
    monkeypatch.setattr("local.settings.CHECKOUT", tmp_path)
    (tmp_path / ".reelway").mkdir()
    return looked_at


@pytest.mark.parametrize("action", ["run", "up"])
def test_ports_are_looked_at_before_a_start(looked_at: list[str], action: str) -> None:
    assert preflight.main([action, "--"]) == 0
    assert looked_at == ["EMULATOR_PORT", "PORT"]


def test_ports_do_not_matter_where_nothing_is_started(looked_at: list[str]) -> None:
    assert preflight.main(["--"]) == 0
    assert looked_at == []


@pytest.fixture
def process(tmp_path: Path) -> Iterator[Callable[[str], None]]:
    """Starts a process that is part of the system in the state folder with that name, until the test ends."""
    begun: list[subprocess.Popen[bytes]] = []

    def start(state: str) -> None:
        environ = {"PATH": os.defpath, MARK: str(tmp_path / state)}
        begun.append(subprocess.Popen(["sleep", "60"], env=environ))

    yield start
    for child in begun:
        child.kill()
        child.wait()


def test_the_ports_of_a_system_are_its_own_even_if_a_part_of_it_was_killed(
    looked_at: list[str], process: Callable[[str], None]
) -> None:
    process(".reelway")

    assert preflight.main(["up", "--"]) == 0
    assert looked_at == []


def test_another_system_and_a_stale_pid_do_not_hide_a_taken_port(
    looked_at: list[str], process: Callable[[str], None], tmp_path: Path
) -> None:
    process(".reelway-of-another")
    (tmp_path / ".reelway" / "emulator.pid").write_text(json.dumps({"pid": os.getpid(), "started": 0}))

    assert preflight.main(["up", "--"]) == 0
    assert looked_at == ["EMULATOR_PORT", "PORT"]


def test_only_run_plays_a_file(looked_at: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert preflight.main(["up", "--", "missing.mp4"]) == 0
    assert preflight.main(["run", "--", "missing.mp4"]) == 1
    assert capsys.readouterr().err == "FILE=missing.mp4: No such file or directory\n"
