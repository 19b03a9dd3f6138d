import json
import os
import re
from pathlib import Path

import pytest

from local import preflight
from local.errors import LocalError


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


def test_the_ports_of_a_running_system_are_its_own(looked_at: list[str], tmp_path: Path) -> None:
    (tmp_path / ".reelway" / "emulator.pid").write_text(json.dumps({"pid": os.getpid(), "started": 0}))

    assert preflight.main(["up", "--"]) == 0
    assert looked_at == []


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"pid": 999999999}'])
def test_what_a_killed_system_left_does_not_hide_a_taken_port(
    looked_at: list[str], tmp_path: Path, content: str
) -> None:
    (tmp_path / ".reelway" / "emulator.pid").write_text(content)

    assert preflight.main(["up", "--"]) == 0
    assert looked_at == ["EMULATOR_PORT", "PORT"]


def test_only_run_plays_a_file(looked_at: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert preflight.main(["up", "--", "missing.mp4"]) == 0
    assert preflight.main(["run", "--", "missing.mp4"]) == 1
    assert capsys.readouterr().err == "FILE=missing.mp4: No such file or directory\n"
