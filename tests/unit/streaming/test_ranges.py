import pytest

from streaming.ranges import byte_range, is_unchanged


@pytest.mark.parametrize(
    "asked", ["bytes=0-0", "bytes=10-", "bytes=-500", "bytes=5-5", "bytes=0-99999999999"]
)
def test_one_range_of_bytes_is_asked_for(asked: str) -> None:
    assert byte_range({"range": asked}) == asked


def test_spaces_are_forgiven() -> None:
    assert byte_range({"range": "bytes= 0 - 9"}) == "bytes=0-9"


@pytest.mark.parametrize(
    "asked",
    [
        "",
        "bytes=",
        "bytes=-",
        "bytes=5-4",
        "bytes=a-b",
        "bytes=0-1,4-5",
        "items=0-1",
        "0-1",
        "bytes=--1",
        "bytes=1-2-3",
        "bytes=1-" + "9" * 5000,
        "bytes=" + "9" * 5000 + "-1",
        "bytes=\u0661-\u0662",
    ],
)
def test_everything_else_means_the_whole(asked: str) -> None:
    assert byte_range({"range": asked}) is None


def test_no_range_means_the_whole() -> None:
    assert byte_range({}) is None


def test_if_range_means_the_whole() -> None:
    assert byte_range({"range": "bytes=0-1", "if-range": '"etag"'}) is None


@pytest.mark.parametrize("asked", ['"a"', 'W/"a"', '"b", "a"', '"b",W/"a"', "*", " * "])
def test_a_client_that_names_the_tag_has_it_already(asked: str) -> None:
    assert is_unchanged({"if-none-match": asked}, '"a"')


@pytest.mark.parametrize("asked", ["", '"b"', "a", '"a', '"aa"', '"*"'])
def test_a_client_that_names_another_tag_does_not(asked: str) -> None:
    assert not is_unchanged({"if-none-match": asked}, '"a"')


def test_a_client_without_a_tag_has_nothing() -> None:
    assert not is_unchanged({}, '"a"')
