"""Pending uploads, in their table and in the fake that stands for it."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from reelway.adapters import wiring
from reelway.adapters.pending_uploads import PendingUploadsTable
from reelway.adapters.telemetry import Metrics
from reelway.adapters.unfinished_videos import UnfinishedVideosTable
from reelway.adapters.videos_table import VideosTable
from reelway.details import Details
from reelway.errors import StorageFailed
from reelway.ports.pending import Expected, PendingUpload, PendingUploads
from reelway.ports.unfinished import Work
from reelway.ports.videos import Videos
from reelway.timestamps import later
from reelway.video import Failure, LadderState, State, execution_name
from tests.support.doubles import moto_aws
from tests.support.doubles.fakes.pending import FakePending
from tests.support.doubles.fakes.videos import FakeVideos
from tests.support.samples import RUN_ID, VIDEO_ID
from tests.unit.reelway.adapters.videos import number

START = "2026-01-01T00:00:00.000000Z"
FIRST_LOOK = "2026-01-01T00:15:00.000000Z"
HOUR = timedelta(hours=1)


@dataclass
class Tables:
    """Both sides of one table, at a time that tests set."""

    videos: Videos
    pending: PendingUploads
    now: str = START


@pytest.fixture(params=["table", "fake"])
def tables(request: pytest.FixtureRequest, mocked_aws: None) -> Tables:
    if request.param == "fake":
        videos = FakeVideos()
        made = Tables(videos, fake := FakePending(videos))
        fake.now = lambda: made.now
        return made
    moto_aws.make_tables()
    client = moto_aws.client("dynamodb")
    table = VideosTable(client, moto_aws.VIDEOS, Metrics("reelway"), now=lambda: made.now)
    made = Tables(table, PendingUploadsTable(client, moto_aws.VIDEOS, now=lambda: made.now))
    return made


def due(tables: Tables, now: str = "9999") -> list[str]:
    return [upload.video_id for upload in tables.pending.due(now)]


def test_an_upload_is_looked_for_after_a_quarter_of_an_hour(tables: Tables) -> None:
    assert tables.pending.expect(VIDEO_ID, within=HOUR, details=Details())
    assert due(tables, "2026-01-01T00:14:59.999999Z") == []
    assert list(tables.pending.due(FIRST_LOOK)) == [PendingUpload(VIDEO_ID, START, later(START, HOUR))]


def test_a_pending_upload_is_no_video(tables: Tables) -> None:
    tables.pending.expect(VIDEO_ID, within=HOUR, details=Details())
    videos = tables.videos
    assert videos.find(VIDEO_ID) is None
    assert not videos.was_deleted(VIDEO_ID)
    assert videos.execution_of(VIDEO_ID) == execution_name(VIDEO_ID, None)


def test_nothing_that_happens_to_videos_happens_to_a_pending_upload(tables: Tables) -> None:
    tables.pending.expect(VIDEO_ID, within=HOUR, details=Details())
    videos, failure = tables.videos, Failure("x", "y")
    changes: list[Callable[[], bool]] = [
        lambda: videos.delete(VIDEO_ID),
        lambda: videos.start(VIDEO_ID, run_id=RUN_ID, duration_s=1.0, total_frames=25),
        lambda: videos.add_progress(VIDEO_ID, run_id=RUN_ID, frames=1),
        lambda: videos.finish(VIDEO_ID, run_id=RUN_ID, renditions=[], ladder=LadderState.COMPLETE),
        lambda: videos.fail(VIDEO_ID, failure),
        lambda: videos.fail_ladder(VIDEO_ID, failure),
    ]
    assert [change() for change in changes] == [False] * len(changes)
    videos.unlist(VIDEO_ID)
    assert list(tables.pending.due("9999")) == [PendingUpload(VIDEO_ID, START, later(START, HOUR))]


def test_the_record_takes_the_place_of_the_pending_upload(tables: Tables) -> None:
    tables.pending.expect(VIDEO_ID, within=HOUR, details=Details())
    tables.now = "2026-01-01T00:01:00.000000Z"
    tables.videos.create(VIDEO_ID, size_bytes=4)
    video = tables.videos.find(VIDEO_ID)
    assert video
    assert (video.state, video.version, video.size_bytes) == (State.UPLOADED, 1, 4)
    assert due(tables) == []


def test_an_upload_that_is_expected_again_is_looked_for_later(tables: Tables) -> None:
    tables.pending.expect(VIDEO_ID, within=HOUR, details=Details())
    tables.now = "2026-01-01T00:10:00.000000Z"
    assert tables.pending.expect(VIDEO_ID, within=HOUR, details=Details())
    assert due(tables, FIRST_LOOK) == []
    assert list(tables.pending.due("9999")) == [PendingUpload(VIDEO_ID, tables.now, later(tables.now, HOUR))]


@pytest.mark.parametrize("is_deleted", [False, True])
def test_an_upload_whose_video_is_recorded_is_not_expected(tables: Tables, is_deleted: bool) -> None:
    tables.videos.create(VIDEO_ID, size_bytes=4)
    if is_deleted:
        tables.videos.delete(VIDEO_ID)
    before = tables.videos.find(VIDEO_ID)
    assert not tables.pending.expect(VIDEO_ID, within=HOUR, details=Details())
    assert tables.videos.find(VIDEO_ID) == before
    assert tables.videos.was_deleted(VIDEO_ID) is is_deleted
    assert due(tables) == []


def test_an_upload_that_is_dropped_is_forgotten(tables: Tables) -> None:
    tables.pending.expect(VIDEO_ID, within=HOUR, details=Details())
    tables.pending.drop(VIDEO_ID)
    assert due(tables) == []
    tables.pending.drop(VIDEO_ID)


@pytest.mark.parametrize("owner", ["", "alice"])
def test_whose_an_upload_is_stays_known_if_it_arrives_after_all(tables: Tables, owner: str) -> None:
    tables.pending.expect(VIDEO_ID, within=HOUR, details=Details(owner, "Ours", {"a": "b"}, "film"))
    tables.pending.end(VIDEO_ID)
    assert due(tables) == []
    known = tables.pending.find(VIDEO_ID)
    assert (known and known.details.owner) == (owner or None)
    tables.videos.create(VIDEO_ID, size_bytes=4)
    video = tables.videos.find(VIDEO_ID)
    assert video
    assert (video.owner, video.title) == ((owner, "Ours") if owner else ("", None))


def test_a_video_is_not_ended(tables: Tables) -> None:
    tables.pending.expect(VIDEO_ID, within=HOUR, details=Details("alice"))
    tables.videos.create(VIDEO_ID, size_bytes=4)
    before = tables.videos.find(VIDEO_ID)
    tables.pending.end(VIDEO_ID)
    assert tables.videos.find(VIDEO_ID) == before


def test_an_upload_that_is_deferred_is_looked_for_then(tables: Tables) -> None:
    tables.pending.expect(VIDEO_ID, within=HOUR, details=Details())
    tables.pending.defer(VIDEO_ID, until="2026-01-01T00:30:00.000000Z")
    assert due(tables, "2026-01-01T00:29:59.000000Z") == []
    assert due(tables, "2026-01-01T00:30:00.000000Z") == [VIDEO_ID]


def test_a_video_is_neither_dropped_nor_deferred(tables: Tables) -> None:
    tables.videos.create(VIDEO_ID, size_bytes=4)
    before = tables.videos.find(VIDEO_ID)
    tables.pending.drop(VIDEO_ID)
    tables.pending.defer(VIDEO_ID, until="2099")
    assert tables.videos.find(VIDEO_ID) == before
    if isinstance(tables.videos, VideosTable):
        lists = UnfinishedVideosTable(moto_aws.client("dynamodb"), moto_aws.VIDEOS)
        [listed] = lists.page(Work.VIDEOS, after=None, before="2027", limit=10)
        assert listed.video_id == VIDEO_ID


def test_the_one_that_waits_for_longest_comes_first(tables: Tables) -> None:
    for n in (2, 0, 1):
        tables.now = later(START, timedelta(minutes=n))
        tables.pending.expect(number(n), within=HOUR, details=Details())
    assert due(tables) == [number(0), number(1), number(2)]


def test_an_entry_of_the_index_that_is_behind_is_passed_over(tables: Tables) -> None:
    for n in range(2):
        tables.pending.expect(number(n), within=HOUR, details=Details())
    found = tables.pending.due("9999")
    next(found)  # the table's page has both
    for n in range(2):
        tables.videos.create(number(n), size_bytes=4)
    assert list(found) == []


def test_a_row_without_times_is_one_whose_time_has_passed(mocked_aws: None) -> None:
    moto_aws.make_tables()
    client = moto_aws.client("dynamodb")
    row = {"videoId": VIDEO_ID, "listing": "pending", "listedAt": START}
    client.put_item(TableName=moto_aws.VIDEOS, Item={name: {"S": value} for name, value in row.items()})
    pending = PendingUploadsTable(client, moto_aws.VIDEOS)
    pending.expect(number(1), within=HOUR, details=Details())
    broken, other = pending.due("9999")
    assert (broken, other.video_id) == (PendingUpload(VIDEO_ID, "", ""), number(1))


def test_a_table_that_does_not_answer_is_a_storage_failure(mocked_aws: None) -> None:
    nowhere = wiring.pending_uploads("no-such-table")
    calls: list[Callable[[], Any]] = [
        lambda: nowhere.expect(VIDEO_ID, within=HOUR, details=Details()),
        lambda: list(nowhere.due("9999")),
        lambda: nowhere.defer(VIDEO_ID, until="9999"),
        lambda: nowhere.drop(VIDEO_ID),
    ]
    for call in calls:
        with pytest.raises(StorageFailed):
            call()


def test_an_upload_that_was_pending_is_counted_as_uploaded_once(
    mocked_aws: None, capsys: pytest.CaptureFixture[str]
) -> None:
    moto_aws.make_tables()
    client = moto_aws.client("dynamodb")
    PendingUploadsTable(client, moto_aws.VIDEOS).expect(VIDEO_ID, within=HOUR, details=Details())
    table = VideosTable(client, moto_aws.VIDEOS, Metrics("reelway"))
    for _ in range(2):
        table.create(VIDEO_ID, size_bytes=4)
    counted = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert len([line for line in counted if "VideosUploaded" in line]) == 1


GRANTED = Details("alice", max_bytes=9, max_duration_s=60, granted_until="2026-01-01T01:00:00Z")


def test_what_is_expected_is_known_before_and_after_it_is_recorded(tables: Tables) -> None:
    assert tables.pending.find(VIDEO_ID) is None
    tables.pending.expect(VIDEO_ID, within=HOUR, details=GRANTED)
    assert tables.pending.find(VIDEO_ID) == Expected(GRANTED)
    tables.videos.create(VIDEO_ID, size_bytes=4)
    assert tables.pending.find(VIDEO_ID) == Expected(GRANTED, is_recorded=True)
    video = tables.videos.find(VIDEO_ID)
    assert video
    assert (video.max_bytes, video.max_duration_s) == (9, 60)
    tables.videos.delete(VIDEO_ID)
    assert tables.pending.find(VIDEO_ID) == Expected(GRANTED, is_recorded=True)


def test_an_upload_in_parts_takes_the_place_of_the_one_that_is_known(tables: Tables) -> None:
    tables.pending.expect(VIDEO_ID, within=HOUR, details=GRANTED)

    def note(upload_id: str, after: str | None) -> bool:
        return tables.pending.note_upload(VIDEO_ID, upload_id=upload_id, declared_bytes=9, after=after)

    assert note("a", None)
    assert not note("b", None)
    assert note("b", "a")
    assert not note("c", "a")
    assert note("c", "b")
    assert tables.pending.find(VIDEO_ID) == Expected(GRANTED, "c", 9)
    tables.videos.create(VIDEO_ID, size_bytes=4)
    assert not note("d", "c")


def test_an_upload_in_parts_is_noted_once_where_the_answer_was_lost(mocked_aws: None) -> None:
    moto_aws.make_tables()
    pending = PendingUploadsTable(moto_aws.client("dynamodb"), moto_aws.VIDEOS)
    pending.expect(VIDEO_ID, within=HOUR, details=GRANTED)
    with moto_aws.lost_first_answer("dynamodb", "UpdateItem"):
        assert pending.note_upload(VIDEO_ID, upload_id="a", declared_bytes=9, after=None)
