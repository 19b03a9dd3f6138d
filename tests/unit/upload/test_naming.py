import pytest

from reelway.caller import ANYBODY, Caller, Scope
from reelway.details import Details
from reelway.errors import RequestRefused
from reelway.video import Playback
from tests.support.samples import VIDEO_ID
from upload.naming import details, details_of_document

ALICE = Caller("alice", frozenset({Scope.UPLOAD}))
GRANT = Caller("alice", frozenset({Scope.UPLOAD}), VIDEO_ID)


def test_the_file_names_a_video_that_has_no_title() -> None:
    assert details({}, "clip.mp4", ALICE) == Details("alice", "clip.mp4")
    assert details({"title": "Ours"}, "clip.mp4", ALICE) == Details("alice", "Ours")
    assert details({}, None, ANYBODY) == Details()


def test_the_document_of_an_upload_in_parts_says_all() -> None:
    metadata = {
        "name": "clip.mp4",
        "type": "video/mp4",
        "size": 5,
        "relativePath": None,
        "title": "Ours",
        "metadata": {"a": "b"},
        "externalId": "film",
        "playback": "signed",
    }
    expected = Details("alice", "Ours", {"a": "b"}, "film", Playback.SIGNED)
    assert details_of_document({"filename": "x", "metadata": metadata}, ALICE) == expected


@pytest.mark.parametrize(
    ("document", "title"),
    [
        ({"filename": "a.mp4"}, "a.mp4"),
        ({"filename": "a.mp4", "metadata": {"name": "b.mp4"}}, "b.mp4"),
        ({"filename": "a.mp4", "metadata": {"name": "b.mp4", "title": "c"}}, "c"),
        ({"filename": "a.mp4", "metadata": {"title": None}}, "a.mp4"),
        ({"filename": 1, "metadata": "x"}, None),
        ({}, None),
    ],
)
def test_the_nearest_name_is_the_title(document: dict[str, object], title: str | None) -> None:
    assert details_of_document(document, ALICE).title == title


@pytest.mark.parametrize(
    ("field", "code"),
    [
        ("title", "bad_title"),
        ("metadata", "bad_metadata"),
        ("externalId", "bad_external_id"),
        ("playback", "bad_playback"),
    ],
)
def test_a_field_that_cannot_be_taken_is_named(field: str, code: str) -> None:
    with pytest.raises(RequestRefused) as caught:
        details_of_document({"metadata": {field: 7}}, ALICE)
    assert (caught.value.status, caught.value.code) == (400, code)


def test_the_holder_of_a_grant_says_nothing_of_its_video() -> None:
    given = {"title": "Theirs", "playback": "public", "externalId": "x y"}
    assert details(given, "clip.mp4", GRANT) == Details("alice")
