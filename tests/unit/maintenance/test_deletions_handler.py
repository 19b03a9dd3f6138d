import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from reelway import failures, keys
from reelway.timestamps import utc_now
from reelway.video import State
from tests.support import samples
from tests.support.doubles import moto_aws
from tests.support.readers.metrics import written
from tests.support.samples import RUN_ID, UNKNOWN_ID, VIDEO_ID
from tests.unit.reelway.adapters.videos import FAILURE


class Later:
    """The time of a run: so long after now."""

    def __init__(self) -> None:
        self.by = timedelta()

    def ago(self, ago: timedelta) -> str:
        return utc_now(ago - self.by)


@pytest.fixture
def later() -> Later:
    return Later()


@pytest.fixture
def handler(handlers: Callable[..., Any], later: Later, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The handler beside a video that is being processed, at a time that tests set."""
    handler = handlers("maintenance.deletions_handler")
    leftovers = replace(handler.deletions.leftovers, ago=later.ago)
    unused = replace(handler.deletions.unused, ago=later.ago)
    deletions = replace(handler.deletions, leftovers=leftovers, unused=unused, ago=later.ago)
    monkeypatch.setattr(handler, "deletions", deletions)
    return handler


@pytest.fixture
def videos(handlers: Callable[..., Any], handler: Any) -> Any:
    """The table, with a video that is being processed, and its files."""
    videos = handlers("videos.handler").videos
    videos.create(VIDEO_ID, size_bytes=1)
    videos.start(VIDEO_ID, run_id=RUN_ID, duration_s=1.0, total_frames=25)
    for key in (keys.upload(VIDEO_ID), keys.plan(VIDEO_ID)):
        handler.uploads.objects.put(key, b"x", content_type="x/y")
    handler.media.objects.put(keys.segment(VIDEO_ID, "a.ts"), b"x", content_type="x/y")
    return videos


def run(handler: Any) -> dict[str, int]:
    counts: dict[str, int] = handler.lambda_handler(samples.event("schedule-deletions"), None)
    return counts


def left(handler: Any) -> list[str]:
    return [*handler.uploads.objects.keys(""), *handler.media.objects.keys("")]


def remove(handlers: Callable[..., Any]) -> int:
    """Take the messages of the removal queue; returns how many there were."""
    taken = moto_aws.taken("RemovalQueue")
    for body in taken:
        event = samples.event("sqs-removal")
        event["Records"][0]["body"] = body
        handlers("maintenance.remove_handler").lambda_handler(event, None)
    return len(taken)


def order(handlers: Callable[..., Any]) -> None:
    """What the reader of the table's stream does about a deletion."""
    moto_aws.client("sqs").send_message(
        QueueUrl=moto_aws.REFERENCES["RemovalQueue"], MessageBody=json.dumps({"videoId": VIDEO_ID})
    )
    assert remove(handlers) == 1


def served(handler: Any) -> list[str]:
    return list(handler.media.objects.keys(""))


def test_what_a_late_encoder_wrote_is_hidden_16_minutes_after_the_deletion(
    handler: Any, videos: Any, handlers: Callable[..., Any], later: Later
) -> None:
    videos.delete(VIDEO_ID)
    order(handlers)
    assert (served(handler), len(left(handler))) == ([], 2)
    handler.media.objects.put(keys.segment(VIDEO_ID, "late.ts"), b"x", content_type="x/y")

    later.by = timedelta(minutes=15)
    assert (run(handler)["hidden"], remove(handlers)) == (0, 0)
    later.by = timedelta(minutes=17)
    assert (run(handler)["hidden"], remove(handlers), served(handler)) == (0, 1, [])
    assert len(moto_aws.taken("InvalidationQueue")) == 2
    later.by = timedelta(minutes=22)
    assert (run(handler)["hidden"], remove(handlers)) == (1, 0)
    assert (list(handler.removals.deleted("9999")), moto_aws.listed("hidden")) == ([], [VIDEO_ID])


def test_all_is_removed_for_good_at_the_end_of_the_window(
    handler: Any, videos: Any, handlers: Callable[..., Any], later: Later
) -> None:
    """And the CDN, which was told when it was hidden, is told nothing more."""
    videos.delete(VIDEO_ID)
    order(handlers)
    moto_aws.taken("InvalidationQueue")
    later.by = timedelta(minutes=17)
    run(handler)
    later.by = timedelta(days=6, hours=23)
    assert (run(handler)["deleted"], remove(handlers), len(left(handler))) == (0, 0, 2)
    later.by = timedelta(days=7, minutes=17)
    assert (run(handler)["deleted"], remove(handlers), left(handler)) == (0, 1, [])
    assert not handler.media.versions.are_there(keys.media_prefix(VIDEO_ID))
    later.by = timedelta(days=7, minutes=22)
    assert (run(handler)["deleted"], remove(handlers)) == (1, 0)
    assert moto_aws.taken("InvalidationQueue") == []
    assert videos.was_purged(VIDEO_ID)
    deleted_since = later.ago(timedelta(days=9999))
    assert not handlers("videos.handler").restoring.deleted.order_restoring(
        VIDEO_ID, deleted_since=deleted_since
    )


def test_a_video_that_is_to_be_restored_is_not_removed_and_its_order_repeated(
    handler: Any, videos: Any, handlers: Callable[..., Any], later: Later
) -> None:
    """Also if that was ordered in the last minute of the window."""
    videos.delete(VIDEO_ID)
    order(handlers)
    later.by = timedelta(minutes=17)
    run(handler)
    assert handlers("videos.handler").restoring.deleted.order_restoring(VIDEO_ID, deleted_since="2026")
    later.by = timedelta(days=8)
    assert run(handler) == {"hidden": 0, "deleted": 0, "failed": 0, "unused": 0}
    assert remove(handlers) == 1
    assert videos.find(VIDEO_ID).state is State.UPLOADED
    assert keys.upload(VIDEO_ID) in left(handler)


def test_a_failed_video_keeps_its_files_for_a_week_and_its_failure_for_ever(
    handler: Any, videos: Any, handlers: Callable[..., Any], later: Later
) -> None:
    videos.fail(VIDEO_ID, FAILURE)
    later.by = timedelta(days=6, hours=23)
    assert (run(handler)["failed"], remove(handlers)) == (0, 0)
    assert len(left(handler)) == 3
    later.by = timedelta(days=7, minutes=1)
    assert (run(handler)["failed"], remove(handlers), left(handler)) == (0, 1, [])
    later.by = timedelta(days=7, minutes=6)
    assert run(handler)["failed"] == 1
    assert list(handler.removals.failed("9999")) == []
    video = videos.find(VIDEO_ID)
    assert (video.state, video.failure) == (State.FAILED, FAILURE)


def test_a_video_that_failed_by_us_can_be_retried_until_its_files_are_removed(
    handler: Any, videos: Any, handlers: Callable[..., Any], later: Later
) -> None:
    def ask(method: str, path: str) -> Any:
        event = samples.event("rest-video") | {"httpMethod": method, "path": path}
        answer = handlers("videos.handler").lambda_handler(event, None)
        return answer["statusCode"], json.loads(answer["body"])

    videos.fail(VIDEO_ID, failures.processing_lost())
    assert ask("GET", f"/video/{VIDEO_ID}")[1]["failure"]["retryable"]
    later.by = timedelta(days=7, minutes=1)
    run(handler)
    for _ in ("ordered", "removed"):
        assert not ask("GET", f"/video/{VIDEO_ID}")[1]["failure"]["retryable"]
        status, problem = ask("POST", f"/video/{VIDEO_ID}/retry")
        assert (status, problem["code"]) == (409, "source_gone")
        remove(handlers)


def test_deleted_videos_that_stay_unsettled_are_counted(
    handler: Any, videos: Any, later: Later, capsys: pytest.CaptureFixture[str]
) -> None:
    hour_ago = (datetime.now(UTC) - timedelta(hours=1)).isoformat(timespec="microseconds")
    videos._now = lambda: hour_ago.replace("+00:00", "Z")
    videos.delete(VIDEO_ID)
    run(handler)
    assert written(capsys, "DeletedNotRemoved") == [1]
    for key in left(handler):
        (handler.media.objects if key.startswith(keys.MEDIA_PREFIX) else handler.uploads.objects).delete(key)
    run(handler)
    assert written(capsys, "DeletedNotRemoved") == [0]


def test_a_round_that_came_to_its_end_says_so(handler: Any, capsys: pytest.CaptureFixture[str]) -> None:
    run(handler)
    assert written(capsys, "MaintenanceCompleted", function="deletions") == [1]


def test_a_video_that_cannot_be_looked_at_is_told_and_holds_up_no_other(
    handler: Any,
    videos: Any,
    later: Later,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    videos.create(UNKNOWN_ID, size_bytes=1)
    for video_id in (VIDEO_ID, UNKNOWN_ID):
        videos.delete(video_id)
    keys_of = type(handler.media.objects).keys
    broken = keys.segment_prefix(VIDEO_ID)
    monkeypatch.setattr(
        type(handler.media.objects),
        "keys",
        lambda self, prefix: keys_of(self, prefix) if prefix != broken else 1 / 0,
    )
    later.by = timedelta(minutes=17)
    assert run(handler)["hidden"] == 1
    assert list(handler.removals.deleted("9999")) == [VIDEO_ID]
    told = [vars(record)["what"] for record in caplog.records if "could not be removed" in record.message]
    assert told == [VIDEO_ID]
