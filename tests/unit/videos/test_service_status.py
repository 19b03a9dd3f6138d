from dataclasses import dataclass, field
from typing import Any

import pytest

from reelway.ports.service import Backlog
from tests.support.doubles.fakes import REFUSED
from videos.service_status import CACHED_S, ServiceStatus


@dataclass
class FakeService:
    """Refuses what `refused` names."""

    oldest: Backlog = field(default_factory=lambda: Backlog(41.7, 1, 3))
    lag_s: float | None = 0.25
    refused: str = ""
    reads: int = 0

    def backlog(self) -> Backlog:
        self.reads += 1
        if "backlog" in self.refused:
            raise REFUSED
        return self.oldest

    def push_lag_s(self) -> float | None:
        if "lag" in self.refused:
            raise REFUSED
        return self.lag_s


def described(service: FakeService) -> dict[str, Any]:
    return ServiceStatus(service, lambda message: None).describe()


def test_a_service_that_is_well_says_so_with_its_figures() -> None:
    assert described(FakeService()) == {
        "status": "ok",
        "oldestUnfinishedSeconds": 41,
        "pushLagSeconds": 0.25,
        "backlog": {"waiting": 1, "processing": 3, "atLeast": False},
    }


@pytest.mark.parametrize(
    ("refused", "status", "unknown"),
    [
        ("backlog", "unknown", {"oldestUnfinishedSeconds", "backlog"}),
        ("lag", "ok", {"pushLagSeconds"}),
        ("backlog and lag", "unknown", {"oldestUnfinishedSeconds", "backlog", "pushLagSeconds"}),
    ],
)
def test_what_cannot_be_read_is_null_and_everything_else_is_there(
    refused: str, status: str, unknown: set[str]
) -> None:
    found = described(FakeService(refused=refused))
    assert {name for name, value in found.items() if value is None} == unknown
    assert found["status"] == status


def test_numbers_that_cannot_be_read_leave_the_age_of_the_oldest() -> None:
    found = described(FakeService(oldest=Backlog(7.0, None, None)))
    assert (found["oldestUnfinishedSeconds"], found["backlog"]) == (7, None)


@pytest.mark.parametrize(
    "service",
    [
        FakeService(oldest=Backlog(4 * 3600, 1, 0)),
        FakeService(lag_s=60.0),
        FakeService(lag_s=60.0, refused="backlog"),
    ],
)
def test_a_service_that_keeps_people_waiting_is_slow(service: FakeService) -> None:
    assert described(service)["status"] == "slow"


def test_nothing_that_was_pushed_is_no_sign_of_trouble() -> None:
    found = described(FakeService(lag_s=None))
    assert (found["status"], found["pushLagSeconds"]) == ("ok", None)


def test_the_tables_are_asked_once_in_ten_seconds() -> None:
    seconds, service = [100.0], FakeService()
    status = ServiceStatus(service, lambda message: None, lambda: seconds[0])
    for _ in range(3):
        status.describe()
    seconds[0] += CACHED_S - 0.1
    status.describe()
    assert service.reads == 1
    seconds[0] += 0.1
    status.describe()
    assert service.reads == 2
