import json
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any

import pytest

from reelway.documents import DocumentFormat, from_plain, to_plain
from reelway.errors import ProcessingInterrupted


class Color(StrEnum):
    RED = "red"


@dataclass(frozen=True, slots=True)
class Inner:
    size_bytes: int
    length_s: float


@dataclass(frozen=True, slots=True)
class Outer:
    name: str
    rate: Fraction
    is_square: bool
    color: Color
    inner: Inner
    absent: Inner | None
    numbers: tuple[int, ...]
    by_name: dict[str, tuple[Inner, ...]]
    added_later: int = 7


VALUE = Outer(
    name="a",
    rate=Fraction(30_000, 1001),
    is_square=True,
    color=Color.RED,
    inner=Inner(5, 1.5),
    absent=None,
    numbers=(1, 2),
    by_name={"720p": (Inner(1, 2.0),), "360p": ()},
)
PLAIN: dict[str, Any] = {
    "name": "a",
    "rate": "30000/1001",
    "isSquare": True,
    "color": "red",
    "inner": {"sizeBytes": 5, "lengthS": 1.5},
    "absent": None,
    "numbers": [1, 2],
    "byName": {"720p": [{"sizeBytes": 1, "lengthS": 2.0}], "360p": []},
    "addedLater": 7,
}
DOCUMENT = DocumentFormat(
    "thing", Inner, version=3, upgrades={1: lambda old: {"bytes": old["b"]}, 2: lambda old: _named(old)}
)


def _named(old: dict[str, Any]) -> dict[str, Any]:
    return {"sizeBytes": old["bytes"], "lengthS": 1}


def test_values_become_plain_data_with_names_in_camel_case() -> None:
    assert to_plain(VALUE) == PLAIN


def test_plain_data_becomes_the_values_that_it_came_from() -> None:
    read = from_plain(Outer, json.loads(json.dumps(PLAIN)))
    assert read == VALUE
    assert type(read.rate) is Fraction
    assert type(read.color) is Color
    assert type(read.numbers) is tuple


def test_a_field_with_a_default_may_be_missing() -> None:
    older = {name: value for name, value in PLAIN.items() if name != "addedLater"}
    assert from_plain(Outer, older) == VALUE


def test_names_that_are_not_known_are_passed_over() -> None:
    assert from_plain(Outer, PLAIN | {"newer": 1}) == VALUE


def test_numbers_of_dynamodb_are_read_as_the_type_that_is_declared() -> None:
    read = from_plain(Inner, {"sizeBytes": Decimal("5"), "lengthS": Decimal("1.5")})
    assert read == Inner(5, 1.5)
    assert (type(read.size_bytes), type(read.length_s)) == (int, float)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("name", None),
        ("name", 7),
        ("rate", "fast"),
        ("isSquare", "yes"),
        ("color", "blue"),
        ("inner", []),
        ("inner", {"sizeBytes": 5}),
        ("numbers", "12"),
        ("numbers", [None]),
        ("byName", []),
    ],
)
def test_data_of_another_type_is_an_error(name: str, value: object) -> None:
    with pytest.raises((TypeError, ValueError)):
        from_plain(Outer, PLAIN | {name: value})


def test_a_document_is_written_with_its_version() -> None:
    assert json.loads(DOCUMENT.dump(Inner(5, 1.0))) == {"version": 3, "sizeBytes": 5, "lengthS": 1.0}


@pytest.mark.parametrize(
    "stored", [{"version": 3, "sizeBytes": 5, "lengthS": 1}, {"version": 2, "bytes": 5}, {"b": 5}]
)
def test_a_document_of_any_known_version_is_read_and_without_one_it_is_the_first(stored: object) -> None:
    assert DOCUMENT.load(json.dumps(stored).encode()) == Inner(5, 1.0)


@pytest.mark.parametrize("version", [4, 0, "2", None])
def test_an_unknown_version_is_named_with_the_document_and_what_was_expected(version: object) -> None:
    newer = json.dumps({"version": version, "sizeBytes": 5, "lengthS": 1}).encode()
    with pytest.raises(ProcessingInterrupted) as caught:
        DOCUMENT.load(newer)
    assert caught.value.code == "document_version"
    assert caught.value.code == "document_version"
    found = f"the thing has version {version}; this release reads version 1 or 2 or 3"
    assert found in caught.value.detail


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "Expecting value"),
        (b"\xff", "codec can't decode"),
        (b"[]", "[] is no dict"),
        (b"null", "None is no dict"),
        (b"{}", "'b'"),
        (b'{"version": 3, "sizeBytes": 5}', "length_s"),
        (b'{"version": 3, "sizeBytes": null, "lengthS": 1}', "NoneType"),
    ],
)
def test_a_document_that_cannot_be_read_says_which_and_why(body: bytes, reason: str) -> None:
    with pytest.raises(ProcessingInterrupted, match=r"cannot be read\. \(thing: ") as caught:
        DOCUMENT.load(body)
    assert caught.value.code == "document_unreadable"
    assert reason in caught.value.detail
