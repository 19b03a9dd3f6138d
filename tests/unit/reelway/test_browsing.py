from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import chain

import pytest

from reelway.browsing import MAX_QUERIES, Browser, Page, cursor_of, place_of
from reelway.caller import ANYBODY, Caller, Scope
from reelway.errors import RequestRefused
from reelway.pages import MAX_LIMIT
from reelway.ports.shelves import Place, Shelves
from reelway.shelves import Shelf
from reelway.video import State, Video
from tests.support.doubles import moto_aws
from tests.unit.reelway.adapters.shelving import browser, put, rows, video_id

ALICE = Caller("alice", frozenset({Scope.READ}))
ADMIN = Caller("root", frozenset({Scope.ADMIN}))


def at(second: int, year: int = 2026) -> str:
    return f"{year}-01-01T00:{second // 60:02d}:{second % 60:02d}.000000Z"


@dataclass
class Counted:
    """Shelves that count the queries."""

    shelves: Shelves
    queries: list[int] = field(default_factory=list)

    def read(self, shelf: Shelf, *, limit: int, after: Place) -> tuple[Sequence[Place], bool]:
        self.queries.append(limit)
        return self.shelves.read(shelf, limit=limit, after=after)

    def videos(self, video_ids: Sequence[str]) -> Sequence[Video]:
        return self.shelves.videos(video_ids)


@pytest.fixture(autouse=True)
def tables(mocked_aws: None) -> None:
    moto_aws.make_tables()


def numbers(page: Page) -> list[int]:
    return [int(video.video_id[:8], 16) for video in page.videos]


