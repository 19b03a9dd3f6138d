"""On the installed MiniStack, whose workers are real processes: no other version passes unnoticed."""

from pathlib import Path
from typing import Any

import pytest
from ministack.core import lambda_runtime
from ministack.services import lambda_svc

from local import emulated_aws, named_errors
from tests.support.emulated_calls import REQUEST_ID, answers_of

# What the handler does is in the event.
_HANDLER = """
import os, signal, time

class ProcessingInterrupted(Exception):
    pass

def raising(text):
    raise ProcessingInterrupted(text)

def lambda_handler(event, context):
    if event == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    elif event == "sleep":
        time.sleep(60)
    elif event != "answer":
        raising(event)
    return event
"""
_CANNOT_START = "import no_such_module"
_TEXT = "the first line\nand another"


def call(event: str, code: str = _HANDLER, timeout_s: int = 30) -> dict[str, Any]:
    return {"code": code, "event": event, "timeout_s": timeout_s}


@pytest.fixture(scope="module")
def answers() -> dict[str, dict[str, Any]]:
    """What the emulator answers when a function ends in each of these ways."""
    calls = {
        "raised": call(_TEXT),
        "died": call("die"),
        "timed out": call("sleep", timeout_s=1),
        "did not start": call("answer", _CANNOT_START),
        "answered": call("answer"),
    }
    return dict(zip(calls, answers_of(list(calls.values())), strict=True))


def test_an_exception_is_reported_as_lambda_does_it(answers: dict[str, dict[str, Any]]) -> None:
    body = answers["raised"]["body"]

    assert (body["errorType"], body["errorMessage"]) == ("ProcessingInterrupted", _TEXT)
    assert body["requestId"] == REQUEST_ID
    assert ["in lambda_handler" in frame for frame in body["stackTrace"]] == [True, False]


@pytest.mark.parametrize(
    ("end", "name"),
    [
        ("died", "Runtime.ExitError"),
        ("timed out", "Sandbox.Timedout"),
        ("did not start", "Runtime.ExitError"),
    ],
)
def test_a_worker_that_ends_is_named_as_by_lambda(
    answers: dict[str, dict[str, Any]], end: str, name: str
) -> None:
    assert (answers[end]["error"], answers[end]["body"]["errorType"]) == (True, name)


def test_an_answer_stays_as_it_is(answers: dict[str, dict[str, Any]]) -> None:
    assert answers["answered"]["body"] == "answer"


def test_the_emulator_alone_gives_every_exception_one_name() -> None:
    [answer] = answers_of([call(_TEXT)], "--plain")

    assert answer["body"]["errorType"] == "Runtime.HandlerError"


def test_another_version_of_the_emulator_is_refused_and_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lambda_runtime, "_PYTHON_WORKER_SCRIPT", "run()")
    invoke = lambda_runtime.Worker.invoke

    with pytest.raises(named_errors.UnknownEmulator, match="single"):
        named_errors.install()

    assert lambda_runtime.Worker.invoke is invoke


def test_the_emulator_does_not_start_without_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(lambda_svc, "_execute_function_warm")

    with pytest.raises(SystemExit, match="does not know this version"):
        emulated_aws.main(Path("unsaved"), Path("secret"))
