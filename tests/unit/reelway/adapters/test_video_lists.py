"""The lists of videos: ready, and unfinished."""

from typing import Any

import pytest
from botocore.client import BaseClient

from reelway.adapters import video_items
from reelway.adapters.video_lists import VideoLists
from reelway.adapters.videos_table import VideosTable
from reelway.video import State
from tests.support.doubles import moto_aws
from tests.support.samples import VIDEO_ID
from tests.unit.reelway.adapters.videos import FAILURE, finish, found, number, ready_ids, start


def test_the_ready_list_holds_ready_videos_only_newest_first(table: VideosTable) -> None:
    for n in range(5):
        table.create(number(n), size_bytes=1)
    for n in (2, 0, 1, 3):
        start(table, video_id=number(n))
    for n in (1, 2, 0):
        finish(table, video_id=number(n))
    table.fail(number(3), FAILURE)
    assert ready_ids() == [number(0), number(2), number(1)]


def test_the_ready_list_goes_on_past_the_first_page(
    table: VideosTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(5):
        table.create(number(n), size_bytes=1)
        finish(table, video_id=number(n))
    pages = 0

    def small_pages(client: Any, operation: str, asked: dict[str, Any]) -> Any:
        nonlocal pages
        pages += operation == "Query"
        return call(client, operation, asked | ({"Limit": 2} if operation == "Query" else {}))

    call: Any = BaseClient._make_api_call  # type: ignore[attr-defined, unused-ignore]
    monkeypatch.setattr(BaseClient, "_make_api_call", small_pages)
    assert ready_ids() == [number(n) for n in (4, 3, 2, 1, 0)]
    assert pages == 3


def test_the_oldest_unfinished_video_is_the_one_that_has_been_so_for_longest(table: VideosTable) -> None:
    lists = VideoLists(moto_aws.client("dynamodb"), moto_aws.VIDEOS)
    assert lists.oldest_unfinished() is None
    for n in range(3):
        table.create(number(n), size_bytes=1)
    finish(table, video_id=number(0))
    waiting = table.find(number(1))
    assert waiting
    assert lists.oldest_unfinished() == waiting.updated_at


def test_an_unlisted_video_is_still_ready_but_off_the_list(table: VideosTable) -> None:
    table.create(VIDEO_ID, size_bytes=1)
    finish(table)
    table.unlist(VIDEO_ID)
    table.unlist(VIDEO_ID)
    assert ready_ids() == []
    assert found(table).state is State.READY


def test_a_failed_video_is_on_the_list_of_failed_ones_only_since_it_failed(table: VideosTable) -> None:
    table.create(VIDEO_ID, size_bytes=1)
    table.fail(VIDEO_ID, FAILURE)
    scanned = moto_aws.client("dynamodb").scan(TableName=moto_aws.VIDEOS, IndexName="byListing")
    listed = {"videoId": VIDEO_ID, "listing": "failed", "listedAt": found(table).updated_at}
    assert [video_items.fields_of(item) for item in scanned["Items"]] == [listed]


def test_unlisting_leaves_videos_that_are_not_on_the_ready_list_alone(table: VideosTable) -> None:
    table.create(VIDEO_ID, size_bytes=1)
    table.unlist(VIDEO_ID)
    assert moto_aws.listed("open") == [VIDEO_ID]
