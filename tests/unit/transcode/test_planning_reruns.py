"""Planning of runs that were begun again: with a plan, segments and job files of their own."""

import pytest

from reelway import failures, keys
from reelway.plan.plan_document import PLAN
from reelway.video import LadderState, State
from tests.support.samples import VIDEO_ID
from tests.unit.transcode.planner import PlannerSetup

RERUN = "00000000-1111-4222-8333-444444444444"


@pytest.fixture(params=["video", "ladder", "lost video", "lost ladder"])
def setup(request: pytest.FixtureRequest) -> PlannerSetup:
    """A video, or the ladder of a READY one, that failed by us, or was lost, and waits for another run."""
    setup = PlannerSetup()
    setup.accept()
    videos, video, failure = setup.videos, setup.video, failures.processing_lost()
    if request.param.endswith("ladder"):
        videos.finish(VIDEO_ID, run_id=video.run_id or "", renditions=[], ladder=LadderState.ENCODING)
    setup.workflows.started.clear()
    if request.param.startswith("lost"):
        assert videos.rerun_lost(VIDEO_ID, run_id=RERUN, execution=video.execution_name)
    else:
        assert videos.fail(VIDEO_ID, failure) or videos.fail_ladder(VIDEO_ID, failure)
        assert videos.rerun(VIDEO_ID, run_id=RERUN)
    return setup


def test_a_run_that_is_begun_again_has_a_plan_of_its_own(setup: PlannerSetup) -> None:
    setup.accept()
    first, second = (
        PLAN.load(setup.uploads.read(keys.plan(job)) or b"")
        for job in (keys.job(VIDEO_ID), keys.job(VIDEO_ID, RERUN))
    )
    assert (second.run_id, second.job) == (RERUN, f"{VIDEO_ID}/{RERUN}")
    assert (first.run_id == RERUN, first.token == second.token) == (False, False)
    begun = {"videoId": VIDEO_ID, "runId": RERUN, "job": second.job}
    assert setup.workflows.started == {f"{VIDEO_ID}_{RERUN}": begun}
    assert not setup.video.is_settled


def test_an_event_that_comes_twice_begins_one_run(setup: PlannerSetup) -> None:
    setup.accept()
    probes = list(setup.encoder.probes)
    setup.accept()
    assert len(setup.workflows.started) == 1
    assert setup.encoder.probes == probes


def test_a_file_that_is_refused_now_fails_what_waited_for_it(setup: PlannerSetup) -> None:
    setup.encoder.failure = failures.empty_file()
    is_ready = setup.video.state is State.READY
    assert setup.accept()
    assert setup.video.failure == failures.failure_of(failures.empty_file())
    assert setup.video.is_settled
    assert (setup.video.state is State.READY) is is_ready
    assert setup.workflows.started == {}


def test_a_plan_of_an_earlier_run_that_comes_late_starts_nothing(
    setup: PlannerSetup, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The run that was waited for has failed, and another one was begun, while its event was handled."""
    find = setup.videos.find
    waiting = find(VIDEO_ID)
    assert waiting
    failure = failures.processing_lost()
    assert setup.videos.fail(VIDEO_ID, failure) or setup.videos.fail_ladder(VIDEO_ID, failure)
    assert setup.videos.rerun(VIDEO_ID, run_id="later")
    seen = iter([waiting])
    monkeypatch.setattr(type(setup.videos), "find", lambda _, video_id: next(seen, None) or find(video_id))
    setup.accept()
    assert setup.workflows.started == {}
    assert setup.video.run_id == "later"
