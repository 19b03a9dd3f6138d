import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from reelway import keys
from reelway.errors import MediaRejected, ProcessingInterrupted
from reelway.plan.plan import Plan
from reelway.plan.plan_document import PLAN
from reelway.probe.limits import Limits
from reelway.video import Failure, LadderState, State, Video
from tests.support import samples
from tests.support.doubles.fakes import FakeBucket, FakeEncoder, FakeVideos, FakeWorkflows
from tests.support.samples import VIDEO_ID, plan
from transcode.planning import Planner

PROBED: dict[str, Any] = {
    "streams": [
        {
            "index": 0,
            "codec_type": "video",
            "codec_name": "h264",
            "width": 1280,
            "height": 720,
            "r_frame_rate": "25/1",
            "avg_frame_rate": "25/1",
            "duration": "30.0",
        }
    ],
    "format": {"format_name": "mov,mp4,m4a,3gp,3g2,mj2", "duration": "30.04"},
}


@dataclass
class PlannerSetup:
    uploads: FakeBucket = field(default_factory=FakeBucket)
    videos: FakeVideos = field(default_factory=FakeVideos)
    encoder: FakeEncoder = field(default_factory=lambda: FakeEncoder(probed=PROBED))
    workflows: FakeWorkflows = field(default_factory=FakeWorkflows)

    def __post_init__(self) -> None:
        self.uploads.put(keys.upload(VIDEO_ID), b"film", content_type="x/y")

    limits: Limits = field(default_factory=Limits)
    slept_s: list[float] = field(default_factory=list)

    def accept(self, *, age_s: float = 1.0, sleep: Callable[[float], None] | None = None) -> Failure | None:
        """`age_s` after the upload was stored."""
        planner = Planner(
            self.uploads,
            self.videos,
            self.encoder,
            self.workflows,
            self.limits,
            samples.pace(),
            now_s=lambda: age_s,
            sleep=sleep or self.slept_s.append,
        )
        return planner.accept(VIDEO_ID)

    def receive(self) -> None:
        """Store the upload as `POST /upload` does, which writes the record after it."""
        self.uploads.put(keys.upload(VIDEO_ID), b"film", content_type="x/y", metadata=keys.RECEIVED)

    @property
    def video(self) -> Video:
        return self.videos.videos[VIDEO_ID]


@pytest.fixture
def setup() -> PlannerSetup:
    return PlannerSetup()


def test_an_upload_is_probed_marked_processing_and_started(setup: PlannerSetup) -> None:
    setup.videos.create(VIDEO_ID, size_bytes=4)
    setup.accept()
    assert setup.encoder.probes == [setup.uploads.url(keys.upload(VIDEO_ID))]
    assert (setup.video.state, setup.video.duration_s) == (State.PROCESSING, 30.04)
    assert setup.workflows.started == {VIDEO_ID: {"videoId": VIDEO_ID}}


def test_the_stored_plan_is_the_one_of_the_started_run(setup: PlannerSetup) -> None:
    setup.accept()
    planned = stored_plan(setup)
    assert planned.run_id == setup.video.run_id
    assert planned.source.size_bytes == len(b"film")
    assert len(planned.token) >= 24


def stored_plan(setup: PlannerSetup) -> Plan:
    stored = setup.uploads.read(keys.plan(VIDEO_ID))
    assert stored
    return PLAN.load(stored)


def recorded() -> dict[str, Any]:
    """A browser's recording: neither its picture nor the whole of it tells a length."""
    picture = {name: value for name, value in PROBED["streams"][0].items() if name != "duration"}
    return {"streams": [picture], "format": {"format_name": "matroska,webm"}}


def test_a_file_that_does_not_tell_its_length_is_measured(setup: PlannerSetup) -> None:
    setup.encoder.probed, setup.encoder.ends_s = recorded(), {0: 12.5}
    assert setup.accept() is None
    assert setup.encoder.measures == setup.encoder.probes
    assert stored_plan(setup).source.duration_s == 12.5


def test_one_that_tells_it_is_not_read_as_a_whole(setup: PlannerSetup) -> None:
    setup.accept()
    assert setup.encoder.measures == []


def test_a_file_that_cannot_be_measured_fails_unless_it_told_something(setup: PlannerSetup) -> None:
    setup.encoder.probed = recorded()
    setup.encoder.measure_failure = MediaRejected("unknown_duration", "It takes too long.")
    failure = setup.accept()
    assert failure
    assert failure.code == "unknown_duration"


