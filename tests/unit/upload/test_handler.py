import base64
import json
from collections.abc import Callable
from typing import Any

import pytest

from reelway import keys
from reelway.video import State
from tests.support import samples
from tests.support.doubles import moto_aws

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
    monkeypatch.setattr(handler.uploads, "name", "no-such-bucket")
    answer = handler.lambda_handler(samples.event("rest-upload"), None)
    assert (answer["statusCode"], json.loads(answer["body"])["code"]) == (500, "storage_failed")
    assert moto_aws.listed("open") == []


def test_a_table_that_refuses_is_500_and_no_file_stays(handler: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handler.videos, "_table", "no-such-table")
    answer = handler.lambda_handler(samples.event("rest-upload"), None)
    assert answer["statusCode"] == 500
    assert "Contents" not in handler.uploads._client.list_objects_v2(Bucket=handler.uploads.name)


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


def test_the_same_idempotency_key_gives_the_same_video(handler: Any) -> None:
    event = samples.event("rest-upload")
    event["headers"] |= {"Idempotency-Key": "key-1"}
    first, second = (handler.lambda_handler(event, Context()) for _ in range(2))
    assert (first["statusCode"], second["statusCode"]) == (201, 201)
    assert first["body"] == second["body"]
    assert len(handler.uploads._client.list_objects_v2(Bucket=handler.uploads.name)["Contents"]) == 1


class Context:
    def get_remaining_time_in_millis(self) -> int:
        return 10_000


def ask(handler: Any, method: str, path: str, body: Any = None, **query: str) -> tuple[int, Any]:
    event = samples.event("rest-upload") | {
        "httpMethod": method,
        "path": path,
        "queryStringParameters": query or None,
        "multiValueQueryStringParameters": {name: [value] for name, value in query.items()} or None,
        "body": None if body is None else json.dumps(body),
        "isBase64Encoded": False,
    }
    answer = handler.lambda_handler(event, None)
    return answer["statusCode"], json.loads(answer["body"])


def test_the_companions_routes_take_a_file_in_parts(handler: Any) -> None:
    answer = handler.lambda_handler(samples.event("rest-multipart-begun"), None)
    begun = json.loads(answer["body"])
    assert (answer["statusCode"], set(begun)) == (200, {"key", "uploadId", "bucket"})
    path, key = f"/s3/multipart/{begun['uploadId']}", begun["key"]
    status, signed = ask(handler, "GET", f"{path}/1", key=key)
    assert (status, set(signed)) == (200, {"url", "expires"})
    status, batch = ask(handler, "GET", f"{path}/batch", key=key, partNumbers="1,2")
    assert (status, set(batch["presignedUrls"])) == (200, {"1", "2"})
    sent = handler.uploads._client.upload_part(
        Bucket=begun["bucket"], Key=key, UploadId=begun["uploadId"], PartNumber=1, Body=b"abc"
    )
    status, [part] = ask(handler, "GET", path, key=key)
    assert (status, part) == (200, {"PartNumber": 1, "ETag": sent["ETag"], "Size": 3})
    status, done = ask(handler, "POST", f"{path}/complete", {"parts": [part]}, key=key)
    assert (status, set(done)) == (200, {"location", "key", "bucket", "videoId"})
    assert handler.videos.find(done["videoId"]).state is State.UPLOADED
    assert ask(handler, "POST", f"{path}/complete", {"parts": [part]}, key=key) == (200, done)


def test_the_companions_upload_is_aborted(handler: Any) -> None:
    _, begun = ask(handler, "POST", "/s3/multipart", {})
    path = f"/s3/multipart/{begun['uploadId']}"
    assert ask(handler, "DELETE", path, key=begun["key"]) == (200, {})
    assert ask(handler, "GET", path, key=begun["key"])[0] == 404


def test_a_body_that_is_no_json_object_is_400(handler: Any) -> None:
    for body in ("[]", '"text"', "1"):
        status, problem = ask(handler, "POST", "/s3/multipart", json.loads(body))
        assert (status, problem["code"]) == (400, "malformed_json")


def test_a_body_that_is_nested_without_end_is_400(handler: Any) -> None:
    event = samples.event("rest-multipart-begun") | {"body": "[" * 100_000}
    answer = handler.lambda_handler(event, None)
    assert (answer["statusCode"], json.loads(answer["body"])["code"]) == (400, "malformed_json")


def test_lines_about_an_upload_in_parts_have_its_videos_id_and_not_its_own(
    handler: Any, caplog: pytest.LogCaptureFixture
) -> None:
    begun = json.loads(handler.lambda_handler(samples.event("rest-multipart-begun"), None)["body"])
    asked = samples.event("rest-multipart-begun") | {
        "httpMethod": "GET",
        "path": f"/s3/multipart/{begun['uploadId']}",
        "queryStringParameters": {"key": begun["key"]},
    }
    assert handler.lambda_handler(asked, None)["statusCode"] == 200

    line = json.loads(handler.logger.registered_formatter.format(caplog.records[-1]))
    assert line["path"] == "/s3/multipart/<uploadId>"
    assert line["correlation_id"] == begun["key"].removeprefix("uploads/")


def test_where_nobody_needs_a_token_a_grant_is_given_and_taken(handler: Any) -> None:
    key = json.dumps({"kid": "1", "key": "k" * 64})
    moto_aws.client("secretsmanager").create_secret(Name="reelway-token-key", SecretString=key)
    asked = samples.event("rest-upload") | {"isBase64Encoded": False}
    about = {"path": "/uploads", "body": json.dumps({"title": "Film", "maxBytes": len(CONTENT)})}
    answer = handler.lambda_handler(asked | about, None)
    assert answer["statusCode"] == 201, answer
    granted = json.loads(answer["body"])

    event = samples.event("rest-upload")
    bearer = {"headers": event["headers"] | {"Authorization": f"Bearer {granted['grant']}"}}
    answers = [handler.lambda_handler(event | bearer, None) for _ in range(2)]

    assert json.loads(answers[0]["body"]) == {"videoId": granted["videoId"]}
    assert (answers[1]["statusCode"], json.loads(answers[1]["body"])["code"]) == (409, "grant_used")
    video = handler.videos.find(granted["videoId"])
    assert (video.title, video.max_bytes, video.owner) == ("Film", len(CONTENT), "")
