"""Each call, broken once in each way, and with somebody else acting in its middle."""

import pytest

from tests.faults.cases import ACTORS, Case, Cases
from tests.faults.conftest import IS_COMPLETE
from tests.faults.faults import WAYS
from tests.faults.report import Report

_STEP = 1 if IS_COMPLETE else 8


@pytest.mark.parametrize("way", WAYS)
def test_a_call_that_breaks_loses_nothing(way: str, cases: Cases, report: Report) -> None:
    assert not report.play("single faults", cases, _chosen(way, cases))


@pytest.mark.parametrize("way", ACTORS)
def test_whatever_happens_in_the_middle_of_a_call_loses_nothing(
    way: str, cases: Cases, report: Report
) -> None:
    assert not report.play("acts in the middle of a call", cases, _chosen(way, cases))


def _chosen(way: str, cases: Cases) -> list[Case]:
    """In a part of them, other calls for each way, so that all ways together break each kind of call."""
    ways = (*WAYS, *ACTORS)
    return list(cases.singles([way]))[ways.index(way) % _STEP :: _STEP]
