"""The frozen part of the API as data: every endpoint of the contract, its statuses and bodies.

Additions (more statuses, optional parameters) are described in docs/openapi.yaml only.
"""

from dataclasses import dataclass, field
from typing import Any

Schema = dict[str, Any]

_ID: Schema = {"type": "string", "format": "uuid"}
_PROBLEM = "application/problem+json"


@dataclass(frozen=True, slots=True)
class Answer:
    """`body` is the schema of a JSON body, None where the contract does not specify one."""

    content_type: str | None = None
    body: Schema | None = None


@dataclass(frozen=True, slots=True)
class Endpoint:
    """`answers` are those that the contract lists for the endpoint; `implied` follow from the rest of it."""

    method: str
    path: str
    answers: dict[int, Answer]
    implied: dict[int, Answer] = field(default_factory=dict)
    form_field: str | None = None

    @property
    def all_answers(self) -> dict[int, Answer]:
        return self.answers | self.implied


_REFUSED = Answer(_PROBLEM)
_SEGMENT = Answer("video/MP2T")
# "Streaming endpoints return 409 (not 404) for videos that exist but are not ready."
_NOT_READY = {409: _REFUSED}

ENDPOINTS = (
    Endpoint(
        "POST",
        "/upload",
        {
            201: Answer(
                "application/json",
                {
                    "type": "object",
                    "required": ["videoId"],
                    "additionalProperties": False,
                    "properties": {"videoId": _ID},
                },
            ),
            400: _REFUSED,
            500: _REFUSED,
        },
        form_field="file",
    ),
    Endpoint(
        "GET",
        "/video/{videoId}/status/stream",
        {404: _REFUSED, 400: _REFUSED},
        implied={101: Answer()},
    ),
    Endpoint("GET", "/stream/ready", {200: Answer("application/json", {"type": "array", "items": _ID})}),
    Endpoint(
        "GET",
        "/stream/{videoId}/manifest",
        {200: Answer("application/vnd.apple.mpegurl"), 404: _REFUSED, 409: _REFUSED},
    ),
    Endpoint(
        "GET",
        "/stream/{videoId}/segment/{segmentId}",
        {200: _SEGMENT, 206: _SEGMENT, 404: _REFUSED},
        implied=_NOT_READY,
    ),
)

STATES = ("UPLOADED", "PROCESSING", "READY", "FAILED")
# The message of a status socket to a client that did not ask for progress.
MESSAGE: Schema = {
    "videoId": _ID,
    "state": {"type": "string", "enum": list(STATES)},
    "timestamp": {"type": "string", "format": "date-time"},
}
