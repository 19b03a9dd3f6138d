"""POST /video/{videoId}/restore: a deletion is undone, once, and only while that is possible."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from reelway import keys
from reelway.timestamps import utc_now
from tests.support import samples
from tests.support.doubles import moto_aws
from tests.support.samples import UNKNOWN_ID, VIDEO_ID
from tests.unit.videos.test_handler import ask

RESTORE = f"/video/{VIDEO_ID}/restore"


@pytest.fixture
def handler(handlers: Callable[..., Any]) -> Any:
    """Beside a video that was deleted."""
    return deleted(handlers)


def deleted(handlers: Callable[..., Any], **variables: str) -> Any:
    handler = handlers("videos.handler", **variables)
    handler.videos.create(VIDEO_ID, size_bytes=12)
    assert ask(handler, f"/video/{VIDEO_ID}", "DELETE")[0] == 204
    return handler


def remove(handlers: Callable[..., Any]) -> None:
    event = samples.event("sqs-removal")
    handlers("maintenance.remove_handler").lambda_handler(event, None)


def test_a_deleted_video_comes_back(handler: Any, handlers: Callable[..., Any]) -> None:
    uploads = moto_aws.client("s3")
    uploads.put_object(Bucket=moto_aws.UPLOADS, Key=keys.upload(VIDEO_ID), Body=b"film")
    status, described = ask(handler, RESTORE, "POST")
    assert (status, described["videoId"], described["state"]) == (202, VIDEO_ID, "UPLOADED")
    assert ask(handler, f"/video/{VIDEO_ID}")[0] == 410
    remove(handlers)
    status, described = ask(handler, f"/video/{VIDEO_ID}")
    assert (status, described["state"]) == (200, "UPLOADED")


def test_a_request_that_is_repeated_has_the_same_answer_until_the_video_is_there(
    handler: Any, handlers: Callable[..., Any]
) -> None:
    assert [ask(handler, RESTORE, "POST")[0] for _ in range(2)] == [202, 202]
    remove(handlers)
    assert [ask(handler, RESTORE, "POST")[0] for _ in range(2)] == [200, 200]


def test_a_video_that_was_not_deleted_is_there(handlers: Callable[..., Any]) -> None:
    handler = handlers("videos.handler")
    handler.videos.create(VIDEO_ID, size_bytes=12)
    status, described = ask(handler, RESTORE, "POST")
    assert (status, described["state"]) == (200, "UPLOADED")


@pytest.mark.parametrize("video_id", [UNKNOWN_ID, "clip", VIDEO_ID.upper()])
def test_what_was_never_there_is_unknown(handler: Any, video_id: str) -> None:
    status, problem = ask(handler, f"/video/{video_id}/restore", "POST")
    assert (status, problem["code"]) == (404, "unknown_video")


def test_after_the_window_it_is_too_late(handler: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    late = replace(handler.restoring, ago=lambda _: utc_now())
    monkeypatch.setattr(handler, "restoring", late)
    status, problem = ask(handler, RESTORE, "POST")
    assert (status, problem["code"]) == (410, "not_restorable")
    assert "7 days" in problem["detail"]


def test_what_is_being_removed_is_not_restored(handler: Any, handlers: Callable[..., Any]) -> None:
    handlers("maintenance.remove_handler").files.removals.begin(VIDEO_ID, unless_since=utc_now())
    assert ask(handler, RESTORE, "POST")[0] == 410


def test_without_a_window_a_deletion_is_final(handlers: Callable[..., Any]) -> None:
    handler = deleted(handlers, RESTORE_WINDOW_DAYS="0")
    status, problem = ask(handler, RESTORE, "POST")
    assert (status, problem["code"]) == (410, "not_restorable")
    assert "final at once" in problem["detail"]


def test_deleting_a_video_that_is_being_restored_deletes_it(
    handler: Any, handlers: Callable[..., Any]
) -> None:
    ask(handler, RESTORE, "POST")
    assert ask(handler, f"/video/{VIDEO_ID}", "DELETE")[0] == 204
    remove(handlers)
    assert ask(handler, f"/video/{VIDEO_ID}")[0] == 410
    assert (
        json.loads(moto_aws.messages("RemovalQueue")[0] if moto_aws.messages("RemovalQueue") else "{}") == {}
    )
