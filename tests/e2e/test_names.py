"""What clients say of their videos, by each way to upload; lists of videos of any state."""

import json
import uuid
from typing import Any

import pytest

from tests.e2e.test_multipart import complete, send
from tests.e2e.test_upload import assert_problem
from tests.support.system.client import Client, eventually

SAID = {"title": "Ferien \u202eam Strand 🏖", "metadata": {"album": "2026"}, "externalId": "film-1"}


def said(external_id: str) -> dict[str, Any]:
    return SAID | {"externalId": external_id}


def as_texts(fields: dict[str, Any]) -> dict[str, str]:
    return fields | {"metadata": json.dumps(fields["metadata"])}


def described(client: Client, video_id: str) -> dict[str, Any]:
    video = eventually(
        lambda: (found := client.get(f"/video/{video_id}")).status_code == 200 and found.json()
    )
    return {name: video[name] for name in SAID if name in video}


def listed(client: Client, **query: str) -> list[str]:
    answer = client.http.get("/videos", params=query)
    assert answer.status_code == 200, answer.text
    return [video["videoId"] for video in answer.json()["videos"]]


@pytest.fixture
def external_id() -> str:
    """One that no other test has."""
    return str(uuid.uuid4())


def by_form(client: Client, fields: dict[str, Any]) -> str:
    files = {"file": ("clip ü.mp4", b"no video")}
    answer = client.http.post("/upload", files=files, data=as_texts(fields) if fields else {})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["videoId"])


def to_storage(client: Client, fields: dict[str, Any]) -> str:
    params = {"filename": "clip ü.mp4"} | (as_texts(fields) if fields else {})
    form = client.http.get("/s3/params", params=params).json()
    assert client.http.post(form["url"], data=form["fields"], files={"file": b"no video"}).status_code == 201
    return str(form["fields"]["key"].removeprefix("uploads/"))


def in_parts(client: Client, fields: dict[str, Any]) -> str:
    metadata = {"name": "clip ü.mp4", "type": "video/mp4", "relativePath": None} | fields
    answer = client.http.post("/s3/multipart", json={"type": "video/mp4", "metadata": metadata})
    assert answer.status_code == 200, answer.text
    begun = answer.json()
    return str(complete(client, begun, [send(client, begun, 1, b"no video")]).json()["videoId"])


WAYS = [by_form, to_storage, in_parts]


@pytest.mark.smoke("names")
@pytest.mark.parametrize("upload", WAYS)
def test_what_is_said_of_an_upload_stays_with_its_video_in_every_state(
    client: Client, upload: Any, external_id: str
) -> None:
    video_id = upload(client, said(external_id))
    assert described(client, video_id) == said(external_id)
    assert client.final_state(video_id) == "FAILED"
    assert described(client, video_id) == said(external_id)
    assert eventually(lambda: listed(client, externalId=external_id)) == [video_id]
    assert listed(client, externalId=external_id, state="FAILED") == [video_id]
    assert listed(client, externalId=external_id, state="READY") == []


@pytest.mark.parametrize("upload", WAYS)
def test_without_a_title_the_file_names_the_video(client: Client, upload: Any) -> None:
    assert described(client, upload(client, {})) == {"title": "clip ü.mp4"}


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("title", "x" * 201, "bad_title"),
        ("title", "a\x07b", "bad_title"),
        ("metadata", '{"a":1}', "bad_metadata"),
        ("metadata", json.dumps({"a": "x" * 1024}), "bad_metadata"),
        ("externalId", "a b", "bad_external_id"),
        ("playback", "private", "bad_playback"),
    ],
)
def test_what_cannot_be_taken_is_refused_by_each_way(
    client: Client, field: str, value: str, code: str
) -> None:
    asked = {field: value}
    assert_problem(client.http.post("/upload", files={"file": b"no video"}, data=asked), 400, code)
    assert_problem(client.http.get("/s3/params", params=asked), 400, code)
    assert_problem(client.http.post("/s3/multipart", json={"metadata": asked}), 400, code)


def test_a_patch_moves_a_video_to_another_external_id(client: Client, external_id: str) -> None:
    video_id = by_form(client, said(external_id))
    other = str(uuid.uuid4())
    assert eventually(lambda: listed(client, externalId=external_id)) == [video_id]
    patch = {"title": "New", "externalId": other, "metadata": {"album": None}}
    answer = client.http.patch(
        f"/video/{video_id}",
        content=json.dumps(patch),
        headers={"Content-Type": "application/merge-patch+json"},
    )
    assert answer.status_code == 200, answer.text
    assert described(client, video_id) == {"title": "New", "externalId": other}
    assert eventually(lambda: listed(client, externalId=other)) == [video_id]
    assert eventually(lambda: listed(client, externalId=external_id) == [])


def test_a_deleted_video_leaves_the_list_and_a_restored_one_comes_back(
    client: Client, external_id: str
) -> None:
    video_id = by_form(client, said(external_id))
    client.final_state(video_id)
    eventually(lambda: listed(client, externalId=external_id))
    assert client.http.delete(f"/video/{video_id}").status_code == 204
    assert listed(client, externalId=external_id) == []
    assert client.http.post(f"/video/{video_id}/restore").status_code == 202
    assert eventually(lambda: listed(client, externalId=external_id)) == [video_id]


def test_pages_of_all_videos_are_newest_first_and_end(client: Client, external_id: str) -> None:
    ids = [by_form(client, said(external_id)) for _ in range(3)]
    eventually(lambda: len(listed(client, externalId=external_id)) == 3)
    found: list[dict[str, Any]] = []
    url: str | None = "/videos?limit=2"
    while url:
        answer = client.get(url)
        assert 0 <= len(answer.json()["videos"]) <= 2
        found += answer.json()["videos"]
        link = answer.headers.get("link")
        assert bool(link) == ("next" in answer.json())
        url = f"/videos{link[1 : link.index('>')]}" if link else None
    assert [video["createdAt"] for video in found] == sorted((v["createdAt"] for v in found), reverse=True)
    own = [video["videoId"] for video in found if video.get("externalId") == external_id]
    assert own == ids[::-1]
    assert len({video["videoId"] for video in found}) == len(found)


def test_the_same_idempotency_key_keeps_what_was_said_first(client: Client, external_id: str) -> None:
    headers = {"Idempotency-Key": external_id}
    for title in ("First", "Second"):
        files, data = {"file": ("clip.mp4", b"no video")}, {"title": title, "externalId": external_id}
        answer = client.http.post("/upload", files=files, data=data, headers=headers)
        assert answer.status_code == 201
        assert described(client, answer.json()["videoId"])["title"] == "First"
