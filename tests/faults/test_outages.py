"""An operation of a function that does not work for a while."""

import pytest

from tests.faults.cases import Cases
from tests.faults.conftest import IS_COMPLETE
from tests.faults.faults import OUTAGES
from tests.faults.report import Report

_NAMES = [name for name, _, _ in OUTAGES]
_SHARE = 2 * len(_NAMES)


@pytest.mark.parametrize("name", _NAMES)
def test_an_outage_is_waited_out(name: str, cases: Cases, report: Report) -> None:
    chosen = cases.outages(name) if IS_COMPLETE else cases.some(name, _NAMES, _SHARE)
    assert not report.play("outages", cases, chosen)
