"""Segments that no playlist lists: of a replaced copy, of pruned renditions, of failed ladders."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest

from maintenance.unused import UnusedMedia
from reelway import failures, keys
from reelway.errors import StorageFailed
from reelway.hls.playlists import IFrame, Segment
from reelway.hls.renditions import MeasuredRendition
from reelway.video import LadderState
from tests.support.doubles.fakes.storage import FakeBucket
from tests.support.doubles.fakes.videos import FakeVideos
from tests.support.samples import RENDITION, RUN_ID, TOKEN, VIDEO_ID
from transcode.playlist_files import put_playlists

FRAMES = (IFrame(188, 376, 0.0),)
PUBLISHED = datetime(2026, 1, 1, tzinfo=UTC)  # when FakeVideos writes


@dataclass
class Published:
    """A READY video whose copy was published first, then its ladder."""

    copy_name: str = "720p"
    uploads: FakeBucket = field(default_factory=FakeBucket)
    media: FakeBucket = field(default_factory=FakeBucket)
    videos: FakeVideos = field(default_factory=FakeVideos)
    age: timedelta = timedelta(days=1, minutes=1)

    def __post_init__(self) -> None:
        self.copied = self.store(self.copy_name, None)
        self.encoded, self.smaller = self.store("720p", 0), self.store("540p", 0)
        self.videos.create(VIDEO_ID, size_bytes=1)
        self.publish({self.copy_name: self.copied})
        self.videos.finish(VIDEO_ID, run_id=RUN_ID, renditions=[], ladder=LadderState.ENCODING)
        self.note()

    def complete(self) -> None:
        self.publish({"720p": self.encoded, "540p": self.smaller})
        self.videos.complete_ladder(VIDEO_ID, run_id=RUN_ID, renditions=[])

    def store(self, name: str, chunk: int | None) -> str:
        """Store a segment; its id."""
        segment_id = keys.segment_id(TOKEN, name, chunk, 0)
        self.media.put(keys.segment(VIDEO_ID, segment_id), b"ts", content_type="video/MP2T")
        return segment_id

    def publish(self, segment_ids: dict[str, str]) -> None:
        found = [
            MeasuredRendition(replace(RENDITION, name=name), (Segment(segment_id, 4.0, 1000, FRAMES),))
            for name, segment_id in segment_ids.items()
        ]
        put_playlists(VIDEO_ID, found, self.media)

    def note(self) -> None:
        key = keys.unused_note(VIDEO_ID, "2026-01-01T00:00:01.000000Z")
        self.uploads.put(key, b"", content_type="x/y")

    def ago(self, ago: timedelta) -> str:
        time = PUBLISHED + self.age - ago
        return time.isoformat(timespec="microseconds").replace("+00:00", "Z")

    def remove(self) -> None:
        unused = UnusedMedia(self.uploads, self.media, self.videos, self.ago)
        for key in list(unused.due()):
            assert unused.remove(key)

    def has(self, *segment_ids: str) -> list[bool]:
        return [keys.segment(VIDEO_ID, segment_id) in self.media.objects for segment_id in segment_ids]

    @property
    def notes(self) -> list[str]:
        return list(self.uploads.keys(keys.UNUSED_PREFIX))


@pytest.fixture
def video() -> Published:
    return Published()


def test_the_segments_of_a_replaced_copy_are_removed_a_day_later(video: Published) -> None:
    video.complete()
    video.remove()
    assert video.has(video.copied, video.encoded, video.smaller) == [False, True, True]
    assert video.notes == []
    assert video.media.read(keys.rendition(VIDEO_ID, "720p"))
    assert video.media.read(keys.i_frames(VIDEO_ID, "540p"))


def test_so_are_the_playlists_of_a_rendition_that_is_not_offered_any_more() -> None:
    video = Published(copy_name="1440p")
    video.complete()
    video.remove()
    assert not [key for key in video.media.objects if "1440p" in key]
    assert video.has(video.encoded, video.smaller) == [True, True]


def test_players_that_hold_the_old_playlist_go_on_for_a_day(video: Published) -> None:
    video.complete()
    video.age = timedelta(hours=23, minutes=59)
    video.remove()
    assert video.has(video.copied) == [True]
    assert len(video.notes) == 1


def test_the_day_begins_with_what_was_published_last(video: Published) -> None:
    video.complete()
    late = (PUBLISHED + timedelta(hours=12)).isoformat(timespec="microseconds").replace("+00:00", "Z")
    video.videos.videos[VIDEO_ID] = replace(video.videos.videos[VIDEO_ID], updated_at=late)
    video.remove()
    assert video.has(video.copied) == [True]
    assert len(video.notes) == 1
    video.age += timedelta(days=1, minutes=1)
    video.remove()
    assert (video.has(video.copied), video.notes) == ([False], [])


def test_nothing_is_removed_while_a_ladder_is_encoded_and_a_note_is_left_for_another_day(
    video: Published,
) -> None:
    video.remove()
    assert video.has(video.copied, video.encoded, video.smaller) == [True, True, True]
    [note] = video.notes
    assert keys.unused_since(video.ago(timedelta(minutes=1))) < note


def test_what_a_failed_ladder_has_encoded_is_removed_and_the_copy_stays(video: Published) -> None:
    video.videos.fail_ladder(VIDEO_ID, failures.processing_failed())
    video.remove()
    assert video.has(video.copied, video.encoded, video.smaller) == [True, False, False]


def test_what_was_stored_after_the_look_began_stays(
    video: Published, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A run that begins at this moment may have stored segments before the playlists are read."""
    video.complete()
    later: list[str] = []
    find = FakeVideos.find

    def begin_run(videos: FakeVideos, video_id: str) -> object:
        later.append(video.store("360p", 0))
        return find(videos, video_id)

    monkeypatch.setattr(FakeVideos, "find", begin_run)
    video.remove()
    assert video.has(video.copied, *later) == [False, True]


@pytest.mark.parametrize("state", ["deleted", "unknown", "failed", "without playlists"])
def test_where_there_is_no_ready_video_nothing_is_done(video: Published, state: str) -> None:
    """What it has is removed with all the rest."""
    if state == "deleted":
        video.videos.delete(VIDEO_ID)
    elif state == "without playlists":
        video.complete()
        video.media.delete(keys.manifest(VIDEO_ID))
    else:
        video.videos.videos.clear()
        if state == "failed":
            video.videos.create(VIDEO_ID, size_bytes=1)
            video.videos.fail(VIDEO_ID, failures.processing_failed())
    video.remove()
    assert video.has(video.copied, video.encoded) == [True, True]
    assert video.notes == []


def test_a_removal_that_fails_comes_again(video: Published) -> None:
    video.complete()
    video.media.refuses = True
    with pytest.raises(StorageFailed):
        video.remove()
    video.media.refuses = False
    video.remove()
    assert (video.has(video.copied), video.notes) == ([False], [])


def test_the_oldest_is_looked_at_first() -> None:
    uploads = FakeBucket()
    times = ("2026-01-03", "2026-01-01", "2026-01-02", "2026-02-01")
    for time in times:
        uploads.put(keys.unused_note(VIDEO_ID, time), b"", content_type="x/y")
    due = UnusedMedia(uploads, FakeBucket(), FakeVideos(), lambda _: "2026-01-31").due()
    assert list(due) == [keys.unused_note(VIDEO_ID, time) for time in sorted(times)[:3]]
