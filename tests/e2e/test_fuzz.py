"""docs/openapi.yaml against the edge: whatever is asked, nothing fails, and every answer is as described.

`make test` asks the same questions each time; `make fuzz` asks more of them, and others every time.
"""

import json
import os
import uuid
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import hypothesis
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase
from schemathesis.core import NOT_SET
from schemathesis.core.parameters import ParameterLocation
from schemathesis.specs.openapi import checks as conformance

from reelway.timestamps import utc_now
from tests.e2e.test_multipart import begin, send
from tests.support.readers import descriptions
from tests.support.samples import UNKNOWN_ID
from tests.support.system.client import Client
from tests.support.system.cloud import Cloud

Case = schemathesis.Case[Any]

SEED = int(os.environ.get("SEED", "1"))
EXAMPLES = int(os.environ.get("EXAMPLES", "8"))
SETTINGS = hypothesis.settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    print_blob=False,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
# Nothing that is asked depends on an answer, so that a seed asks the same again.
_UNLEARNING: dict[str, Any] = {"extra-data-sources": {"responses": False}}
CONFIG = schemathesis.Config.from_dict(
    {
        "seed": SEED,
        "phases": {
            "examples": _UNLEARNING,
            # CloudFront answers all other methods itself, with 403.
            "coverage": _UNLEARNING | {"unexpected-methods": ["get", "put", "post", "delete", "patch"]},
            "fuzzing": _UNLEARNING | {"error-feedback": {"enabled": False}},
        },
    }
)
SCHEMA = schemathesis.openapi.from_path(descriptions.OPENAPI_FILE, config=CONFIG)
CHECKS = [
    schemathesis.checks.not_a_server_error,
    conformance.status_code_conformance,
    conformance.content_type_conformance,
    conformance.response_headers_conformance,
    conformance.response_schema_conformance,
    conformance.unsupported_method,
    conformance.negative_data_rejection,
]
OPERATIONS = descriptions.operations(descriptions.openapi())
# Forms have no types, so any value is a file; and to begin, what is of the wrong type counts as left out.
LENIENT = {"upload", "beginMultipart"}


@dataclass(frozen=True, slots=True)
class AskableIds:
    """What clients may ask for: videos by their state, and uploads in parts."""

    client: Client
    cloud: Cloud
    videos: dict[str, str]
    segment_id: str
    upload: dict[str, Any]

    def video(self, state: str, operation_id: str) -> str:
        """One in that state; what is deleted is made anew, so that the others stay."""
        if operation_id != "deleteVideo" or state in {"deleted", "unknown"}:
            return self.videos[state]
        return put_video(self.cloud, state.upper())

    def upload_for(self, operation_id: str) -> dict[str, Any]:
        return begin(self.client) if operation_id in {"abortMultipart", "completeMultipart"} else self.upload


def put_video(cloud: Cloud, state: str, **fields: Any) -> str:
    """A record that nothing works on."""
    rank = 1 if state == "PROCESSING" else 2
    video_id = str(uuid.uuid4())
    cloud.put_video(video_id, state=state, rank=rank, version=2, runId="none", listedAt=utc_now(), **fields)
    return video_id


@pytest.fixture(scope="module")
def there(client: Client, cloud: Cloud, short_video: str, failed_video: str) -> AskableIds:
    deleted = put_video(cloud, "FAILED")
    assert client.http.delete(f"/video/{deleted}").status_code == 204
    playlist = client.get(f"/stream/{short_video}/manifest").text
    upload = begin(client)
    send(client, upload, 1, b"part")
    return AskableIds(
        client,
        cloud,
        {
            "ready": short_video,
            "failed": failed_video,
            "processing": put_video(cloud, "PROCESSING"),
            "deleted": deleted,
            "unknown": UNKNOWN_ID,
        },
        next(line for line in playlist.splitlines() if not line.startswith("#")).removeprefix("segment/"),
        upload,
    )


def operation_id(case: Case) -> str:
    return str(case.operation.definition.raw["operationId"])


def checks_for(case: Case) -> list[Callable[..., Any]]:
    """All, but where CloudFront answers for the page, and where what a client says is not looked at."""
    passed_over = set()
    if "page" in (case.operation.tags or []):
        passed_over.add(conformance.unsupported_method)
    if operation_id(case) in LENIENT:
        passed_over.add(conformance.negative_data_rejection)
    return [check for check in CHECKS if check not in passed_over]


def aim(case: Case, there: AskableIds) -> None:
    """Put what is there in the place of most ids that were made up; the case itself decides on what.

    An id that was made up to be wrong stays.
    """
    if case.method == "GET":
        case.body = NOT_SET  # CloudFront refuses it, where another method's body is kept for GET
    if case.meta is None or case.meta.is_negative_at(ParameterLocation.PATH):
        return
    dice = zlib.crc32(made_up(case).encode())
    states = [None, *there.videos]
    state = states[dice % len(states)]
    if "videoId" in case.path_parameters and state:
        case.path_parameters["videoId"] = there.video(state, operation_id(case))
    if "segmentId" in case.path_parameters and state == "ready":
        case.path_parameters["segmentId"] = there.segment_id
    is_wrong = case.meta.is_negative_at(ParameterLocation.QUERY)
    if "uploadId" in case.path_parameters and dice % 3 and not is_wrong:
        upload = there.upload_for(operation_id(case))
        case.path_parameters["uploadId"] = upload["uploadId"]
        case.query["key"] = upload["key"]


def made_up(case: Case) -> str:
    """All of a case that came from the seed."""
    body = None if case.body is NOT_SET else case.body
    return json.dumps([case.path_parameters, case.query, dict(case.headers or {}), body], default=repr)


