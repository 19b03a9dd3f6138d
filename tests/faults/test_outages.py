"""An operation of a function that does not work for a while."""

import pytest

from tests.faults.cases import Cases
from tests.faults.conftest import IS_COMPLETE
from tests.faults.faults import OUTAGES
from tests.faults.report import Report

_NAMES = [name for name, _, _ in OUTAGES]
_STEP = 1 if IS_COMPLETE else 8


@pytest.mark.parametrize("name", _NAMES)
def test_an_outage_is_waited_out(name: str, cases: Cases, report: Report) -> None:
    chosen = [case for case in cases.outages() if case.broken[0][1] == name]
    assert not report.play("outages", cases, chosen[_NAMES.index(name) % _STEP :: _STEP])
