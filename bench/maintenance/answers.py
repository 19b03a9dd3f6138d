"""Answers in the place of AWS, made of the requests: boto3 does all but send them."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import boto3
from botocore.awsrequest import AWSRequest, AWSResponse

from tests.support.doubles.moto_aws import VIDEOS

NOW = "2026-01-01T00:00:00.000000Z"
_HEADERS = {
    "content-type": "application/json",
    "etag": '"0"',
    "last-modified": "Thu, 01 Jan 2026 00:00:00 GMT",
}
_NOT_STORED = b"<Error><Code>NoSuchKey</Code></Error>"
Document = dict[str, Any]


class _Raw:
    def __init__(self, body: bytes) -> None:
        self._body = body

    def stream(self, **_: object) -> Iterator[bytes]:
        yield self._body


def video_id(n: int) -> str:
    return f"{n:08x}-0000-4000-8000-000000000000"


def executions(first: int, end: int) -> Document:
    """A page of ListExecutions, as of running ones."""
    arn = "arn:aws:states:us-east-1:123456789012:execution:reelway-processing"
    return {
        "executions": [
            {
                "executionArn": f"{arn}:{video_id(n)}_{video_id(n)}",
                "stateMachineArn": arn.replace("execution", "stateMachine"),
                "name": f"{video_id(n)}_{video_id(n)}",
                "status": "RUNNING",
                "startDate": 1_700_000_000.0,
            }
            for n in range(first, end)
        ]
    }


def entries(first: int, end: int) -> Document:
    """A page of the list of unfinished videos."""
    listed = {"listing": {"S": "open"}, "listedAt": {"S": NOW}}
    return {"Items": [{"videoId": {"S": video_id(n)}, **listed} for n in range(first, end)]}


def connections(number: int) -> Document:
    """All rows of the Connections table, each on a video of its own."""
    return {
        "Items": [
            {
                "videoId": {"S": video_id(n)},
                "connectionId": {"S": f"L0SM9cOFvHcCIhw{n:05d}="},
                "connectedAt": {"N": "1"},
                "wantsProgress": {"BOOL": False},
            }
            for n in range(number)
        ]
    }


def records(request: Document, *, lost: bool) -> Document:
    """What BatchGetItem is asked for: uploads whose event is `lost`, or was just sent again."""
    kept = {
        "state": {"S": "UPLOADED"},
        "version": {"N": "2"},
        "createdAt": {"S": NOW},
        "updatedAt": {"S": NOW},
    }
    if not lost:
        kept |= {"replans": {"N": "1"}, "replannedAt": {"S": "9999"}}
    keys = request["RequestItems"][VIDEOS]["Keys"]
    return {"Responses": {VIDEOS: [key | kept for key in keys]}, "UnprocessedKeys": {}}


def _document(body: object) -> Document:
    """What DynamoDB, Step Functions and SQS are sent; {} for anything else."""
    text = body.decode() if isinstance(body, bytes) else str(body)
    return dict(json.loads(text)) if text.startswith("{") else {}


def answering(answer: Callable[[str, Document], Document]) -> boto3.Session:
    """A session whose clients are answered by `answer(operation, request)`."""

    def reply(event_name: str, request: AWSRequest, **_: object) -> AWSResponse:
        operation = event_name.rpartition(".")[2]
        if operation == "GetObject":
            return AWSResponse(request.url, 404, {}, _Raw(_NOT_STORED))  # type: ignore[arg-type]
        is_s3 = ".s3." in str(request.url)
        body = b"" if is_s3 else json.dumps(answer(operation, _document(request.body))).encode()
        headers = {**_HEADERS, "content-length": str(len(body))}
        return AWSResponse(request.url, 200, headers, _Raw(body))  # type: ignore[arg-type]

    session = boto3.Session("testing", "testing", region_name="us-east-1")
    session.events.register("before-send", reply)  # type: ignore[arg-type]
    return session