@SCHEMA.parametrize()
@SETTINGS
def test_every_answer_is_as_described(case: Case, there: AskableIds) -> None:
    aim(case, there)
    case.call_and_validate(base_url=there.client.base_url, checks=checks_for(case))


# Of describing, deleting, the frozen operations of playing and the added ones.
STATUSES = {
    "ready": (200, 204, 200, 200),
    "failed": (200, 204, 409, 409),
    "processing": (200, 204, 409, 409),
    "deleted": (410, 204, 404, 410),
    "unknown": (404, 404, 404, 404),
}
# Of the socket's path without an upgrade, whatever the video.
NO_UPGRADE = 400
OF_VIDEOS = [operation for operation in OPERATIONS if "{videoId}" in operation[1]]


def expected_status(method: str, path: str, state: str) -> int:
    describe, delete, frozen, added = STATUSES[state]
    if path == "/video/{videoId}":
        return delete if method == "DELETE" else describe
    if path.endswith("/status/stream"):
        return NO_UPGRADE
    return frozen if "x-frozen" in OPERATIONS["GET", path] else added


@pytest.mark.parametrize("state", STATUSES)
@pytest.mark.parametrize(("method", "path"), OF_VIDEOS)
def test_every_state_of_a_video_is_answered_as_described(
    there: AskableIds, method: str, path: str, state: str
) -> None:
    asked = {"videoId": there.video(state, OPERATIONS[method, path]["operationId"])}
    if "{segmentId}" in path:
        asked["segmentId"] = there.segment_id
    case = SCHEMA[path][method].Case(path_parameters=asked)

    answer = case.call_and_validate(base_url=there.client.base_url, checks=CHECKS)

    assert answer.status_code == expected_status(method, path, state)


@pytest.mark.parametrize(
    ("method", "headers", "status"),
    [
        ("GET", {}, 200),
        ("GET", {"Range": "bytes=0-187"}, 206),
        ("GET", {"Range": "bytes=-1"}, 206),
        ("GET", {"Range": "bytes=99999999-"}, 416),
        ("GET", {"If-None-Match": "{etag}"}, 304),
        ("HEAD", {}, 200),
        ("HEAD", {"If-None-Match": "{etag}"}, 304),
    ],
)
def test_parts_of_a_segment_are_answered_as_described(
    there: AskableIds, method: str, headers: dict[str, str], status: int
) -> None:
    path, ready = "/stream/{videoId}/segment/{segmentId}", there.videos["ready"]
    etag = there.client.get(f"/stream/{ready}/segment/{there.segment_id}").headers["etag"]
    case = SCHEMA[path][method].Case(
        path_parameters={"videoId": ready, "segmentId": there.segment_id},
        headers={name: value.format(etag=etag) for name, value in headers.items()},
    )

    answer = case.call_and_validate(base_url=there.client.base_url, checks=CHECKS)

    assert answer.status_code == status


def test_a_page_of_the_ready_list_links_to_the_next_as_described(there: AskableIds) -> None:
    listed = [put_video(there.cloud, "READY", listing="ready") for _ in range(2)]
    case = SCHEMA["/stream/ready"]["GET"].Case(query={"limit": 1})

    first = case.call_and_validate(base_url=there.client.base_url, checks=CHECKS)
    link = first.headers["link"][0]
    following = there.client.get(f"/stream/ready{link[1 : link.index('>')]}")

    case.validate_response(following, checks=CHECKS)
    assert following.status_code == 200
    assert len(following.json()) == 1
    assert following.json() != first.json()
    for video_id in listed:
        there.client.http.delete(f"/video/{video_id}")


LINKS = [
    (source["operationId"], link["operationId"])
    for source in OPERATIONS.values()
    for answer in source["responses"].values()
    for link in answer.get("links", {}).values()
]


@pytest.mark.parametrize(("source", "target"), LINKS)
def test_a_link_leads_on_as_described(there: AskableIds, source: str, target: str) -> None:
    """What one answer tells is enough to ask on with, and what it names is there."""
    url = there.client.base_url
    begun = begin(there.client)
    parts = {"parts": [send(there.client, begun, 1, b"the only part")]}
    first = asking(source, begun, parts).call_and_validate(base_url=url, checks=CHECKS)
    assert first.status_code in {200, 201}

    told = first.json()
    if source == "beginMultipart":
        parts = {"parts": [send(there.client, told, 1, b"the only part")]}
    answer = asking(target, told, parts).call_and_validate(base_url=url, checks=CHECKS)

    assert answer.status_code not in {404, 410}


def asking(operation_id: str, told: dict[str, Any], parts: dict[str, Any]) -> Case:
    """A request that is answered well, with the values of an earlier answer by their names."""
    operation = SCHEMA.find_operation_by_id(operation_id)
    values = told | {"partNumber": 1, "partNumbers": "1"}
    named: dict[str, dict[str, Any]] = {"path": {}, "query": {}}
    for parameter in OPERATIONS[operation.method.upper(), operation.path]["parameters"]:
        if parameter.get("required"):
            named[parameter["in"]][parameter["name"]] = values[parameter["name"]]
    body: dict[str, Any] = {}
    if operation_id == "upload":
        body = {"body": {"file": b"no video"}, "media_type": "multipart/form-data"}
    elif operation.method.upper() == "POST":
        body = {
            "body": parts if operation_id == "completeMultipart" else {},
            "media_type": "application/json",
        }
    return operation.Case(path_parameters=named["path"], query=named["query"], **body)
