"""Outcomes of requests to the REST API."""

import base64
import json
from typing import Any

import httpx

from tests.support.system.event_outcomes.stage import Send, Stage


def form_takes_a_file(stage: Stage, send: Send) -> None:
    form = _json(send(), 200)
    stored = httpx.post(form["url"], data=form["fields"], files={"file": b"a file"}, trust_env=False)
    assert stored.status_code == 201
    assert stage.get(stage.uploads, form["fields"]["key"]) == b"a file"


def token_is_refused(stage: Stage, send: Send) -> None:
    [statement] = send()["policyDocument"]["Statement"]
    assert statement["Effect"] == "Deny"


def upload_in_parts_is_begun(stage: Stage, send: Send) -> None:
    begun = _json(send(), 200)
    parts = stage.cloud.s3.list_parts(Bucket=begun["bucket"], Key=begun["key"], UploadId=begun["uploadId"])
    assert parts.get("Parts", []) == []


def manifest_lists_the_segments(stage: Stage, send: Send) -> None:
    manifest = _body(send(), 200).decode()
    assert manifest.startswith("#EXTM3U")
    assert f"\nsegment/{stage.ids.token}-" in manifest


def video_is_listed(stage: Stage, send: Send) -> None:
    assert stage.ids.video in _json(send(), 200)


def bytes_of_the_segment(stage: Stage, send: Send) -> None:
    asked = stage.event["headers"]["Range"]
    key = stage.event["path"].removeprefix("/")
    stored = stage.cloud.s3.get_object(Bucket=stage.media, Key=key, Range=asked)["Body"].read()
    assert _body(send(), 206) == stored


def file_is_stored(stage: Stage, send: Send) -> None:
    video_id = _json(send(), 201)["videoId"]
    assert stage.get(stage.uploads, f"uploads/{video_id}").startswith(b"not a real video\r\n")
    assert stage.record(video_id)["videoId"]["S"] == video_id


def video_is_described(stage: Stage, send: Send) -> None:
    described = _json(send(), 200)
    assert (described["videoId"], described["state"]) == (stage.ids.video, "READY")


def _json(answer: dict[str, Any], status: int) -> Any:
    return json.loads(_body(answer, status))


def _body(answer: dict[str, Any], status: int) -> bytes:
    assert answer["statusCode"] == status, answer
    body: str = answer["body"]
    return base64.b64decode(body) if answer["isBase64Encoded"] else body.encode()
