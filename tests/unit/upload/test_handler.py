import base64
import json
from collections.abc import Callable
from typing import Any

import pytest

from reelway import keys
from reelway.video import State
from tests import samples

Load = Callable[[str], Any]
CONTENT = b"not a real video\r\n\x00\xff\r\n--not-the-boundary\r\n"


@pytest.fixture
def handler(handlers: Load) -> Any:
    return handlers("upload.handler")


def test_an_upload_answers_201_with_the_id_and_nothing_else(handler: Any) -> None:
    answer = handler.lambda_handler(samples.event("rest-upload"), None)
    assert answer["statusCode"] == 201
    body = json.loads(answer["body"])
    assert set(body) == {"videoId"}
    assert handler.uploads.read(keys.upload(body["videoId"])) == CONTENT
    video = handler.videos.find(body["videoId"])
    assert (video.state, video.size_bytes) == (State.UPLOADED, len(CONTENT))


def test_a_form_without_the_file_is_400(handler: Any) -> None:
    event = samples.event("rest-upload")
    body = base64.b64decode(event["body"]).replace(b'name="file"', b'name="else"')
    answer = handler.lambda_handler(event | {"body": base64.b64encode(body).decode()}, None)
    assert (answer["statusCode"], json.loads(answer["body"])["code"]) == (400, "no_file")


@pytest.mark.parametrize("body", [None, ""])
def test_no_body_at_all_is_400(handler: Any, body: str | None) -> None:
    event = samples.event("rest-upload") | {"body": body, "isBase64Encoded": False}
    assert handler.lambda_handler(event, None)["statusCode"] == 400


def test_no_headers_at_all_is_400(handler: Any) -> None:
    event = samples.event("rest-upload") | {"headers": None, "multiValueHeaders": None}
    answer = handler.lambda_handler(event, None)
    assert (answer["statusCode"], json.loads(answer["body"])["code"]) == (400, "not_multipart")


def test_a_bucket_that_refuses_is_500_and_nothing_is_recorded(
    handler: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handler.uploads, "_name", "no-such-bucket")
    answer = handler.lambda_handler(samples.event("rest-upload"), None)
    assert (answer["statusCode"], json.loads(answer["body"])["code"]) == (500, "storage_failed")
    assert list(handler.videos.unfinished_since("9999")) == []


def test_a_table_that_refuses_is_500_and_no_file_stays(handler: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handler.videos, "_table", "no-such-table")
    answer = handler.lambda_handler(samples.event("rest-upload"), None)
    assert answer["statusCode"] == 500
    assert "Contents" not in handler.uploads._client.list_objects_v2(Bucket=handler.uploads._name)


def test_a_direct_upload_is_given_a_form_up_to_the_configured_size(handler: Any) -> None:
    answer = handler.lambda_handler(samples.event("rest-direct-upload"), None)
    form = json.loads(answer["body"])
    assert answer["statusCode"] == 200
    policy = json.loads(base64.b64decode(form["fields"]["policy"]))
    assert ["content-length-range", 1, 5_368_709_120] in policy["conditions"]


def test_reading_the_upload_route_is_405(handler: Any) -> None:
    answer = handler.lambda_handler(samples.event("rest-upload") | {"httpMethod": "GET"}, None)
    assert answer["statusCode"] == 405
    assert answer["multiValueHeaders"]["Allow"] == ["POST, OPTIONS"]
