import pytest

from reelway import keys
from reelway.errors import ProcessingInterrupted
from reelway.plan.plan_document import PLAN
from tests.support.doubles.fakes.storage import FakeBucket
from tests.support.samples import VIDEO_ID, plan
from transcode.job import ffmpeg_mb, plan_of, threads


def test_every_step_reads_the_plan_that_was_written() -> None:
    uploads = FakeBucket()
    uploads.put(keys.plan(VIDEO_ID), PLAN.dump(plan()), content_type="application/json")
    assert plan_of(VIDEO_ID, uploads) == plan()


def test_a_step_without_a_plan_is_interrupted() -> None:
    with pytest.raises(ProcessingInterrupted, match="plan_missing"):
        plan_of(VIDEO_ID, FakeBucket())


@pytest.mark.parametrize(("memory_mb", "count"), [(128, 1), (1769, 1), (3008, 2), (10_240, 6)])
def test_threads_are_those_that_the_memory_buys(memory_mb: int, count: int) -> None:
    assert threads(memory_mb) == count


def test_a_program_gets_the_functions_memory_less_what_python_needs() -> None:
    assert ffmpeg_mb(3008) == 2608
