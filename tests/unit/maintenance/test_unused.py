"""Segments that no playlist lists any more: of the copy that a ladder has replaced, of pruned renditions."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from maintenance.unused import UnusedMedia
from reelway import keys
from reelway.errors import StorageFailed
from reelway.hls.playlists import IFrame, Segment
from reelway.hls.renditions import MeasuredRendition
from reelway.timestamps import utc_now
from tests.support.doubles.fakes import REFUSED
from tests.support.doubles.fakes.storage import FakeBucket
from tests.support.samples import RENDITION, TOKEN, VIDEO_ID, plan, source
from transcode.playlist_files import put_playlists
from transcode.unused import note_unused

NAME = RENDITION.name  # 720p, the largest of the ladder and the copy's
FRAMES = (IFrame(188, 376, 0.0),)
LARGER = source(width=2560, height=1440)  # whose copy is larger than the whole ladder


@dataclass
class Published:
    """A video whose copy was published first, then its ladder; `name` is that of the copy."""

    name: str = NAME
    uploads: FakeBucket = field(default_factory=FakeBucket)
    media: FakeBucket = field(default_factory=FakeBucket)

    def __post_init__(self) -> None:
        self.copied = self.segment(self.name, None)
        self.encoded = self.segment(NAME, 0)
        self.publish(self.name, self.copied)
        self.publish(NAME, self.encoded)

    def segment(self, name: str, chunk: int | None) -> str:
        """Store a segment; its id."""
        segment_id = keys.segment_id(TOKEN, name, chunk, 0)
        self.media.put(keys.segment(VIDEO_ID, segment_id), b"ts", content_type="video/MP2T")
        return segment_id

    def publish(self, name: str, segment_id: str) -> None:
        segments = (Segment(segment_id, 4.0, 1000, FRAMES),)
        put_playlists(VIDEO_ID, [MeasuredRendition(replace(RENDITION, name=name), segments)], self.media)

    @property
    def unused(self) -> UnusedMedia:
        return UnusedMedia(self.uploads, self.media, lambda _: "9999")

    def remove(self) -> None:
        for key in list(self.unused.due()):
            self.unused.remove(key)

    def has(self, segment_id: str) -> bool:
        return keys.segment(VIDEO_ID, segment_id) in self.media.objects


@pytest.fixture
def published() -> Published:
    return Published()


def test_the_segments_of_a_replaced_copy_are_removed(published: Published) -> None:
    note_unused(plan(), [], published.uploads)
    published.remove()
    assert (published.has(published.copied), published.has(published.encoded)) == (False, True)
    assert published.media.read(keys.rendition(VIDEO_ID, NAME))
    assert published.uploads.objects == {}


def test_so_are_the_playlists_of_a_copy_that_the_ladder_has_no_rendition_for() -> None:
    published = Published("1440p")
    note_unused(plan(LARGER), [], published.uploads)
    published.remove()
    assert (published.has(published.copied), published.has(published.encoded)) == (False, True)
    assert not [key for key in published.media.objects if "1440p" in key]
    assert published.media.read(keys.i_frames(VIDEO_ID, NAME))


def test_the_segments_of_renditions_that_are_not_worth_publishing_are_removed(published: Published) -> None:
    pruned = published.segment("540p", 0)
    note_unused(plan(source(codec="hevc")), ["540p"], published.uploads)
    published.remove()
    assert not published.has(pruned)
    assert (published.has(published.copied), published.has(published.encoded)) == (True, True)


def test_they_are_kept_for_a_day_because_players_may_still_hold_the_old_playlist() -> None:
    published = Published()
    note_unused(plan(), [], published.uploads)
    as_of: Callable[[timedelta], UnusedMedia] = lambda later: UnusedMedia(  # noqa: E731  two uses
        published.uploads, published.media, lambda ago: utc_now(ago - later)
    )
    assert list(as_of(timedelta(hours=23, minutes=59)).due()) == []
    assert len(list(as_of(timedelta(hours=24, minutes=1)).due())) == 1


def test_the_oldest_is_removed_first() -> None:
    uploads = FakeBucket()
    times = ("2026-01-03", "2026-01-01", "2026-01-02", "2026-02-01")
    for time in times:
        uploads.put(keys.unused_segments(VIDEO_ID, time), b"", content_type="x/y")
    due = UnusedMedia(uploads, FakeBucket(), lambda _: "2026-01-31").due()
    assert list(due) == [keys.unused_segments(VIDEO_ID, time) for time in sorted(times)[:3]]


def test_what_is_listed_again_in_the_meantime_is_kept(published: Published) -> None:
    """Another run of the video, or a step that came late, may have published it after all."""
    pruned = published.segment("540p", 0)
    note_unused(plan(source(codec="hevc")), ["540p"], published.uploads)
    published.publish("540p", pruned)
    published.remove()
    assert published.has(pruned)


def test_a_copy_that_is_published_again_is_kept(published: Published) -> None:
    note_unused(plan(), [], published.uploads)
    published.publish(NAME, published.copied)
    published.remove()
    assert published.has(published.copied)


def test_a_removal_that_fails_comes_again(published: Published, monkeypatch: pytest.MonkeyPatch) -> None:
    note_unused(plan(), [], published.uploads)
    published.media.refuses = True
    with pytest.raises(StorageFailed, match=str(REFUSED)):
        published.remove()
    published.media.refuses = False
    published.remove()
    assert not published.has(published.copied)


def test_of_a_deleted_video_nothing_is_there_and_nothing_is_missed(published: Published) -> None:
    note_unused(plan(), [], published.uploads)
    published.media.objects.clear()
    published.remove()
    assert published.uploads.objects == {}


def test_a_note_that_somebody_else_has_done_is_no_error(published: Published) -> None:
    assert published.unused.remove(keys.unused_segments(VIDEO_ID, "2026-01-01"))