def all_pages(
    shelf: Shelf, caller: Caller = ANYBODY, *, limit: int, state: State | None = None
) -> list[list[int]]:
    found, place = [], None
    while True:
        page = browser().page(shelf, caller, limit=limit, after=place, state=state)
        found.append(numbers(page))
        if page.next is None:
            return found
        place = place_of(cursor_of(page.next))


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 100])
def test_pages_have_every_video_once_newest_first(limit: int) -> None:
    for number in range(7):
        put(number, at=at(number // 2))  # two at the same moment
    pages = all_pages(Shelf(), limit=limit)
    assert sorted(chain(*pages)) == [*range(7)]
    assert [number // 2 for number in chain(*pages)] == [3, 2, 2, 1, 1, 0, 0]
    assert all(len(page) == limit for page in pages[:-2])


def test_a_page_is_one_query() -> None:
    for number in range(30):
        put(number, at=at(number, 2027))
    counted = Counted(browser().shelves)
    page = replace(browser(), shelves=counted).page(Shelf(), ANYBODY, limit=24, after=None)
    assert numbers(page) == [*range(29, 5, -1)]
    assert counted.queries == [24]


def test_a_list_goes_on_in_the_year_before() -> None:
    put(1, at=at(1, 2026))
    put(2, at=at(2, 2027))
    assert all_pages(Shelf(), limit=1) == [[2], [1]]
    assert all_pages(Shelf(), limit=100) == [[2, 1]]


def test_deleted_videos_are_passed_over_and_the_page_is_filled() -> None:
    for number in range(6):
        put(number, at=at(number))
    for number in (5, 4, 2):
        moto_aws.client("dynamodb").update_item(
            TableName=moto_aws.VIDEOS,
            Key={"videoId": {"S": video_id(number)}},
            UpdateExpression="SET deletedAt = :now",
            ExpressionAttributeValues={":now": {"S": at(50)}},
        )
    assert all_pages(Shelf(), limit=2) == [[3, 1], [0]]


def test_a_record_that_cannot_be_read_takes_no_page_with_it() -> None:
    put(1, at=at(1))
    put(2, at=at(2))
    moto_aws.client("dynamodb").update_item(
        TableName=moto_aws.VIDEOS,
        Key={"videoId": {"S": video_id(2)}},
        UpdateExpression="SET sizeBytes = :text",
        ExpressionAttributeValues={":text": {"S": "many"}},
    )
    assert all_pages(Shelf(), limit=5) == [[1]]


def test_a_state_is_found_among_many_others_by_a_bounded_number_of_queries() -> None:
    for number in range(MAX_QUERIES * MAX_LIMIT + 20):
        put(number, at=at(number, 2027), state=State.FAILED if number in (0, 300) else State.READY)
    counted = Counted(browser().shelves)
    page = replace(browser(), shelves=counted).page(
        Shelf(), ANYBODY, limit=24, after=None, state=State.FAILED
    )
    assert numbers(page) == [300]
    assert counted.queries == [MAX_LIMIT] * MAX_QUERIES
    assert all_pages(Shelf(), limit=24, state=State.FAILED) == [[300], [0]]
    assert all_pages(Shelf(), limit=1, state=State.FAILED) == [[300], [0], []]


def test_a_caller_sees_its_own_and_who_sees_all_one_owners_or_all() -> None:
    put(1, at=at(1), owner="alice")
    put(2, at=at(2), owner="bob")
    put(3, at=at(3))
    assert all_pages(Shelf("alice"), ALICE, limit=5) == [[1]]
    assert all_pages(Shelf("bob"), ADMIN, limit=5) == [[2]]
    assert all_pages(Shelf(), ADMIN, limit=5) == [[3, 2, 1]]


def test_even_a_wrong_shelf_shows_a_caller_nothing_of_others() -> None:
    put(1, at=at(1), owner="bob")
    put(2, at=at(2), owner="alice")
    assert all_pages(Shelf(), ALICE, limit=5) == [[2]]


def test_an_external_id_is_found_with_and_without_its_owner() -> None:
    put(1, at=at(1), owner="alice", external_id="film")
    put(2, at=at(2), owner="bob", external_id="film")
    put(3, at=at(3), owner="bob", external_id="other")
    assert all_pages(Shelf("alice", "film"), ALICE, limit=5) == [[1]]
    assert all_pages(Shelf(None, "film"), ADMIN, limit=1) == [[2], [1]]


def test_a_row_of_an_external_id_that_was_changed_shows_nothing() -> None:
    video = put(1, at=at(1), external_id="new")
    rows().arrange(replace(video, external_id="old"))
    assert all_pages(Shelf(None, "old"), limit=5) == [[]]


@pytest.mark.parametrize("year", ["2000", "2026", "2999"])
def test_a_cursor_that_somebody_made_is_only_a_place(year: str) -> None:
    put(1, at=at(1), owner="bob")
    put(2, at=at(2), owner="alice")
    for forged in (
        Place(f"{year}-02-01T00:00:00.000000Z"),
        Place(f"{year}-02-01T00:00:00.000000Z", video_id(1)),
    ):
        page = browser().page(Shelf("alice"), ALICE, limit=5, after=place_of(cursor_of(forged)))
        assert set(numbers(page)) <= {2}


@pytest.mark.parametrize(
    "cursor",
    ["", "x", "e30=", "W10=", "WyIiLCAiIl0=", "WzEsIDJd", "WyJ4IiwgIjIwMjYtMDEtMDFUMDA6MDA6MDAuMDAwMDAwWiJd"],
)
def test_what_is_no_cursor_is_refused(cursor: str) -> None:
    with pytest.raises(RequestRefused) as caught:
        place_of(cursor)
    assert caught.value.code == "bad_cursor"


def test_a_cursor_of_the_future_is_the_beginning() -> None:
    put(1, at=at(1, 2027))
    counted = Counted(browser().shelves)
    forged = Place("2999-01-01T00:00:00.000000Z")
    page = replace(browser(), shelves=counted).page(Shelf(), ANYBODY, limit=1, after=forged)
    assert (numbers(page), len(counted.queries)) == ([1], 1)


def test_browsers_know_the_time() -> None:
    put(1, at=at(1))
    page = Browser(browser().shelves).page(Shelf(), ANYBODY, limit=1, after=None)
    assert numbers(page) == [1]
