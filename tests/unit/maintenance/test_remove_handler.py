import json
from collections.abc import Callable
from typing import Any

import pytest

from reelway import keys
from reelway.errors import StorageFailed
from reelway.ports.workflows import ExecutionStatus
from tests.support import samples
from tests.support.doubles import moto_aws
from tests.support.samples import EXECUTION, RUN_ID, VIDEO_ID

SEGMENT = f"{keys.media_prefix(VIDEO_ID)}a.ts"


@pytest.fixture
def handler(handlers: Callable[[str], Any]) -> Any:
    """The handler, beside a READY video with a segment."""
    handler = handlers("maintenance.remove_handler")
    handler.remover.media.put(SEGMENT, b"x", content_type="x/y")
    return handler


def removal(tries: int = 1) -> dict[str, Any]:
    event = samples.event("sqs-removal")
    event["Records"][0]["attributes"]["ApproximateReceiveCount"] = str(tries)
    return event


def invalidations() -> list[str]:
    return moto_aws.messages("InvalidationQueue")


ORDERED = samples.event("sqs-invalidation")["Records"][0]["body"]


def test_what_belongs_to_a_deleted_video_is_removed_and_its_invalidation_ordered(handler: Any) -> None:
    handler.lambda_handler(removal(), None)
    assert handler.remover.media.get(SEGMENT) is None
    assert invalidations() == [ORDERED]


def test_a_removal_that_fails_is_logged_and_its_message_is_delivered_again(
    handler: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(handler.remover.uploads, "name", "no-such-bucket")
    with pytest.raises(StorageFailed):
        handler.lambda_handler(removal(), None)
    assert "storage_failed" in caplog.text
    assert (handler.remover.media.get(SEGMENT), invalidations()) == (None, [])
    monkeypatch.undo()
    handler.lambda_handler(removal(tries=2), None)
    assert invalidations() == [ORDERED]


@pytest.mark.parametrize(
    ("message", "execution"),
    [({"videoId": VIDEO_ID, "execution": EXECUTION}, EXECUTION), ({"videoId": VIDEO_ID}, VIDEO_ID)],
)
def test_the_execution_that_the_message_names_is_stopped_or_that_of_an_earlier_release(
    handler: Any, message: dict[str, str], execution: str
) -> None:
    workflows = handler.remover.workflows
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
    handlers: Callable[[str], Any], handler: Any
) -> None:
    """Twelve encoders run on for six seconds: none of their writes is a change of the tombstone."""
    changes, delete = handlers("changes.stream_handler"), handlers("videos.handler")
    delete.videos.create(VIDEO_ID, size_bytes=1)
    delete.videos.start(VIDEO_ID, run_id=RUN_ID, duration_s=1.0, total_frames=100_000)
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
