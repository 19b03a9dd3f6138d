"""Every answer that docs/contract.md lists, asked for by a client; only a storage failure (500) cannot be."""

import json
import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass

import httpx
import pytest
from websockets.exceptions import InvalidStatus

from tests.support.readers import contract, descriptions
from tests.support.system.client import Client

_FORM = {"Content-Type": "multipart/form-data; boundary=frontier"}


@dataclass(frozen=True, slots=True)
class Known:
    """A client, and the ids of a READY and of a FAILED video and of a segment of the first."""

    client: Client
    ready: str
    failed: str
    segment: str

    def manifest(self, video_id: str) -> httpx.Response:
        return self.client.get(f"/stream/{video_id}/manifest")

    def part(self, video_id: str, segment: str = "", **headers: str) -> httpx.Response:
        return self.client.get(f"/stream/{video_id}/segment/{segment or self.segment}", **headers)


UPLOAD = ("POST", "/upload")
MANIFEST = ("GET", "/stream/{videoId}/manifest")
SEGMENT = ("GET", "/stream/{videoId}/segment/{segmentId}")
SOCKET = ("GET", "/video/{videoId}/status/stream")
ASKED: dict[tuple[str, str, int], Callable[[Known], httpx.Response]] = {
    (*UPLOAD, 201): lambda known: known.client.post_file(b"no video"),
    (*UPLOAD, 400): lambda known: known.client.http.post("/upload", content=b"--frontier--", headers=_FORM),
    (*SOCKET, 400): lambda known: known.client.get(f"/video/{known.ready}/status/stream"),
    ("GET", "/stream/ready", 200): lambda known: known.client.get("/stream/ready"),
    (*MANIFEST, 200): lambda known: known.manifest(known.ready),
    (*MANIFEST, 404): lambda known: known.manifest(str(uuid.uuid4())),
    (*MANIFEST, 409): lambda known: known.manifest(known.failed),
    (*SEGMENT, 200): lambda known: known.part(known.ready),
    (*SEGMENT, 206): lambda known: known.part(known.ready, Range="bytes=0-187"),
    (*SEGMENT, 404): lambda known: known.part(known.ready, "missing.ts"),
    (*SEGMENT, 409): lambda known: known.part(known.failed),
}
# Of a handshake, whose 404 has a body of API Gateway's on AWS.
HANDSHAKES = {(*SOCKET, 101), (*SOCKET, 404)}
ANSWERS = {
    (endpoint.method, endpoint.path, status): answer
    for endpoint in contract.ENDPOINTS
    for status, answer in endpoint.all_answers.items()
}


@pytest.fixture(scope="module")
def known(client: Client, short_video: str, failed_video: str) -> Known:
    [first, *_] = re.findall(
        r"^segment/(.+)$", client.get(f"/stream/{short_video}/manifest").text, re.MULTILINE
    )
    return Known(client, short_video, failed_video, first)


def test_no_row_is_forgotten() -> None:
    assert set(ASKED) | HANDSHAKES | {(*UPLOAD, 500)} == set(ANSWERS)


@pytest.mark.smoke("the contract")
@pytest.mark.parametrize("row", ASKED, ids=lambda row: " ".join(map(str, row)))
def test_an_answer_is_as_the_contract_has_it(known: Known, row: tuple[str, str, int]) -> None:
    expected, answer = ANSWERS[row], ASKED[row](known)

    assert answer.status_code == row[-1], answer.text[:300]
    assert answer.headers["content-type"].partition(";")[0] == expected.content_type
    if expected.body:
        descriptions.validator(expected.body).validate(answer.json())


@pytest.mark.smoke("the contract")
def test_a_handshake_for_a_video_is_followed_by_its_state_at_once(known: Known) -> None:
    with known.client.open_socket(known.failed) as socket:
        message = json.loads(socket.recv(timeout=20))

    schema = {"type": "object", "properties": contract.MESSAGE, "required": list(contract.MESSAGE)}
    descriptions.validator(schema | {"additionalProperties": False}).validate(message)
    assert (message["videoId"], message["state"]) == (known.failed, "FAILED")


@pytest.mark.smoke("the contract")
def test_a_handshake_for_an_unknown_video_is_404(known: Known) -> None:
    with pytest.raises(InvalidStatus) as refused:
        known.client.open_socket(str(uuid.uuid4()))

    assert refused.value.response.status_code == 404
