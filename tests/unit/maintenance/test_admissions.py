"""Runs that are still admitted though nothing of them goes on."""

from collections.abc import Iterator
from typing import Any

import pytest

from maintenance.admissions import LostAdmissions
from maintenance.deadline import Deadline
from reelway.admission import Run
from reelway.errors import StorageFailed
from tests.support.doubles.fakes.admissions import FakeAdmissions
from tests.support.doubles.fakes.workflows import FakeWorkflows

ASKED, LATER = "2026-11-26T08:00:00.000000Z", "2026-11-26T08:10:00.000000Z"


class Setup:
    def __init__(self) -> None:
        self.admissions = FakeAdmissions(now=lambda: ASKED)
        self.workflows = FakeWorkflows()
        self.logged: list[str] = []
        for name in ("running", "ended", "never began"):
            self.admissions.pause_s(Run(name, 1, ASKED))
            if name != "never began":
                self.workflows.start(name, {})
        self.workflows.running.remove("ended")

    def release(self, *, left_s: float = 100.0, before: str = LATER) -> bool:
        def log(message: str, **_: Any) -> None:
            self.logged.append(message)

        lost = LostAdmissions(self.admissions, self.workflows, lambda: None, log, log, lambda _: before)
        return lost.release(Deadline(lambda: left_s))


@pytest.fixture
def setup() -> Setup:
    return Setup()


def test_runs_that_have_ended_or_never_began_are_released(setup: Setup) -> None:
    assert setup.release()
    assert set(setup.admissions.admitted()) == {"running"}
    assert setup.logged == 2 * ["a run was still admitted"]


def test_a_run_that_was_admitted_just_now_may_be_about_to_begin(setup: Setup) -> None:
    assert setup.release(before=ASKED)
    assert len(setup.admissions.admitted()) == 3


def test_a_list_of_running_executions_that_lags_behind_releases_nothing_that_runs(
    setup: Setup, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(FakeWorkflows, "running_names", lambda _: iter(()))
    setup.release()
    assert set(setup.admissions.admitted()) == {"running"}


def test_what_there_is_no_time_for_is_left_to_the_next_run(setup: Setup) -> None:
    assert not setup.release(left_s=1.0)
    assert len(setup.admissions.admitted()) == 3


def test_an_error_ends_no_other_maintenance(setup: Setup, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: FakeWorkflows) -> Iterator[str]:
        raise StorageFailed("storage_failed", "…")

    monkeypatch.setattr(FakeWorkflows, "running_names", broken)
    assert not setup.release()
    assert setup.logged == ["admissions could not be gone through"]
