"""What make runs: questions at the first deploy, exit statuses, and what is said instead of a traceback."""

import shutil
import sys
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import NoCredentialsError

from account import __main__ as account
from account import doctor, restoring
from account.choices import Choices
from account.findings import failed, ok
from tests.support.samples import ROOT


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout of its own, an account in which nothing is wrong, and a person at a terminal."""
    shutil.copy(ROOT / "samconfig.toml", tmp_path)
    monkeypatch.setattr(account, "CHECKOUT", tmp_path)
    monkeypatch.setattr(doctor, "examine", lambda *_: [ok("region", "there")])
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    for name in ("ENV", "STACK", "REGION", "PARAMETERS", "CONFIRM", "DOCTOR", "FROM", "ARCH"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.fixture
def questions(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The questions that were asked; each is answered by Enter, but the name of the stack by "mine"."""
    asked: list[str] = []

    def answer(prompt: str) -> str:
        asked.append(prompt)
        return "mine" if "stack" in prompt else ""

    monkeypatch.setattr("builtins.input", answer)
    return asked


def test_the_first_deploy_asks_and_the_second_does_not(
    checkout: Path, questions: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert account.main(["prepare"]) == 0
    said, asked = capsys.readouterr().out, list(questions)
    assert account.main(["prepare"]) == 0

    assert "answers are kept in .deploy/dev.toml" in said
    assert asked[:2] == ["Name of the stack [reelway-dev]: ", "Region [us-east-1]: "]
    assert questions == asked
    assert 'stack_name = "mine"' in (checkout / ".deploy" / "dev.toml").read_text()


def test_a_script_is_asked_nothing_and_leaves_nothing(
    checkout: Path, questions: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONFIRM", "no")
    assert account.main(["prepare"]) == 0
    assert questions == []
    assert not (checkout / ".deploy").exists()


def test_a_failure_ends_a_deploy_unless_the_doctor_is_left_out(
    checkout: Path, questions: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor, "examine", lambda *_: [failed("region", "none")])
    assert account.main(["prepare"]) == 1
    assert account.main(["doctor"]) == 1
    monkeypatch.setenv("DOCTOR", "skip")
    assert account.main(["prepare"]) == 0


def test_without_a_terminal_nobody_is_asked(
    checkout: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys.stdin, "isatty", lambda: False, raising=False)
    assert account.main(["prepare"]) == 1
    assert "CONFIRM=no" in capsys.readouterr().err


@pytest.mark.parametrize("ends", [KeyboardInterrupt, EOFError])
def test_who_ends_the_questions_has_changed_nothing(
    checkout: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    ends: type[BaseException],
) -> None:
    def interrupted(prompt: str) -> str:
        raise ends

    monkeypatch.setattr("builtins.input", interrupted)
    assert account.main(["prepare"]) == 1
    assert capsys.readouterr().err == "\nNothing was changed.\n"
    assert not (checkout / ".deploy").exists()


def test_an_error_of_aws_is_a_sentence(
    checkout: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def examine(*_: Any) -> Any:
        raise NoCredentialsError

    monkeypatch.setattr(doctor, "examine", examine)
    assert account.main(["doctor"]) == 1
    assert capsys.readouterr().err.startswith("there are no AWS credentials; set AWS_PROFILE")


def test_an_unknown_environment_is_told(
    checkout: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ENV", "moon")
    assert account.main(["doctor"]) == 1
    assert capsys.readouterr().err == "ENV=moon is not in samconfig.toml; it has dev, prod\n"


def test_what_is_to_be_restored_can_be_named(
    checkout: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked: dict[str, Any] = {}

    def restore(choices: Choices, template: Any, **named: Any) -> list[str]:
        asked.update(named)
        return ["media-1"]

    monkeypatch.setattr(restoring, "restore", restore)
    monkeypatch.setenv("MEDIA_BUCKET", "media-1")
    assert account.main(["restore"]) == 0
    assert asked["earlier"] == "reelway-dev"
    assert asked["named"] == {"UploadsBucket": "", "MediaBucket": "media-1", "VideosTable": ""}
    monkeypatch.setenv("FROM", "films")
    assert account.main(["restore"]) == 0
    assert asked["earlier"] == "films"
    assert capsys.readouterr().out == "attached media-1\n" * 2
