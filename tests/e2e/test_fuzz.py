"""docs/openapi.yaml against the edge: generated requests cause no 5xx, and every response is as described.

`make test` sends the same requests each time; `make fuzz` sends more, and others each time.
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

pytestmark = pytest.mark.needs("binary_answers")
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
# No request depends on a response, so that a seed always generates the same requests.
_STATELESS: dict[str, Any] = {"extra-data-sources": {"responses": False}}
CONFIG = schemathesis.Config.from_dict(
    {
        "seed": SEED,
        "phases": {
            "examples": _STATELESS,
            # CloudFront answers all other methods itself, with 403.
            "coverage": _STATELESS | {"unexpected-methods": ["get", "put", "post", "delete", "patch"]},
            "fuzzing": _STATELESS | {"error-feedback": {"enabled": False}},
        },
    }
)
SCHEMA = schemathesis.openapi.from_dict(descriptions.strict_openapi(), config=CONFIG)
CHECKS = [
    schemathesis.checks.not_a_server_error,
    conformance.status_code_conformance,
    conformance.content_type_conformance,
    conformance.response_headers_conformance,
    conformance.response_schema_conformance,
    conformance.unsupported_method,
    conformance.negative_data_rejection,
]
OPERATIONS = descriptions.operations(descriptions.strict_openapi())
# These accept invalid data: form fields have no types, so any value is a file, and beginMultipart ignores
# fields of the wrong type.
LENIENT = {"upload", "beginMultipart"}


@dataclass(frozen=True, slots=True)
class KnownIds:
    """Ids that exist: of one video for each state, one segment, and one multipart upload."""

    client: Client
    cloud: Cloud
    videos: dict[str, str]
    segment_id: str
    upload: dict[str, Any]

    def video(self, state: str, operation_id: str) -> str:
        """A video in that state; a new one where it is deleted or restored, so that the others remain."""
        if (operation_id, state) == ("restoreVideo", "deleted"):
            return put_deleted(self.client, self.cloud)
        if operation_id != "deleteVideo" or state in {"deleted", "unknown"}:
            return self.videos[state]
        return put_video(self.cloud, state.upper())

    def upload_for(self, operation_id: str) -> dict[str, Any]:
        return begin(self.client) if operation_id in {"abortMultipart", "completeMultipart"} else self.upload


def put_video(cloud: Cloud, state: str, **fields: Any) -> str:
    """Write the record of a video that no execution works on; its id."""
    rank = 1 if state == "PROCESSING" else 2
    video_id = str(uuid.uuid4())
    cloud.put_video(video_id, state=state, rank=rank, version=2, runId="none", listedAt=utc_now(), **fields)
    return video_id


def put_deleted(client: Client, cloud: Cloud) -> str:
    video_id = put_video(cloud, "FAILED")
    assert client.http.delete(f"/video/{video_id}").status_code == 204
    return video_id


@pytest.fixture(scope="module")
def known(client: Client, cloud: Cloud, short_video: str, failed_video: str) -> KnownIds:
    playlist = client.get(f"/stream/{short_video}/manifest").text
    upload = begin(client)
    send(client, upload, 1, b"part")
    return KnownIds(
        client,
        cloud,
        {
            "ready": short_video,
            "failed": failed_video,
            "processing": put_video(cloud, "PROCESSING"),
            "deleted": put_deleted(client, cloud),
            "unknown": UNKNOWN_ID,
        },
        next(line for line in playlist.splitlines() if not line.startswith("#")).removeprefix("segment/"),
        upload,
    )


def operation_id(case: Case) -> str:
    return str(case.operation.definition.raw["operationId"])


def checks_for(case: Case) -> list[Callable[..., Any]]:
    """All checks but of methods where CloudFront answers, and of invalid data for LENIENT operations."""
    skipped = set()
    if "page" in (case.operation.tags or []):
        skipped.add(conformance.unsupported_method)
    if operation_id(case) in LENIENT:
        skipped.add(conformance.negative_data_rejection)
    return [check for check in CHECKS if check not in skipped]


def aim(case: Case, known: KnownIds) -> None:
    """Replace most generated ids by existing ones; which ones depends on the case alone.

    An id that was generated as invalid is kept.
    """
    if case.method == "GET":
        case.body = NOT_SET  # schemathesis may keep the body of another method, which CloudFront refuses
    if case.meta is None or case.meta.is_negative_at(ParameterLocation.PATH):
        return
    dice = zlib.crc32(generated(case).encode())
    states = [None, *known.videos]
    state = states[dice % len(states)]
    if "videoId" in case.path_parameters and state:
        case.path_parameters["videoId"] = known.video(state, operation_id(case))
    if "segmentId" in case.path_parameters and state == "ready":
        case.path_parameters["segmentId"] = known.segment_id
    is_wrong = case.meta.is_negative_at(ParameterLocation.QUERY)
    if "uploadId" in case.path_parameters and dice % 3 and not is_wrong:
        upload = known.upload_for(operation_id(case))
        case.path_parameters["uploadId"] = upload["uploadId"]
        case.query["key"] = upload["key"]


def generated(case: Case) -> str:
    """Everything in a case that was generated from the seed."""
    body = None if case.body is NOT_SET else case.body
    return json.dumps([case.path_parameters, case.query, dict(case.headers or {}), body], default=repr)


@SCHEMA.parametrize()
@SETTINGS
def test_every_answer_is_as_described(case: Case, known: KnownIds) -> None:
    aim(case, known)
    case.call_and_validate(base_url=known.client.base_url, checks=checks_for(case))


# By state: the statuses of describing, of deleting, of retrying (what has failed did so by the file's own
# fault), of restoring, and of the frozen and the added streaming operations.
STATUSES = {
    "ready": (200, 204, 409, 200, 200, 200),
    "failed": (200, 204, 409, 200, 409, 409),
    "processing": (200, 204, 409, 200, 409, 409),
    "deleted": (410, 204, 410, 202, 404, 410),
    "unknown": (404, 404, 404, 404, 404, 404),
}
# Of the status socket without an upgrade, whatever the video.
NO_UPGRADE = 400
OF_VIDEOS = [operation for operation in OPERATIONS if "{videoId}" in operation[1]]


def expected_status(method: str, path: str, state: str) -> int:
    describe, delete, retry, restore, frozen, added = STATUSES[state]
    if path == "/video/{videoId}":
        return delete if method == "DELETE" else describe
    if path.endswith("/retry"):
        return retry
    if path.endswith("/restore"):
        return restore
    if path.endswith("/status/stream"):
        return NO_UPGRADE
    return frozen if "x-frozen" in OPERATIONS["GET", path] else added


@pytest.mark.parametrize("state", STATUSES)
@pytest.mark.parametrize(("method", "path"), OF_VIDEOS)
def test_every_state_of_a_video_is_answered_as_described(
    known: KnownIds, method: str, path: str, state: str
) -> None:
    asked = {"videoId": known.video(state, OPERATIONS[method, path]["operationId"])}
    if "{segmentId}" in path:
        asked["segmentId"] = known.segment_id
    query = {"rendition": "240p"} if path.endswith("/iframes") else {}
    case = SCHEMA[path][method].Case(path_parameters=asked, query=query)

    answer = case.call_and_validate(base_url=known.client.base_url, checks=CHECKS)

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
def test_conditional_and_range_requests_for_a_segment_are_answered_as_described(
    known: KnownIds, method: str, headers: dict[str, str], status: int
) -> None:
    path, ready = "/stream/{videoId}/segment/{segmentId}", known.videos["ready"]
    etag = known.client.get(f"/stream/{ready}/segment/{known.segment_id}").headers["etag"]
    case = SCHEMA[path][method].Case(
        path_parameters={"videoId": ready, "segmentId": known.segment_id},
        headers={name: value.format(etag=etag) for name, value in headers.items()},
    )

    answer = case.call_and_validate(base_url=known.client.base_url, checks=CHECKS)

    assert answer.status_code == status


def test_a_page_of_the_ready_list_links_to_the_next_as_described(known: KnownIds) -> None:
    listed = [put_video(known.cloud, "READY", listing="ready") for _ in range(2)]
    case = SCHEMA["/stream/ready"]["GET"].Case(query={"limit": 1})

    first = case.call_and_validate(base_url=known.client.base_url, checks=CHECKS)
    link = first.headers["link"][0]
    following = known.client.get(f"/stream/ready{link[1 : link.index('>')]}")

    case.validate_response(following, checks=CHECKS)
    assert following.status_code == 200
    assert len(following.json()) == 1
    assert following.json() != first.json()
    for video_id in listed:
        known.client.http.delete(f"/video/{video_id}")


LINKS = [
    (source["operationId"], link["operationId"])
    for source in OPERATIONS.values()
    for answer in source["responses"].values()
    for link in answer.get("links", {}).values()
]


@pytest.mark.parametrize(("source", "target"), LINKS)
def test_a_documented_link_can_be_followed(known: KnownIds, source: str, target: str) -> None:
    """A response of `source` has every value that `target` needs, and those values are valid."""
    url = known.client.base_url
    begun = begin(known.client)
    parts = {"parts": [send(known.client, begun, 1, b"the only part")]}
    first = request_for(source, begun, parts).call_and_validate(base_url=url, checks=CHECKS)
    assert first.status_code in {200, 201}

    values = first.json()
    if source == "beginMultipart":
        parts = {"parts": [send(known.client, values, 1, b"the only part")]}
    answer = request_for(target, values, parts).call_and_validate(base_url=url, checks=CHECKS)

    assert answer.status_code not in {404, 410}


def request_for(operation_id: str, found: dict[str, Any], parts: dict[str, Any]) -> Case:
    """A valid request, with the values of an earlier response by their names."""
    operation = SCHEMA.find_operation_by_id(operation_id)
    values = found | {"partNumber": 1, "partNumbers": "1"}
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
