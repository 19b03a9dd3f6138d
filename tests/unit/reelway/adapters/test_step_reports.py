import logging

import pytest

from reelway import failures
from reelway.adapters.step_reports import StepReports
from reelway.adapters.telemetry import logger_for
from reelway.errors import VideoGone
from reelway.interruptions import Interruption, interrupted
from tests.support.doubles.fakes import REFUSED


class Counts:
    """In place of metrics."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def count(self, name: str) -> None:
        self.names.append(name)


@pytest.fixture
def counted() -> Counts:
    return Counts()


@pytest.fixture
def reports(counted: Counts) -> StepReports:
    return StepReports(logger_for("encode"), counted)  # type: ignore[arg-type]


OURS = [REFUSED, interrupted(Interruption.DISK_FULL), interrupted(Interruption.ENCODER_KILLED), KeyError("x")]


@pytest.mark.parametrize("fault", OURS)
def test_a_fault_of_ours_is_counted_and_raised_on(
    reports: StepReports, counted: Counts, fault: Exception
) -> None:
    with pytest.raises(type(fault)), reports.faults():
        raise fault
    assert counted.names == ["StepsInterrupted"]


@pytest.mark.parametrize("end", [failures.undecodable(), VideoGone("x")])
def test_neither_a_files_fault_nor_the_end_of_a_video_is_counted(
    reports: StepReports, counted: Counts, end: Exception
) -> None:
    with pytest.raises(type(end)), reports.faults():
        raise end
    assert counted.names == []


def test_what_a_video_goes_without_is_logged_and_counted(
    reports: StepReports, counted: Counts, capsys: pytest.CaptureFixture[str]
) -> None:
    reports.logger.setLevel(logging.INFO)
    reports.left_out("poster", "S3 refused it")
    assert counted.names == ["StillsLeftOut"]
