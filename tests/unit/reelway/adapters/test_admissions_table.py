"""The ledger of admissions in a table of moto's, with its races."""

from collections.abc import Callable
from typing import Any

import pytest

from reelway.adapters.admissions_table import AdmissionsTable
from reelway.admission import Admitted, Caps, Run
from reelway.errors import StorageFailed
from tests.support.doubles import moto_aws

NOW = "2026-11-26T08:00:00.000000Z"
A, B = Run("a_1", 60, NOW), Run("b_1", 60, NOW)


@pytest.fixture
def admissions(mocked_aws: None) -> AdmissionsTable:
    moto_aws.make_tables()
    return made()


def made(caps: Caps | None = None, sleep: Callable[[float], None] = lambda _: None) -> AdmissionsTable:
    client = moto_aws.client("dynamodb")
    return AdmissionsTable(client, moto_aws.IDEMPOTENCY, caps or Caps(100, 500), now=lambda: NOW, sleep=sleep)


def test_what_is_admitted_is_known_until_it_is_released(admissions: AdmissionsTable) -> None:
    assert [admissions.pause_s(run) for run in (A, A, B)] == [None, None, 20]
    assert admissions.admitted() == {"a_1": Admitted(60, NOW)}
    for _ in range(2):
        admissions.release("a_1")
    assert admissions.admitted() == {}
    assert admissions.pause_s(B) is None


def test_what_was_never_admitted_may_be_released(admissions: AdmissionsTable) -> None:
    admissions.release("none")
    admissions.pause_s(A)
    admissions.release("none")
    assert set(admissions.admitted()) == {"a_1"}


def test_without_caps_nothing_is_asked_of_the_table(mocked_aws: None) -> None:
    assert made(Caps()).pause_s(A) is None  # there is no table


@pytest.mark.parametrize("operation", ["PutItem", "UpdateItem"])
def test_an_admission_whose_answer_was_lost_counts_once(admissions: AdmissionsTable, operation: str) -> None:
    with moto_aws.lost_first_answer("dynamodb", operation):
        assert admissions.pause_s(A) is None
    assert {name: run.minutes for name, run in admissions.admitted().items()} == {"a_1": 60}
    assert admissions.pause_s(Run("c_1", 40, NOW)) is None  # begun is 60, not 120


def test_of_two_that_decide_by_the_same_ledger_one_decides_again(
    admissions: AdmissionsTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = AdmissionsTable._ledger
    others = iter([A])

    def overtaken(self: AdmissionsTable) -> Any:
        seen = read(self)
        for run in others:
            assert made().pause_s(run) is None
        return seen

    monkeypatch.setattr(AdmissionsTable, "_ledger", overtaken)
    assert admissions.pause_s(B) == 20
    assert set(admissions.admitted()) == {"a_1"}


def test_who_is_always_overtaken_asks_again_later(
    admissions: AdmissionsTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(AdmissionsTable, "_is_stored", lambda *_: False)
    with pytest.raises(StorageFailed):
        admissions.pause_s(A)


def test_an_end_in_the_middle_of_an_admission_is_not_undone(
    admissions: AdmissionsTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    admissions.pause_s(A)
    read = AdmissionsTable._ledger

    def ending(self: AdmissionsTable) -> Any:
        seen = read(self)
        self.release("a_1")
        return seen

    monkeypatch.setattr(AdmissionsTable, "_ledger", ending)
    assert admissions.pause_s(Run("c_1", 10, NOW)) is None
    monkeypatch.undo()
    assert set(admissions.admitted()) == {"c_1"}


def test_a_lost_run_is_released_unless_it_has_asked_again(admissions: AdmissionsTable) -> None:
    admissions.pause_s(A)
    seen = admissions.admitted()["a_1"]
    assert not admissions.release_lost("a_1", Admitted(60, "earlier"))
    assert admissions.release_lost("a_1", seen)
    assert not admissions.release_lost("a_1", seen)
