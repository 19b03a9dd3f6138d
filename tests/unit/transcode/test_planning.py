import json
from dataclasses import replace

import pytest

from reelway import failures, keys
from reelway.errors import ProcessingInterrupted
from reelway.interruptions import Interruption, interrupted
from reelway.plan.plan import Plan
from reelway.plan.plan_document import PLAN
from reelway.probe.limits import Limits
from reelway.probe.report import Report
from reelway.video import Failure, LadderState, State
from tests.support.doubles.fakes.encoder import FakeEncoder
from tests.support.doubles.fakes.storage import FakeBucket
from tests.support.doubles.fakes.workflows import FakeWorkflows
from tests.support.samples import VIDEO_ID, plan
from tests.unit.transcode.planner import AUDIO, RECORDING, REPORT, PlannerSetup


@pytest.fixture
def setup() -> PlannerSetup:
    return PlannerSetup()


def test_an_upload_is_probed_marked_processing_and_started(setup: PlannerSetup) -> None:
    setup.videos.create(VIDEO_ID, size_bytes=4)
    setup.accept()
    assert setup.encoder.probes == [setup.uploads.url(keys.upload(VIDEO_ID))]
    assert (setup.video.state, setup.video.duration_s) == (State.PROCESSING, 30.04)
    begun = {"videoId": VIDEO_ID, "runId": setup.video.run_id, "job": VIDEO_ID}
    assert setup.workflows.started == {setup.video.execution_name: begun}


def test_the_stored_plan_is_the_one_of_the_started_run(setup: PlannerSetup) -> None:
    setup.accept()
    planned = stored_plan(setup)
    assert planned.run_id == setup.video.run_id
    assert planned.source.size_bytes == len(b"film")
    assert len(planned.token) >= 24


@pytest.mark.parametrize("target_lufs", [None, -23])
def test_the_plan_has_the_loudness_that_audio_is_normalized_to(
    setup: PlannerSetup, target_lufs: int | None
) -> None:
    setup.loudness_target_lufs = target_lufs
    setup.accept()
    assert stored_plan(setup).loudness_target_lufs == target_lufs


def stored_plan(setup: PlannerSetup) -> Plan:
    stored = setup.uploads.read(keys.plan(VIDEO_ID))
    assert stored
    return PLAN.load(stored)


def test_a_file_that_does_not_declare_its_duration_is_measured(setup: PlannerSetup) -> None:
    setup.encoder.probed, setup.encoder.ends_s = RECORDING, {0: 12.5}
    assert setup.accept() is None
    assert setup.encoder.measures == setup.encoder.probes
    assert stored_plan(setup).source.duration_s == 12.5


def test_a_file_that_declares_its_duration_is_not_read_as_a_whole(setup: PlannerSetup) -> None:
    setup.accept()
    assert setup.encoder.measures == []


def test_a_file_that_cannot_be_measured_fails_unless_it_declared_something(setup: PlannerSetup) -> None:
    setup.encoder.probed = RECORDING
    setup.encoder.measure_failure = failures.unknown_duration(measured_for_s=40)
    failure = setup.accept()
    assert failure
    assert failure.code == "unknown_duration"


def test_the_declared_duration_serves_where_measuring_takes_too_long(setup: PlannerSetup) -> None:
    streams = (*RECORDING.streams, AUDIO)
    setup.encoder.probed = replace(RECORDING, duration_s=12.5, streams=streams)
    setup.encoder.measure_failure = failures.unknown_duration(measured_for_s=40)
    assert setup.accept() is None
    assert stored_plan(setup).source.video.duration_s == 12.5


def test_two_videos_never_share_the_unguessable_part(setup: PlannerSetup) -> None:
    other = PlannerSetup()
    setup.accept()
    other.accept()
    tokens = {json.loads(s.uploads.read(keys.plan(VIDEO_ID)) or b"")["token"] for s in (setup, other)}
    assert len(tokens) == 2


def test_a_second_delivery_of_the_event_changes_nothing(setup: PlannerSetup) -> None:
    setup.accept()
    video, objects = setup.video, dict(setup.uploads.objects)
    setup.accept()
    assert (setup.video, setup.uploads.objects) == (video, objects)
    assert len(setup.encoder.probes) == 1
    assert len(setup.workflows.started) == 1


def test_the_first_plan_is_kept_when_two_deliveries_race(setup: PlannerSetup) -> None:
    first = plan()

    class Slow(FakeEncoder):
        def probe(self, url: str) -> Report:
            setup.uploads.put_if_absent(
                keys.plan(VIDEO_ID), PLAN.dump(first), content_type="application/json"
            )
            return REPORT

    setup.encoder = Slow()
    setup.accept()
    assert setup.uploads.read(keys.plan(VIDEO_ID)) == PLAN.dump(first)
    assert setup.video.run_id == first.run_id


def test_a_plan_that_was_there_and_is_gone_again_is_no_plan_to_start_with(
    setup: PlannerSetup, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Prepare would not find it; the next delivery makes another one, or finds that the video was deleted."""
    monkeypatch.setattr(FakeBucket, "put_if_absent", lambda *_, **__: False)
    with pytest.raises(ProcessingInterrupted, match="plan_missing"):
        setup.accept()
    assert (setup.video.state, setup.workflows.started) == (State.UPLOADED, {})


def test_a_delivery_that_broke_off_before_the_start_is_taken_up_again(setup: PlannerSetup) -> None:
    setup.accept()
    setup.workflows = FakeWorkflows()
    setup.accept()
    assert list(setup.workflows.started) == [setup.video.execution_name]


def test_a_rejected_file_has_failed_with_the_reason(setup: PlannerSetup) -> None:
    setup.encoder.failure = failures.empty_file()
    setup.accept()
    assert setup.video.state is State.FAILED
    assert setup.video.failure == Failure("unreadable", "The file is empty. Upload it again.")
    assert setup.workflows.started == {}
    assert setup.uploads.read(keys.plan(VIDEO_ID)) is None


def test_a_report_without_video_has_failed(setup: PlannerSetup) -> None:
    setup.encoder.probed = Report(duration_s=3.0)
    setup.accept()
    assert setup.video.failure
    assert setup.video.failure.code == "no_video"


def test_a_file_that_is_too_large_has_failed_before_it_is_read(setup: PlannerSetup) -> None:
    setup.limits = Limits(size_bytes=3)
    failure = setup.accept()
    assert failure
    assert failure.code == "too_large"
    assert setup.encoder.probes == []


def test_a_fault_of_the_machine_leaves_the_video_for_the_retry(setup: PlannerSetup) -> None:
    setup.encoder.failure = interrupted(Interruption.SOURCE_UNREACHABLE)
    with pytest.raises(ProcessingInterrupted):
        setup.accept()
    states = [setup.video.state]
    setup.encoder.failure = None
    setup.accept()
    states.append(setup.video.state)
    assert states == [State.UPLOADED, State.PROCESSING]


@pytest.mark.parametrize("is_failure", [False, True])
def test_a_video_in_a_final_state_is_not_touched_by_a_late_event(
    setup: PlannerSetup, is_failure: bool
) -> None:
    setup.videos.create(VIDEO_ID, size_bytes=4)
    if is_failure:
        setup.videos.fail(VIDEO_ID, Failure("x", "y"))
    else:
        setup.videos.finish(VIDEO_ID, run_id="run", renditions=[], ladder=LadderState.COMPLETE)
    before = setup.video
    setup.accept()
    assert setup.video == before
    assert setup.encoder.probes == []
    assert setup.workflows.started == {}
