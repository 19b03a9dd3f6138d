import pytest

from reelway.adapters.videos_table import VideosTable
from reelway.video import Failure
from tests.support.doubles import moto_aws
from tests.support.samples import UNKNOWN_ID, VIDEO_ID
from tests.unit.reelway.adapters.videos import finish, publish_source, ready_ids, start

LATER = "2027"


@pytest.fixture
def deleted(table: VideosTable) -> VideosTable:
    """The table after a READY video was deleted."""
    table.create(VIDEO_ID, size_bytes=1)
    start(table)
    finish(table)
    assert table.delete(VIDEO_ID)
    return table


def test_a_deleted_video_is_known_no_more(deleted: VideosTable) -> None:
    assert deleted.find(VIDEO_ID) is None
    assert deleted.was_deleted(VIDEO_ID)
    assert ready_ids() == []


def test_a_video_that_was_never_there_was_not_deleted(table: VideosTable) -> None:
    assert not table.was_deleted(UNKNOWN_ID)
    assert not table.delete(UNKNOWN_ID)
    assert not table.was_deleted(UNKNOWN_ID)


def test_only_the_first_deletion_counts(deleted: VideosTable, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert not deleted.delete(VIDEO_ID)
    assert "VideosDeleted" not in capsys.readouterr().out


def test_a_deleted_id_is_never_used_again(deleted: VideosTable) -> None:
    deleted.create(VIDEO_ID, size_bytes=1)
    assert deleted.find(VIDEO_ID) is None


def test_nothing_that_comes_late_brings_a_video_back(table: VideosTable) -> None:
    table.create(VIDEO_ID, size_bytes=1)
    table.delete(VIDEO_ID)
    assert not start(table)
    assert not finish(table)
    assert not table.fail(VIDEO_ID, Failure("no_video", "It has none."))
    assert table.find(VIDEO_ID) is None
    assert ready_ids() == []


def test_a_ladder_does_not_end_after_its_video_was_deleted(table: VideosTable) -> None:
    table.create(VIDEO_ID, size_bytes=1)
    start(table)
    publish_source(table)
    table.delete(VIDEO_ID)
    assert not table.fail_ladder(VIDEO_ID, Failure("no_video", "It has none."))


def test_maintenance_does_not_find_a_deleted_video_unfinished(table: VideosTable) -> None:
    table.create(VIDEO_ID, size_bytes=1)
    table.delete(VIDEO_ID)
    assert moto_aws.listed("open") == []
