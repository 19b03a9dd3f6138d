"""Uploads that may arrive, from the moment their form is given out, in fake time."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest

from maintenance.cursors import Cursors
from maintenance.deadline import Deadline
from maintenance.pending import PendingSweeper
from maintenance.settling import Settler
from maintenance.sweeping import Sweeper
from reelway import keys
from reelway.details import Details
from reelway.errors import StorageFailed
from reelway.timestamps import later
from reelway.video import State
from tests.support.doubles.fakes import REFUSED
from tests.support.doubles.fakes.allowances import allowances, anything
from tests.support.doubles.fakes.pending import FakePending
from tests.support.doubles.fakes.storage import FakeBucket
from tests.support.doubles.fakes.unfinished import FakeUnfinishedVideos
from tests.support.doubles.fakes.workflows import FakeWorkflows
from tests.support.samples import UNKNOWN_ID, VIDEO_ID
from tests.unit.transcode.planner import PlannerSetup
from upload.receiving import Receiver

START = "2026-01-01T00:00:00.000000Z"
EVERY = timedelta(minutes=5)
DAY = timedelta(days=1)


@dataclass
class World:
    """A form, planning, and maintenance every five minutes; S3's events are sent by hand, or lost."""

    now: str = START
    planner: PlannerSetup = field(default_factory=PlannerSetup)
    replanned: list[str] = field(default_factory=list)
    reported: list[str] = field(default_factory=list)
    settled_at: list[timedelta] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.uploads, self.videos = self.planner.uploads, self.planner.videos
        self.uploads.objects.clear()
        self.pending = FakePending(self.videos, now=lambda: self.now)
        self.sweeper = PendingSweeper(
            self.uploads, self.videos, self.pending, self.replanned.append, now=lambda: self.now
        )

    def expect(self, video_id: str = VIDEO_ID, *, within: timedelta = DAY, owner: str = "") -> None:
        assert self.pending.expect(video_id, within=within, details=Details(owner))

    def store(self, video_id: str = VIDEO_ID, *, is_received: bool = False) -> None:
        metadata = keys.RECEIVED if is_received else {}
        self.uploads.put(keys.upload(video_id), b"film", content_type="x/y", metadata=metadata)

    def live(self, for_time: timedelta) -> None:
        """Let time pass, with a sweep every five minutes."""
        for _ in range(for_time // EVERY):
            self.now = later(self.now, EVERY)
            if self.sweeper.sweep(self.reported.append):
                self.settled_at.append(self.age)

    def sweep_lost_work(self, workflows: FakeWorkflows, replan: Callable[[str], None]) -> int:
        """How many videos were settled, at a time at which everything counts as lost."""
        lists = FakeUnfinishedVideos(self.videos)
        cursors, log, videos = Cursors(self.uploads), pytest.fail, self.videos
        settler = Settler(self.uploads, videos, videos, lists, workflows, replan, lambda: None, log)
        sweeper = Sweeper(lists, workflows, settler.settle, cursors, log, log, ago=lambda _: "9999")
        return sweeper.sweep(Deadline(lambda: 240.0)).settled

    @property
    def age(self) -> timedelta:
        return datetime.fromisoformat(self.now) - datetime.fromisoformat(START)


@pytest.fixture
def world() -> World:
    return World()


def test_an_upload_by_form_whose_event_was_dropped_is_processed_after_all(world: World) -> None:
    allowed = allowances(world.pending)
    form = Receiver(world.uploads, world.videos, allowed).direct_form(anything(allowed))
    assert isinstance(form["fields"], dict)
    key = form["fields"]["key"]
    world.live(EVERY)
    world.uploads.put(key, b"film", content_type="x/y")
    world.live(timedelta(minutes=10))
    [video_id] = world.replanned
    video = world.videos.find(video_id)
    assert video
    assert (keys.upload(video_id), video.state, video.size_bytes) == (key, State.UPLOADED, 4)
    assert world.settled_at == [timedelta(minutes=15)]


def test_the_event_that_replaces_a_dropped_one_starts_processing(world: World) -> None:
    world.expect()
    world.store()
    world.live(timedelta(minutes=15))
    assert world.replanned == [VIDEO_ID]
    world.planner.accept()
    assert list(world.planner.workflows.started) == [world.planner.video.execution_name]
    world.live(DAY)
    assert world.replanned == [VIDEO_ID]


def test_an_upload_that_was_planned_in_time_is_not_looked_for(world: World) -> None:
    world.expect()
    world.store()
    world.planner.accept()
    world.live(DAY + EVERY)
    assert (world.replanned, world.settled_at) == ([], [])
    assert world.planner.video.state is State.PROCESSING


def test_an_upload_whose_second_event_is_lost_too_is_for_the_sweeper_of_lost_work(world: World) -> None:
    world.expect()
    world.store()
    world.live(timedelta(minutes=15))
    again: list[str] = []
    assert world.sweep_lost_work(world.planner.workflows, again.append) == 1
    assert again == [VIDEO_ID]


@dataclass(slots=True)
class Refusing(FakeWorkflows):
    """Starts nothing at first."""

    def start(self, execution: str, payload: Mapping[str, Any]) -> None:
        raise REFUSED


def test_a_video_whose_execution_could_not_be_started_is_started_by_the_event_that_the_sweep_sends(
    world: World,
) -> None:
    world.expect()
    world.store()
    started, world.planner.workflows = world.planner.workflows, Refusing()
    with pytest.raises(StorageFailed):
        world.planner.accept()
    assert (world.planner.video.state, started.started) == (State.PROCESSING, {})
    run_id = world.planner.video.run_id
    again: list[str] = []
    world.sweep_lost_work(started, again.append)
    assert (again, world.planner.video.state) == ([VIDEO_ID], State.PROCESSING)
    world.planner.workflows = started
    world.planner.accept()
    assert list(started.started) == [world.planner.video.execution_name]
    assert world.planner.video.run_id == run_id


def test_a_form_that_is_never_used_leaves_nothing(world: World) -> None:
    world.expect()
    world.live(DAY - EVERY)
    assert list(world.pending.uploads) == [VIDEO_ID]
    world.live(timedelta(hours=2))
    assert world.pending.uploads == {}
    assert (world.videos.videos, world.uploads.objects) == ({}, {})


def test_a_form_that_arrives_after_its_time_is_still_its_owners(world: World) -> None:
    world.expect(owner="alice")
    world.live(DAY + EVERY)
    assert world.pending.uploads == {}
    world.videos.create(VIDEO_ID, size_bytes=1)
    assert world.videos.videos[VIDEO_ID].owner == "alice"


def test_an_upload_in_parts_is_waited_for_until_it_is_complete(world: World) -> None:
    world.expect(within=timedelta(days=4))
    world.live(timedelta(days=2))
    assert list(world.pending.uploads) == [VIDEO_ID]
    world.store()
    world.live(timedelta(hours=1, minutes=5))
    assert world.replanned == [VIDEO_ID]
    assert world.planner.video.state is State.UPLOADED


def test_an_upload_that_is_not_there_is_looked_for_ever_less_often(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[timedelta] = []
    head = FakeBucket.head

    def seen(bucket: FakeBucket, key: str) -> object:
        looked.append(world.age)
        return head(bucket, key)

    monkeypatch.setattr(FakeBucket, "head", seen)
    world.expect()
    world.live(timedelta(hours=4))
    assert [age / timedelta(minutes=1) for age in looked] == [15, 30, 60, 120, 180, 240]


def test_a_file_whose_receiver_died_before_it_was_recorded_is_removed(world: World) -> None:
    world.expect(within=timedelta(minutes=1))
    world.store(is_received=True)
    world.live(timedelta(minutes=10))
    assert list(world.uploads.objects) == [keys.upload(VIDEO_ID)]
    world.live(EVERY)
    assert (world.uploads.objects, world.pending.uploads) == ({}, {})
    assert (world.videos.videos, world.replanned) == ({}, [])


def test_a_file_that_a_repeated_request_may_still_record_is_left_alone(world: World) -> None:
    world.expect()
    world.store(is_received=True)
    world.live(DAY - EVERY)
    assert list(world.uploads.objects) == [keys.upload(VIDEO_ID)]
    world.videos.create(VIDEO_ID, size_bytes=4)
    world.live(DAY)
    assert list(world.uploads.objects) == [keys.upload(VIDEO_ID)]
    assert world.planner.video.state is State.UPLOADED


def test_an_upload_that_cannot_be_settled_holds_up_no_other_and_is_tried_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    head = FakeBucket.head

    def refusing_one(bucket: FakeBucket, key: str) -> object:
        if key == keys.upload(VIDEO_ID):
            raise REFUSED
        return head(bucket, key)

    for video_id in (VIDEO_ID, UNKNOWN_ID):
        world.expect(video_id)
        world.store(video_id)
    with monkeypatch.context() as patch:
        patch.setattr(FakeBucket, "head", refusing_one)
        world.live(timedelta(minutes=15))
    assert (world.reported, world.replanned) == ([VIDEO_ID], [UNKNOWN_ID])
    world.live(EVERY)
    assert world.replanned == [UNKNOWN_ID, VIDEO_ID]


def test_a_sweep_whose_time_is_over_is_continued_by_the_next_one(world: World) -> None:
    videos = [f"{n:08x}-0000-4000-8000-000000000000" for n in range(5)]
    for video_id in videos:
        world.expect(video_id)
    world.now = later(START, timedelta(minutes=20))
    looks = iter([False, False, True])
    assert world.sweeper.sweep(world.reported.append, is_over=lambda: next(looks)) == 0
    assert [upload.video_id for upload in world.pending.due(world.now)] == videos[2:]


def test_an_upload_whose_event_cannot_be_sent_is_recorded_nevertheless(world: World) -> None:
    def fail(_: str) -> None:
        raise StorageFailed("storage_failed", "throttled")

    world.sweeper = PendingSweeper(world.uploads, world.videos, world.pending, fail, now=lambda: world.now)
    world.expect()
    world.store()
    world.live(timedelta(minutes=15))
    assert world.reported == [VIDEO_ID]
    assert world.planner.video.state is State.UPLOADED
