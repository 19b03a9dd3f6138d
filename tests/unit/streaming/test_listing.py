import base64
import json
import re
from urllib.parse import parse_qsl

import pytest

from reelway.adapters.ready_index import ReadyListIndex
from reelway.adapters.telemetry import Metrics
from reelway.adapters.video_lists import VideoLists
from reelway.adapters.videos_table import VideosTable
from reelway.errors import RequestRefused
from reelway.pages import MAX_LIMIT
from reelway.video import LadderState
from streaming.listing import ready as listed
from streaming.ready_list import ReadyList
from tests.support.doubles import moto_aws
from tests.support.doubles.fakes.ready_list import FakeSnapshots
from tests.support.samples import RENDITION, RUN_ID

IDS = [f"{n:08x}-0000-4000-8000-000000000000" for n in range(7)]


@pytest.fixture
def videos(mocked_aws: None) -> VideosTable:
    """Seven READY videos, of which some became so at the same time."""
    moto_aws.make_tables()
    times = iter(f"2026-01-01T00:00:{n // 6:02d}.000000Z" for n in range(100))
    table = VideosTable(
        moto_aws.client("dynamodb"), moto_aws.VIDEOS, Metrics("reelway"), now=lambda: next(times)
    )
    for video_id in IDS:
        table.create(video_id, size_bytes=1)
        table.finish(video_id, run_id=RUN_ID, renditions=[RENDITION], ladder=LadderState.COMPLETE)
    return table


def ready(query: dict[str, str], max_ids: int = 100) -> tuple[list[str], str | None]:
    index = ReadyListIndex(VideoLists(moto_aws.client("dynamodb"), moto_aws.VIDEOS))
    ids, link = listed(query, ReadyList(index, FakeSnapshots(), print), max_ids=max_ids)
    return list(ids), link


def pages(limit: int) -> list[list[str]]:
    """All pages, as a client follows the links."""
    found, query = [], {"limit": str(limit)}
    while True:
        ids, link = ready(query)
        found.append(ids)
        if link is None:
            return found
        relative = re.fullmatch(r'<\?([^>]+)>; rel="next"', link)
        assert relative
        query = dict(parse_qsl(relative[1], strict_parsing=True))
        assert query["limit"] == str(limit)


def test_without_a_query_the_whole_list_comes_at_once(videos: VideosTable) -> None:
    ids, link = ready({})
    assert (set(ids), len(ids), link) == (set(IDS), len(IDS), None)


@pytest.mark.parametrize("limit", [1, 2, 3, 6, 7, 8, 100])
def test_pages_together_are_the_list(videos: VideosTable, limit: int) -> None:
    found = pages(limit)
    assert [video_id for page in found for video_id in page] == ready({})[0]
    assert [len(page) for page in found[:-1]] == [limit] * (len(found) - 1)
    assert found[-1]


def test_a_page_after_a_video_that_was_deleted_goes_on_behind_it(videos: VideosTable) -> None:
    first, link = ready({"limit": "3"})
    assert link
    rest = ready({})[0][3:]
    videos.delete(first[-1])
    cursor = dict(parse_qsl(link.partition("?")[2].partition(">")[0]))["cursor"]
    assert ready({"limit": "100", "cursor": cursor}) == (rest, None)


def test_an_empty_list_has_no_next_page(mocked_aws: None) -> None:
    moto_aws.make_tables()
    assert ready({"limit": "5"}) == ([], None)


# The table is not asked: there is none.
@pytest.mark.parametrize("limit", ["0", "-1", str(MAX_LIMIT + 1), "many", "", "1.5", "\u0661", "9" * 30])
def test_an_invalid_limit_is_400(mocked_aws: None, limit: str) -> None:
    with pytest.raises(RequestRefused) as refused:
        ready({"limit": limit})
    assert (refused.value.status, refused.value.code) == (400, "bad_limit")


@pytest.mark.parametrize("cursor", ["", "x", "bm9uZQ==", "W10=", "WzEsMl0=", "WyJhIiwiYiJd", "ÿ", "bnVsbA=="])
def test_an_invalid_cursor_is_400(mocked_aws: None, cursor: str) -> None:
    with pytest.raises(RequestRefused) as refused:
        ready({"cursor": cursor})
    assert (refused.value.status, refused.value.code) == (400, "bad_cursor")


@pytest.mark.parametrize(
    "listed_at", ["", "zzz", "2026", "9999-01-01T00:00:00.000000Z", 1, None, ["2026-01-01T00:00:00.000000Z"]]
)
def test_a_cursor_to_a_place_outside_of_the_list_is_400(mocked_aws: None, listed_at: object) -> None:
    cursor = base64.urlsafe_b64encode(json.dumps([IDS[0], listed_at]).encode()).decode()
    with pytest.raises(RequestRefused) as refused:
        ready({"cursor": cursor})
    assert refused.value.code == "bad_cursor"


def test_a_cursor_that_is_nested_without_end_is_400(mocked_aws: None) -> None:
    with pytest.raises(RequestRefused) as refused:
        ready({"cursor": base64.urlsafe_b64encode(b"[" * 3000).decode()})
    assert refused.value.code == "bad_cursor"
