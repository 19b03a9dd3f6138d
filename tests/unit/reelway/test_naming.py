import json
from collections.abc import Callable
from typing import Any

import pytest

from reelway import naming
from reelway.errors import RequestRefused
from reelway.video import Playback

HALF = "\ud800"
NO_NAMES = ({"a\n": "x"}, {"a": HALF}, {HALF: "x"}, {"a": {"b": "c"}})
TURNED = "\u202egpj.exe"


def refusal(read: Callable[[Any], Any], value: object) -> tuple[int, str, str]:
    with pytest.raises(RequestRefused) as caught:
        read(value)
    return caught.value.status, caught.value.code, caught.value.detail


@pytest.mark.parametrize("title", ["a", "x" * 200, "Ferien & Strand 🏖", TURNED, '<b onclick="x">'])
def test_a_title_is_taken_as_it_is(title: str) -> None:
    assert naming.title(title) == title


def test_spaces_around_a_title_are_none_of_it() -> None:
    assert naming.title("  our holidays ") == "our holidays"


@pytest.mark.parametrize(
    "title", ["", "  ", "x" * 201, "a\nb", "\x00", "a\x7f", "a\u2028x", f"a{HALF}", 3, True, [], {}]
)
def test_another_title_is_refused_by_name(title: object) -> None:
    status, code, detail = refusal(naming.title, title)
    assert (status, code) == (400, "bad_title")
    assert "title is" in detail


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("clip.mp4", "clip.mp4"),
        ("C:\\Users\\me\\clip.mp4", "clip.mp4"),
        ("folder/clip.mp4", "clip.mp4"),
        ("a\r\nb\x00.mp4", "ab.mp4"),
        (f"half{HALF}.mp4", "half.mp4"),
        ("x" * 300, "x" * 200),
        (TURNED, TURNED),
        (" ", None),
        ("", None),
        (None, None),
        (7, None),
    ],
)
def test_any_files_name_gives_a_title_that_would_be_taken_or_none(name: object, title: str | None) -> None:
    assert naming.title_of_file(name) == title
    assert title is None or naming.title(title) == title


def test_metadata_is_an_object_of_texts_or_the_json_of_one() -> None:
    known = {"album": "2026", "ü": "", "note": "two\nlines"}
    assert naming.metadata(known) == known
    assert naming.metadata(json.dumps(known)) == known
    assert naming.metadata({}) == {}


def test_metadata_has_a_kilobyte_as_json_in_utf_8() -> None:
    fits = {"a": "ü" * 508}  # {"a":"…"} are 8 bytes more
    assert naming.metadata(fits) == fits
    assert refusal(naming.metadata, {"a": "ü" * 509})[1] == "bad_metadata"


@pytest.mark.parametrize(
    "metadata",
    [
        "",
        "{",
        "[]",
        "null",
        "[" * 100_000,
        '{"a":1}',
        [],
        1,
        {"a": 1},
        {"a": None},
        {"": "x"},
        {"x" * 65: "x"},
        *NO_NAMES,
    ],
    ids=lambda value: str(value)[:20],
)
def test_other_metadata_is_refused_by_name(metadata: object) -> None:
    status, code, detail = refusal(naming.metadata, metadata)
    assert (status, code) == (400, "bad_metadata")
    assert "metadata is" in detail


def test_metadata_is_merged_and_null_takes_away() -> None:
    known = {"a": "1", "b": "2"}
    assert naming.merged_metadata(known, {"b": None, "c": "3", "d": None}) == {"a": "1", "c": "3"}
    assert naming.merged_metadata(known, None) == {}
    assert refusal(lambda patch: naming.merged_metadata(known, patch), "{}")[1] == "bad_metadata"
    assert refusal(lambda patch: naming.merged_metadata(known, patch), {"c": "x" * 1010})[1] == "bad_metadata"


@pytest.mark.parametrize("external_id", ["", " ", "a b", "ü", "x" * 129, "a\n", 5, None])
def test_another_external_id_is_refused_by_name(external_id: object) -> None:
    assert refusal(naming.external_id, external_id)[1] == "bad_external_id"


@pytest.mark.parametrize("playback", ["", "PUBLIC", "private", [], {}, 1])
def test_another_playback_is_refused_by_name(playback: object) -> None:
    assert refusal(naming.playback, playback)[1] == "bad_playback"


def test_what_a_client_states_is_read_and_null_is_as_not_stated() -> None:
    given = {"title": "t", "metadata": '{"a":"b"}', "externalId": None, "playback": "signed", "name": "x"}
    assert naming.stated(given) == {"title": "t", "metadata": {"a": "b"}, "playback": Playback.SIGNED}
