"""A deleted video is hidden, and comes back whole or is processed again."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pytest

from maintenance.deleted_files import DeletedFiles
from maintenance.removing import Remover
from maintenance.restoring import Hiding
from reelway import keys
from reelway.hls.playlists import IFrame, Segment
from reelway.hls.renditions import MeasuredRendition
from reelway.ports.deleted import Deleted
from reelway.ports.workflows import ExecutionStatus
from reelway.video import LadderState, State, Video
from tests.support.doubles.fakes.removals import FakeRemovals
from tests.support.doubles.fakes.storage import FakeBucket, versioned
from tests.support.doubles.fakes.videos import FakeVideos
from tests.support.doubles.fakes.workflows import FakeWorkflows
from tests.support.samples import EXECUTION, RENDITION, VIDEO, VIDEO_ID
from transcode.playlist_files import put_playlists

SEGMENTS = [f"0123-720p-00000-{n:03d}.ts" for n in range(3)]
UNUSED = keys.segment(VIDEO_ID, "unused.ts")


@dataclass
class FakeDeleted:
    """Tombstones by video id; `restored` has what was made of them."""

    tombstones: dict[str, Deleted] = field(default_factory=dict)
    restored: list[tuple[State, bool]] = field(default_factory=list)
    looks: int = 0

    def find(self, video_id: str) -> Deleted | None:
        self.looks += 1
        return self.tombstones.get(video_id)

    def order_restoring(self, video_id: str, *, deleted_since: str) -> bool:
        raise NotImplementedError

    def restore(self, deleted: Deleted, *, run_id: str, is_whole: bool) -> bool:
        found = self.tombstones.pop(deleted.video.video_id, None)
        if found is None:
            return False
        self.restored.append((found.video.state, is_whole))
        return True


@dataclass
class Setup:
    """A READY video that was deleted, with its source, playlists and segments, of which one is unused."""

    uploads: FakeBucket = field(default_factory=FakeBucket)
    media: FakeBucket = field(default_factory=FakeBucket)
    videos: FakeVideos = field(default_factory=FakeVideos)
    deleted: FakeDeleted = field(default_factory=FakeDeleted)
    removals: FakeRemovals = field(default_factory=FakeRemovals)
    workflows: FakeWorkflows = field(default_factory=FakeWorkflows)
    forgotten: list[str] = field(default_factory=list)
    planned: list[str] = field(default_factory=list)
    looked_again: list[str] = field(default_factory=list)
    window_days: int = 7

    def __post_init__(self) -> None:
        self.workflows.running.add(EXECUTION)
        self.uploads.put(keys.upload(VIDEO_ID), b"film", content_type="x/y")
        found = [Segment(segment, 4.0, 1000, (IFrame(188, 376, 0.0),)) for segment in SEGMENTS]
        put_playlists(VIDEO_ID, [MeasuredRendition(RENDITION, tuple(found))], self.media)
        for segment in (*SEGMENTS, "unused.ts"):
            self.media.put(keys.segment(VIDEO_ID, segment), b"ts", content_type="video/MP2T")
        self.media.delete(UNUSED)
        ready = replace(VIDEO, state=State.READY, ladder=LadderState.COMPLETE, execution=EXECUTION)
        self.delete(ready)

    def delete(self, video: Video) -> None:
        self.deleted.tombstones[VIDEO_ID] = Deleted(video, "2026-02-01", None, is_purged=False)
        self.removals.deleted_at[VIDEO_ID] = "2026-02-01"

    def change(self, **changes: object) -> None:
        self.deleted.tombstones[VIDEO_ID] = replace(self.deleted.tombstones[VIDEO_ID], **changes)  # type: ignore[arg-type]  # of any field

    def forget(self, video_id: str) -> None:
        self.forgotten.append(video_id)

    def plan(self, video_id: str) -> None:
        self.planned.append(video_id)

    def look_again(self, video_id: str, execution: str) -> None:
        self.looked_again.append(video_id)

    def see_to(self, *, is_retry: bool = False) -> str:
        uploads, media = versioned(self.uploads), versioned(self.media)
        remover = Remover(uploads, media, self.workflows, self.forget)
        hiding = Hiding(media, self.deleted, self.workflows, self)
        files = DeletedFiles(
            self.videos,
            self.deleted,
            self.removals,
            remover,
            hiding,
            self.window_days,
            lambda _: "2026-02-02",
        )
        return files.see_to(VIDEO_ID, EXECUTION, is_retry=is_retry)

    def served(self) -> Sequence[str]:
        return [key.rpartition("/")[2] for key in self.media.keys(keys.segment_prefix(VIDEO_ID))]


@pytest.fixture
def setup() -> Setup:
    return Setup()


def test_none_of_the_segments_is_served_and_all_the_rest_stays(setup: Setup) -> None:
    assert setup.see_to() == "hidden"
    assert (setup.served(), setup.forgotten) == ([], [VIDEO_ID])
    assert setup.media.read(keys.manifest(VIDEO_ID))
    assert setup.uploads.read(keys.upload(VIDEO_ID))
    assert setup.workflows.status(EXECUTION) is ExecutionStatus.STOPPED


def test_hiding_again_has_nothing_forgotten_unless_a_try_may_have_been_cut_short(setup: Setup) -> None:
    for is_retry in (False, False, True):
        setup.see_to(is_retry=is_retry)
    assert setup.forgotten == [VIDEO_ID] * 2


def test_what_players_ask_for_comes_back_before_the_video_does(setup: Setup) -> None:
    setup.see_to()
    setup.change(restoring_at="2026-02-02")
    assert setup.see_to() == "restored"
    assert setup.served() == SEGMENTS
    assert UNUSED in setup.media.old
    assert setup.deleted.restored == [(State.READY, True)]
    assert (setup.planned, setup.looked_again) == ([], [VIDEO_ID])


def test_a_video_whose_media_cannot_be_brought_back_is_processed_again(setup: Setup) -> None:
    setup.see_to()
    del setup.media.old[keys.segment(VIDEO_ID, SEGMENTS[1])]
    setup.change(restoring_at="2026-02-02")
    setup.see_to()
    assert setup.deleted.restored == [(State.READY, False)]
    assert setup.planned == [VIDEO_ID]


def test_a_video_without_playlists_is_processed_again(setup: Setup) -> None:
    setup.media.delete(keys.manifest(VIDEO_ID))
    setup.change(restoring_at="2026-02-02")
    setup.see_to()
    assert (setup.deleted.restored, setup.planned) == ([(State.READY, False)], [VIDEO_ID])


@pytest.mark.parametrize(
    ("state", "ladder", "planned"),
    [
        (State.UPLOADED, None, [VIDEO_ID]),
        (State.PROCESSING, None, [VIDEO_ID]),
        (State.READY, LadderState.ENCODING, [VIDEO_ID]),
        (State.READY, LadderState.FAILED, []),
        (State.FAILED, None, []),
    ],
)
def test_what_was_being_processed_is_planned_again_and_nothing_else(
    setup: Setup, state: State, ladder: LadderState | None, planned: list[str]
) -> None:
    setup.delete(replace(VIDEO, state=state, ladder=ladder))
    setup.change(restoring_at="2026-02-02")
    setup.see_to()
    assert (setup.planned, setup.deleted.restored) == (planned, [(state, True)])


def test_hiding_ends_when_the_video_is_to_be_restored_meanwhile(setup: Setup) -> None:
    find = setup.deleted.find

    def restoring_by_then(video_id: str) -> Deleted | None:
        found = find(video_id)
        setup.change(restoring_at="2026-02-02")
        return found

    setup.deleted.find = restoring_by_then  # type: ignore[method-assign]  # the next look
    setup.see_to()
    assert setup.served() == SEGMENTS


def test_what_was_hidden_too_late_comes_back_at_the_second_look(setup: Setup) -> None:
    setup.deleted.tombstones.clear()
    setup.videos.videos[VIDEO_ID] = replace(VIDEO, state=State.READY, ladder=LadderState.COMPLETE)
    setup.media.delete(keys.segment(VIDEO_ID, SEGMENTS[0]))
    assert setup.see_to() == "left"
    assert (setup.served(), setup.forgotten) == (SEGMENTS, [])


@pytest.mark.parametrize("is_noted", [True, False])
def test_what_is_to_be_removed_for_good_is_gone_with_all_versions(setup: Setup, is_noted: bool) -> None:
    """At the end of the window, or, without one, at once."""
    setup.see_to()
    if is_noted:
        setup.change(is_purged=True)
    else:
        setup.window_days = 0
    assert setup.see_to() == "removed"
    assert [*setup.media.objects, *setup.media.old, *setup.uploads.objects] == []


def test_without_a_window_a_video_that_is_to_be_restored_all_the_same_is_not_removed(setup: Setup) -> None:
    setup.window_days = 0
    setup.removals.restoring.add(VIDEO_ID)
    assert setup.see_to() == "hidden"
    assert setup.uploads.read(keys.upload(VIDEO_ID))


def test_a_message_about_no_video_does_nothing(setup: Setup) -> None:
    setup.deleted.tombstones.clear()
    assert setup.see_to() == "unknown"
    assert setup.served() == SEGMENTS


def test_the_files_of_a_video_that_failed_long_ago_are_removed(setup: Setup) -> None:
    setup.deleted.tombstones.clear()
    setup.videos.videos[VIDEO_ID] = replace(VIDEO, state=State.FAILED)
    assert setup.see_to() == "left"
    setup.videos.videos[VIDEO_ID] = replace(VIDEO, state=State.FAILED, removed_at="2026-02-01")
    assert setup.see_to() == "removed"
    assert setup.uploads.read(keys.upload(VIDEO_ID)) is None