def test_what_it_told_does_where_measuring_takes_too_long(setup: PlannerSetup) -> None:
    told = recorded()
    told["format"]["duration"] = "12.5"
    told["streams"].append(
        {"index": 1, "codec_type": "audio", "codec_name": "opus", "channels": 2, "sample_rate": "48000"}
    )
    setup.encoder.probed = told
    setup.encoder.measure_failure = MediaRejected("unknown_duration", "It takes too long.")
    assert setup.accept() is None
    assert stored_plan(setup).source.video.duration_s == 12.5


def test_two_videos_never_share_the_unguessable_part(setup: PlannerSetup) -> None:
    other = PlannerSetup()
    setup.accept()
    other.accept()
    tokens = {json.loads(s.uploads.read(keys.plan(VIDEO_ID)) or b"")["token"] for s in (setup, other)}
    assert len(tokens) == 2


def test_an_event_that_comes_before_the_record_creates_it(setup: PlannerSetup) -> None:
    setup.accept()
    assert (setup.video.state, setup.video.size_bytes) == (State.PROCESSING, 4)


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
        def probe(self, url: str) -> dict[str, Any]:
            setup.uploads.put_if_absent(
                keys.plan(VIDEO_ID), PLAN.dump(first), content_type="application/json"
            )
            return PROBED

    setup.encoder = Slow()
    setup.accept()
    assert setup.uploads.read(keys.plan(VIDEO_ID)) == PLAN.dump(first)
    assert setup.video.run_id == first.run_id


def test_a_delivery_that_broke_off_before_the_start_is_taken_up_again(setup: PlannerSetup) -> None:
    setup.accept()
    setup.workflows = FakeWorkflows()
    setup.accept()
    assert list(setup.workflows.started) == [VIDEO_ID]


def test_a_file_that_is_gone_is_passed_over(setup: PlannerSetup) -> None:
    setup.uploads.delete(keys.upload(VIDEO_ID))
    setup.accept()
    assert setup.videos.videos == {}
    assert setup.workflows.started == {}


def test_a_rejected_file_has_failed_with_the_reason(setup: PlannerSetup) -> None:
    setup.encoder.failure = MediaRejected("unreadable", "The file is damaged.")
    setup.accept()
    assert setup.video.state is State.FAILED
    assert setup.video.failure == Failure("unreadable", "The file is damaged.")
    assert setup.workflows.started == {}
    assert setup.uploads.read(keys.plan(VIDEO_ID)) is None


def test_a_probe_without_a_picture_has_failed(setup: PlannerSetup) -> None:
    setup.encoder.probed = {"format": {"duration": "3"}, "streams": []}
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
    setup.encoder.failure = ProcessingInterrupted("source_unreachable", "no answer")
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


def test_an_upload_that_its_receiver_records_is_waited_for(setup: PlannerSetup) -> None:
    setup.receive()

    def record_at_the_second_pause(delay_s: float) -> None:
        setup.slept_s.append(delay_s)
        if len(setup.slept_s) == 2:
            setup.videos.create(VIDEO_ID, size_bytes=4)

    setup.accept(sleep=record_at_the_second_pause)
    assert len(setup.slept_s) == 2
    assert setup.video.state is State.PROCESSING


def test_an_upload_without_its_record_is_left_to_a_retry(setup: PlannerSetup) -> None:
    setup.receive()
    with pytest.raises(ProcessingInterrupted):
        setup.accept(age_s=59)
    assert sum(setup.slept_s) > 1
    assert keys.upload(VIDEO_ID) in setup.uploads.objects
    assert (setup.videos.videos, setup.workflows.started) == ({}, {})


def test_an_upload_that_was_told_to_have_failed_leaves_nothing(setup: PlannerSetup) -> None:
    setup.receive()
    assert setup.accept(age_s=61) is None
    assert setup.uploads.objects == {}
    assert (setup.videos.videos, setup.workflows.started) == ({}, {})


def test_a_video_that_was_deleted_before_its_event_came_is_left_alone(setup: PlannerSetup) -> None:
    setup.uploads.put(keys.upload(VIDEO_ID), b"film", content_type="x/y", metadata=keys.RECEIVED)
    setup.videos.create(VIDEO_ID, size_bytes=4)
    setup.videos.delete(VIDEO_ID)
    assert setup.accept() is None
    assert setup.slept_s == []
    assert setup.workflows.running == set()


def test_a_video_that_is_deleted_while_it_is_planned_is_not_processed(
    setup: PlannerSetup, monkeypatch: pytest.MonkeyPatch
) -> None:
    setup.videos.create(VIDEO_ID, size_bytes=4)
    start = setup.videos.start

    def deleted_first(*asked: Any, **more: Any) -> bool:
        setup.videos.delete(VIDEO_ID)
        return start(*asked, **more)

    monkeypatch.setattr(FakeVideos, "start", lambda _, *asked, **more: deleted_first(*asked, **more))
    assert setup.accept() is None
    assert setup.workflows.running == set()
