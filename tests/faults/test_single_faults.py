"""Each call, broken once in each way, and with somebody else acting in its middle."""

from collections.abc import Iterable

import pytest

from tests.faults.cases import ACTORS, Case, Cases
from tests.faults.conftest import IS_COMPLETE
from tests.faults.faults import WAYS
from tests.faults.report import Report

_ALL = (*WAYS, *ACTORS)
_SHARE = 8


@pytest.mark.parametrize("way", WAYS)
def test_a_call_that_breaks_loses_nothing(way: str, cases: Cases, report: Report) -> None:
    assert not report.play("single faults", cases, _chosen(way, cases))


@pytest.mark.parametrize("way", ACTORS)
def test_whatever_happens_in_the_middle_of_a_call_loses_nothing(
    way: str, cases: Cases, report: Report
) -> None:
    assert not report.play("acts in the middle of a call", cases, _chosen(way, cases))


def _chosen(way: str, cases: Cases) -> Iterable[Case]:
    return cases.singles([way]) if IS_COMPLETE else cases.some(way, _ALL, _SHARE)
