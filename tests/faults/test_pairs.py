"""Two calls of one story broken, where one fault may hide from what heals the other."""

from itertools import islice

from tests.faults.cases import Cases
from tests.faults.conftest import IS_COMPLETE
from tests.faults.report import Report

_WAYS = ("lost", "throttled", "killed after")
_STEP = 31 if IS_COMPLETE else 2999  # primes, so that they share no period with the ways


def test_two_calls_that_break_lose_nothing(cases: Cases, report: Report) -> None:
    assert not report.play("pairs of faults", cases, islice(cases.pairs(_WAYS), None, None, _STEP))
