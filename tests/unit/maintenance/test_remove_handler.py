import json
from collections.abc import Callable
from typing import Any

import pytest

from reelway import keys
from reelway.errors import StorageFailed
from reelway.ports.workflows import ExecutionStatus
from reelway.timestamps import utc_now
from reelway.video import State
from tests.support import samples
from tests.support.doubles import moto_aws
from tests.support.readers import template
from tests.support.samples import EXECUTION, RUN_ID, VIDEO_ID

SEGMENT, UPLOAD = keys.segment(VIDEO_ID, "a.ts"), keys.upload(VIDEO_ID)


@pytest.fixture
def new(handlers: Callable[[str], Any]) -> Any:
    """The handler, beside a video that is being processed, with a segment and its source."""
    handler = handlers("maintenance.remove_handler")
    handler.media.objects.put(SEGMENT, b"x", content_type="x/y")
    moto_aws.client("s3").put_object(Bucket=moto_aws.UPLOADS, Key=UPLOAD, Body=b"x")
    handler.files.videos.create(VIDEO_ID, size_bytes=1)
    handler.files.videos.start(VIDEO_ID, run_id=RUN_ID, duration_s=1.0, total_frames=100_000)
    return handler


@pytest.fixture
def handler(new: Any) -> Any:
    """The same after the video was deleted."""
    new.files.videos.delete(VIDEO_ID)
    return new


def versions() -> list[str]:
    s3 = moto_aws.client("s3")
    listed = [s3.list_object_versions(Bucket=bucket) for bucket in (moto_aws.UPLOADS, moto_aws.MEDIA)]
    return [each["Key"] for found in listed for each in found.get("Versions", [])]


def removal(tries: int = 1) -> dict[str, Any]:
    event = samples.event("sqs-removal")
    event["Records"][0]["attributes"]["ApproximateReceiveCount"] = str(tries)
    return event


def invalidations() -> list[str]:
    return moto_aws.messages("InvalidationQueue")


ORDERED = samples.event("sqs-invalidation")["Records"][0]["body"]


def test_what_is_served_of_a_deleted_video_is_hidden_and_its_invalidation_ordered(handler: Any) -> None:
    handler.lambda_handler(removal(), None)
    assert handler.media.objects.get(SEGMENT) is None
    assert versions() == [UPLOAD, SEGMENT]
    assert invalidations() == [ORDERED]


def test_what_belongs_to_a_video_whose_removal_was_ordered_is_removed_with_all_versions(
    handler: Any,
) -> None:
    handler.lambda_handler(removal(), None)
    assert handler.files.removals.begin(VIDEO_ID, unless_since=utc_now())
    handler.lambda_handler(removal(), None)
    assert versions() == []
    assert invalidations() == [ORDERED]


def test_a_video_that_is_to_be_restored_comes_back_and_is_planned(handler: Any) -> None:
    """It was being processed, and is from its beginning."""
    handler.lambda_handler(removal(), None)
    assert handler.files.deleted.order_restoring(VIDEO_ID, deleted_since="2026")
    handler.lambda_handler(removal(), None)
    video = handler.files.videos.find(VIDEO_ID)
    assert (video.state, video.reruns) == (State.UPLOADED, 1)
    assert video.run_id != RUN_ID
    [event] = map(json.loads, moto_aws.messages("PlanQueue"))
    assert event["Records"][0]["s3"]["object"]["key"] == keys.upload(VIDEO_ID).replace("/", "%2F")


def test_a_restored_video_is_looked_at_again_three_minutes_later(handler: Any) -> None:
    """By then no function can be hiding it any more."""
    sent: list[dict[str, Any]] = []
    client = handler.orders.removals._client
    client.meta.events.register_first(
        "before-parameter-build.sqs.SendMessage", lambda params, **_: sent.append(dict(params))
    )
    handler.files.deleted.order_restoring(VIDEO_ID, deleted_since="2026")
    handler.lambda_handler(removal(), None)
    timeout_s = template.properties("RemoveFunction")["Timeout"]
    looks = [each["DelaySeconds"] for each in sent if "RemovalQueue" in each["QueueUrl"]]
    assert looks == [timeout_s + 60]


def test_a_removal_that_fails_is_logged_and_its_message_is_delivered_again(
    handler: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    handler.files.removals.begin(VIDEO_ID, unless_since=utc_now())
    monkeypatch.setattr(handler.uploads.versions, "name", "no-such-bucket")
    with pytest.raises(StorageFailed):
        handler.lambda_handler(removal(), None)
    assert "storage_failed" in caplog.text
    assert (versions(), invalidations()) == ([UPLOAD], [])
    monkeypatch.undo()
    handler.lambda_handler(removal(tries=2), None)
    assert (versions(), invalidations()) == ([], [ORDERED])


@pytest.mark.parametrize(
    ("message", "execution"),
    [({"videoId": VIDEO_ID, "execution": EXECUTION}, EXECUTION), ({"videoId": VIDEO_ID}, VIDEO_ID)],
)
def test_the_execution_that_the_message_names_is_stopped_or_that_of_an_earlier_release(
    handler: Any, message: dict[str, str], execution: str
) -> None:
    workflows = handler.workflows
    workflows.start(execution, {})
    event = removal()
    event["Records"][0]["body"] = json.dumps(message)
    handler.lambda_handler(event, None)
    assert workflows.status(execution) is ExecutionStatus.STOPPED


def test_a_message_that_is_delivered_twice_does_no_harm(handler: Any) -> None:
    for _ in range(2):
        handler.lambda_handler(removal(), None)
    assert invalidations() == [ORDERED]


def test_progress_that_is_written_after_a_deletion_removes_and_invalidates_nothing_more(
    handlers: Callable[[str], Any], new: Any
) -> None:
    """Twelve encoders run on for six seconds: none of their writes is a change of the tombstone."""
    changes, delete, handler = handlers("changes.stream_handler"), handlers("videos.handler"), new
    before = item()
    delete.videos.delete(VIDEO_ID)
    records = [record(before, item())]
    for _ in range(6 * 12):
        before = item()
        assert not delete.videos.add_progress(VIDEO_ID, run_id=RUN_ID, frames=25)
        records += [record(before, item())] if item() != before else []
    assert changes.lambda_handler({"Records": records}, None) == {"batchItemFailures": []}
    for body in moto_aws.messages("RemovalQueue"):
        event = removal()
        event["Records"][0]["body"] = body
        handler.lambda_handler(event, None)
    assert (len(records), len(moto_aws.messages("RemovalQueue")), invalidations()) == (1, 1, [ORDERED])


def item() -> dict[str, Any]:
    answer = moto_aws.client("dynamodb").get_item(TableName=moto_aws.VIDEOS, Key={"videoId": {"S": VIDEO_ID}})
    return dict(answer["Item"])


def record(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """What the table's stream has of a write."""
    sample: dict[str, Any] = samples.event("dynamodb-video-deleted")["Records"][0]
    sample["dynamodb"] |= {"OldImage": before, "NewImage": after}
    return sample
