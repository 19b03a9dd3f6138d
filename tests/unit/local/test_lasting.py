"""How MiniStack's saving and loading are changed; tests/e2e/test_restart.py stops and starts all of it."""

import logging
import threading
from pathlib import Path
from typing import Any

import pytest
from ministack import app
from ministack.services import stepfunctions

from local import lasting
from local.named_errors import UnknownEmulator


class Exited(Exception):
    pass


@pytest.fixture(autouse=True)
def _exits(monkeypatch: pytest.MonkeyPatch) -> None:
    def exit_process(code: int) -> None:
        raise Exited

    monkeypatch.setattr("os._exit", exit_process)
    monkeypatch.setattr(logging, "shutdown", lambda: None)


def failing(_services: Any) -> None:
    """As MiniStack does when a disk is full, or when a function changes what is being saved."""
    logging.getLogger("persistence").error("Persistence: failed to save dynamodb: No space left on device")


@pytest.mark.parametrize(("failures", "is_saved"), [(0, True), (2, True), (3, False)])
def test_the_state_counts_as_saved_when_all_of_it_was(tmp_path: Path, failures: int, is_saved: bool) -> None:
    unsaved, left = tmp_path / "unsaved", [failing] * failures
    unsaved.touch()

    with pytest.raises(Exited):
        lasting.save_and_exit(lambda services: left.pop()(services) if left else None, {}, unsaved)

    assert (unsaved.exists(), left) == (not is_saved, [])


def test_another_version_of_the_emulator_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    save = app.save_all
    monkeypatch.delattr(stepfunctions, "_run_execution")

    with pytest.raises(UnknownEmulator):
        lasting.install(tmp_path / "unsaved")

    assert app.save_all is save


def test_executions_that_were_running_go_on_and_others_do_not(monkeypatch: pytest.MonkeyPatch) -> None:
    prefix = "arn:aws:states:us-east-1:000000000000:execution:reelway"
    states = {"ran": "RUNNING", "ended": "SUCCEEDED", "chunks/of:ran": "RUNNING"}
    executions = {
        f"{prefix}:{name}": {"executionArn": f"{prefix}:{name}", "status": status}
        for name, status in states.items()
    }
    begun: list[str] = []

    class Saved:
        def all_values(self) -> list[dict[str, str]]:
            return [dict(execution) for execution in executions.values()]

    def load(_data: Any) -> None:
        for execution in executions.values():
            execution["status"] = "FAILED" if execution["status"] == "RUNNING" else execution["status"]

    monkeypatch.setattr(stepfunctions, "_executions", executions)
    monkeypatch.setattr(stepfunctions, "_run_execution", begun.append)
    monkeypatch.setattr(lasting, "_await_server", lambda: None)

    lasting.load_and_go_on(load, {"executions": Saved()})
    for thread in threading.enumerate():
        if thread.name.startswith("going on"):
            thread.join(timeout=10)

    assert begun == [f"{prefix}:ran"]
    assert executions[f"{prefix}:ran"]["status"] == "RUNNING"
    assert executions[f"{prefix}:ended"]["status"] == "SUCCEEDED"
