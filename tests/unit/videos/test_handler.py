import json
from collections.abc import Callable
from typing import Any

import pytest

from reelway import failures, keys
from tests.support import samples
from tests.support.doubles import moto_aws
from tests.support.samples import UNKNOWN_ID, VIDEO_ID


@pytest.fixture
def handler(handlers: Callable[[str], Any]) -> Any:
    handler = handlers("videos.handler")
    handler.videos.create(VIDEO_ID, size_bytes=12)
    return handler


def ask(handler: Any, path: str, method: str = "GET") -> tuple[int, dict[str, Any]]:
    event = samples.event("rest-video") | {"path": path, "httpMethod": method}
    answer = handler.lambda_handler(event, None)
    return answer["statusCode"], json.loads(answer["body"] or "{}")


def test_a_video_is_described(handler: Any) -> None:
    answer = handler.lambda_handler(samples.event("rest-video"), None)
    described = json.loads(answer["body"])
    assert answer["statusCode"] == 200
    assert (described["videoId"], described["state"], described["sizeBytes"]) == (VIDEO_ID, "UPLOADED", 12)


@pytest.mark.parametrize(
    "path", [f"/video/{UNKNOWN_ID}", "/video/clip", f"/video/{VIDEO_ID.upper()}", "/video/.."]
)
def test_an_unknown_video_is_404(handler: Any, path: str) -> None:
    assert ask(handler, path)[0] == 404


def test_the_sockets_path_without_an_upgrade_is_400_for_a_known_video(handler: Any) -> None:
    status, problem = ask(handler, f"/video/{VIDEO_ID}/status/stream")
    assert (status, problem["code"]) == (400, "upgrade_required")


def test_the_sockets_path_of_an_unknown_video_is_404(handler: Any) -> None:
    status, problem = ask(handler, f"/video/{UNKNOWN_ID}/status/stream")
    assert (status, problem["code"]) == (404, "unknown_video")


def test_writing_to_the_sockets_path_is_405(handler: Any) -> None:
    assert ask(handler, f"/video/{VIDEO_ID}/status/stream", "POST")[0] == 405


@pytest.mark.parametrize("path", ["/", "/nothing", "/video", f"/video/{VIDEO_ID}/status", "/upload/x"])
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "DELETE"])
def test_every_path_that_nothing_serves_is_404(handler: Any, path: str, method: str) -> None:
    assert ask(handler, path, method)[0] == 404


def test_a_video_is_deleted_once_and_for_all(handler: Any) -> None:
    path = f"/video/{VIDEO_ID}"
    assert [ask(handler, path, "DELETE")[0] for _ in range(2)] == [204, 204]
    status, problem = ask(handler, path)
    assert (status, problem["code"]) == (410, "deleted_video")


def test_a_deleted_video_is_not_known_to_sockets(handler: Any) -> None:
    ask(handler, f"/video/{VIDEO_ID}", "DELETE")
    assert ask(handler, f"/video/{VIDEO_ID}/status/stream")[0] == 404


def test_a_video_that_failed_by_us_is_planned_again_by_the_event_that_a_retry_sends(
    handler: Any, handlers: Callable[[str], Any]
) -> None:
    handler.uploads.put(keys.upload(VIDEO_ID), b"film", content_type="x/y")
    handler.videos.fail(VIDEO_ID, failures.processing_lost())
    status, described = ask(handler, f"/video/{VIDEO_ID}/retry", "POST")
    assert (status, described["state"]) == (202, "UPLOADED")
    assert "failure" not in described
    [body] = moto_aws.messages("PlanQueue")
    planned: list[str] = []
    plan_handler = handlers("transcode.plan_handler")
    plan_handler.events.handle(samples.queued(body=body), planned.append, print)
    assert planned == [keys.upload(VIDEO_ID)]


def test_a_video_that_has_not_failed_is_not_retried(handler: Any) -> None:
    status, problem = ask(handler, f"/video/{VIDEO_ID}/retry", "POST")
    assert (status, problem["code"]) == (409, "nothing_to_retry")
    assert moto_aws.messages("PlanQueue") == []


@pytest.mark.parametrize("path", [f"/video/{UNKNOWN_ID}", "/video/clip"])
def test_what_was_never_there_cannot_be_deleted(handler: Any, path: str) -> None:
    status, problem = ask(handler, path, "DELETE")
    assert (status, problem["code"]) == (404, "unknown_video")


def test_the_status_of_the_service_may_be_cached_for_ten_seconds(handler: Any) -> None:
    answer = handler.lambda_handler(samples.event("rest-video") | {"path": "/status"}, None)
    assert answer["statusCode"] == 200
    assert answer["multiValueHeaders"]["Cache-Control"] == ["public, max-age=10"]
    found = json.loads(answer["body"])
    assert (found["status"], found["backlog"]["waiting"]) == ("ok", 1)


def test_the_status_is_answered_while_no_table_is(handler: Any) -> None:
    for table in (moto_aws.VIDEOS, moto_aws.IDEMPOTENCY):
        moto_aws.client("dynamodb").delete_table(TableName=table)
    status, found = ask(handler, "/status")
    assert (status, found["status"]) == (200, "unknown")
