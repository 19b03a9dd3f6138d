from dataclasses import replace

from reelway.shelves import FIRST_YEAR, Shelf, rows_of, video_of_row
from tests.support.samples import VIDEO, VIDEO_ID

TIME = VIDEO.created_at


def test_a_video_without_owner_and_external_id_has_one_row() -> None:
    [row] = rows_of(VIDEO)
    assert (row.name, row.created_at) == (Shelf().name(TIME), TIME)
    assert video_of_row(row.row_id) == VIDEO_ID


def test_an_owner_and_an_external_id_have_rows_of_their_own() -> None:
    rows = rows_of(replace(VIDEO, owner="alice", external_id="film"))
    shelves = [Shelf(), Shelf(None, "film"), Shelf("alice"), Shelf("alice", "film")]
    assert [row.name for row in rows] == [shelf.name(TIME) for shelf in shelves]
    assert len({row.row_id for row in rows}) == 4
    assert {video_of_row(row.row_id) for row in rows} == {VIDEO_ID}


def test_no_owner_reaches_anothers_shelf_by_a_name() -> None:
    owners = ['a"', "a", "all", "2026", 'a","2026', '["all","2026"]', "", "ready"]
    external_ids = [None, "a", "b", 'b"', 'a","b', "2026"]
    shelves = [Shelf(owner, other) for owner in [None, *owners] for other in external_ids]
    assert len({shelf.name(TIME) for shelf in shelves}) == len(shelves)
    assert not any(shelf.name(TIME) in {"ready", "open", "pending"} for shelf in shelves)


def test_names_fit_into_a_key_of_dynamodb() -> None:
    assert len(Shelf("\U0001f3d6"[:1] * 127 + "\ud800", "x" * 128).name(TIME)) <= 2048
    assert len(Shelf("ü" * 255, "x" * 128).name(TIME).encode()) <= 2048


def test_shelves_that_grow_for_ever_are_divided_by_years() -> None:
    assert Shelf().name("2026-12-31T") != Shelf().name("2027-01-01T")
    assert Shelf("alice").name("2026-12-31T") != Shelf("alice").name("2027-01-01T")
    assert Shelf().before("2028-05-05T") == "2027-12-31T23:59:59.999999Z"
    assert Shelf().before(f"{FIRST_YEAR}-05-05T") is None
    assert Shelf(None, "film").name("2026-1") == Shelf(None, "film").name("2027-1")
    assert Shelf(None, "film").before("2028-05-05T") is None
