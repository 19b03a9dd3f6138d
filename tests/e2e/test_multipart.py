"""Multipart uploads, straight to S3, by the protocol of Uppy's companion."""

from typing import Any

import httpx
import pytest

from tests.e2e.test_upload import assert_problem
from tests.support.media import corpus
from tests.support.system.client import Client
from tests.support.system.cloud import Cloud

MIB = 2**20
PART_BYTES = 5 * MIB  # the minimum of S3 for all parts but the last


def begin(client: Client, name: str = "a.mp4") -> dict[str, Any]:
    answer = client.http.post(
        "/s3/multipart", json={"filename": name, "type": "video/mp4", "metadata": {"name": name}}
    )
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def path(begun: dict[str, Any], rest: str = "") -> str:
    return f"/s3/multipart/{begun['uploadId']}{rest}?key={begun['key']}"


def send(client: Client, begun: dict[str, Any], number: int, body: bytes) -> dict[str, Any]:
    signed = client.get(path(begun, f"/{number}"))
    assert signed.status_code == 200, signed.text
    stored = client.http.put(signed.json()["url"], content=body)
    assert stored.status_code == 200, stored.text
    return {"PartNumber": number, "ETag": stored.headers["etag"]}


def complete(client: Client, begun: dict[str, Any], parts: list[dict[str, Any]]) -> httpx.Response:
    return client.http.post(path(begun, "/complete"), json={"parts": parts})


def padded_clip() -> bytes:
    """A real clip of two parts, padded with an MP4 box `free`, which players skip."""
    clip = corpus.file("carphone_pristine.mp4").read_bytes()
    room = PART_BYTES + MIB - len(clip)
    return clip + room.to_bytes(4, "big") + b"free" + bytes(room - 8)


def test_a_file_in_parts_becomes_a_video_that_plays(client: Client, cloud: Cloud) -> None:
    content = padded_clip()
    begun = begin(client)
    parts = [
        send(client, begun, 2, content[PART_BYTES:]),
        send(client, begun, 1, content[:PART_BYTES]),
    ]

    listed = client.get(path(begun)).json()
    assert [(part["PartNumber"], part["Size"]) for part in listed] == [(1, PART_BYTES), (2, MIB)]
    answer = complete(client, begun, parts[::-1])

    assert answer.status_code == 200, answer.text
    document = answer.json()
    assert set(document) == {"location", "key", "bucket", "videoId"}
    assert begun["key"] == document["key"] == f"uploads/{document['videoId']}"
    assert client.describe(document["videoId"])["state"] in {"UPLOADED", "PROCESSING", "READY"}
    assert client.final_state(document["videoId"]) == "READY"
    stored = cloud.s3.get_object(Bucket=document["bucket"], Key=document["key"])
    assert stored["Body"].read() == content


@pytest.mark.smoke("uploading to storage")
def test_completing_twice_gives_the_same_answer(client: Client) -> None:
    begun = begin(client)
    part = send(client, begun, 1, corpus.file("carphone_pristine.mp4").read_bytes())

    first = complete(client, begun, [part])
    second = complete(client, begun, [part | {"ETag": part["ETag"].strip('"')}])

    assert first.status_code == second.status_code == 200
    assert first.json() == second.json()


@pytest.mark.smoke("uploading to storage")
def test_several_parts_are_signed_at_once(client: Client) -> None:
    begun = begin(client)

    answer = client.get(f"{path(begun, '/batch')}&partNumbers=1,2,100")

    urls = answer.json()["presignedUrls"]
    assert set(urls) == {"1", "2", "100"}
    assert client.http.put(urls["2"], content=b"x").status_code == 200


@pytest.mark.smoke("uploading to storage")
def test_a_url_for_a_declared_size_takes_no_other_one(client: Client) -> None:
    begun = begin(client)
    answer = client.get(f"{path(begun, '/1')}&size=3")
    assert answer.status_code == 200
    assert "content-length" in answer.json()["url"]
    assert client.http.put(answer.json()["url"], content=b"abc").status_code == 200
    assert client.get(f"{path(begun, '/2')}&size=6000000000").status_code == 413
    assert client.get(f"{path(begun, '/2')}&size=many").status_code == 400


@pytest.mark.smoke("uploading to storage")
def test_a_number_that_no_part_of_a_file_here_has_is_not_signed(client: Client) -> None:
    begun = begin(client)
    assert client.get(f"{path(begun, '/10000')}").status_code == 400


@pytest.mark.smoke("uploading to storage")
def test_an_aborted_upload_is_gone_with_its_parts(client: Client) -> None:
    begun = begin(client)
    part = send(client, begun, 1, b"x")

    answer = client.http.delete(path(begun))

    assert (answer.status_code, answer.json()) == (200, {})
    assert_problem(client.get(path(begun)), 404, "unknown_upload")
    assert_problem(client.get(path(begun, "/1")), 404, "unknown_upload")
    assert_problem(complete(client, begun, [part]), 404, "unknown_upload")
    assert_problem(client.http.delete(path(begun)), 404, "unknown_upload")


@pytest.mark.smoke("uploading to storage")
@pytest.mark.parametrize("key", ["uploads/a.mp4", "jobs/x/plan.json", "", "%2e%2e%2f"])
def test_a_key_that_the_api_did_not_issue_is_400(client: Client, key: str) -> None:
    begun = begin(client) | {"key": key}

    for answer in (client.get(path(begun)), client.get(path(begun, "/1")), client.http.delete(path(begun))):
        assert answer.status_code == 400
        assert answer.json()["code"] in {"bad_key", "no_key"}


def test_an_upload_with_the_key_of_another_is_404(client: Client) -> None:
    begun, other = begin(client), begin(client)
    part = send(client, begun, 1, b"x")
    foreign = begun | {"key": other["key"]}

    assert_problem(client.get(path(foreign)), 404, "unknown_upload")
    assert_problem(client.get(path(foreign, "/1")), 404, "unknown_upload")
    assert_problem(complete(client, foreign, [part]), 404, "unknown_upload")
    assert_problem(client.http.delete(path(foreign)), 404, "unknown_upload")
    assert [stored["PartNumber"] for stored in client.get(path(begun)).json()] == [1]


@pytest.mark.parametrize("number", ["0", "10001", "-1", "one", "1.5"])
def test_a_part_number_that_s3_does_not_accept_is_400(client: Client, number: str) -> None:
    assert_problem(client.get(path(begin(client), f"/{number}")), 400, "bad_part_numbers")


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"parts": 1}', b'{"parts": [1]}', b'{"parts": [{}]}'])
def test_a_malformed_list_of_parts_is_400(client: Client, body: bytes) -> None:
    answer = client.http.post(path(begin(client), "/complete"), content=body)

    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.smoke("uploading to storage")
def test_a_part_below_the_minimum_before_the_last_is_400(client: Client) -> None:
    begun = begin(client)
    parts = [send(client, begun, 1, b"small"), send(client, begun, 2, b"last")]

    assert_problem(complete(client, begun, parts), 400, "part_too_small")


@pytest.mark.smoke("uploading to storage")
def test_browsers_of_any_origin_may_send_parts_and_read_their_etags(client: Client) -> None:
    url = client.get(path(begin(client), "/1")).json()["url"]
    origin = {"Origin": client.origin}

    asked = client.http.options(url, headers=origin | {"Access-Control-Request-Method": "PUT"})
    stored = client.http.put(url, content=b"x", headers=origin)

    assert asked.status_code == 200
    assert stored.headers["access-control-allow-origin"] in {"*", origin["Origin"]}
    assert "etag" in stored.headers["access-control-expose-headers"].lower()
