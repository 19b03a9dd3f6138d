import copy
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from botocore.exceptions import ClientError
from moto.sqs.models import sqs_backends

from maintenance.invalidating import MAX_PATHS
from reelway.adapters.cloudfront import CloudFrontCache
from tests.support import samples
from tests.support.readers import template


@dataclass
class CloudFront:
    """Takes so many paths with a wildcard at a time, as CloudFront does; `end` ends what is in progress."""

    begun: dict[str, list[str]] = field(default_factory=dict)
    in_progress: int = 0
    is_denied: bool = False

    def create_invalidation(self, DistributionId: str, InvalidationBatch: Any) -> None:  # noqa: N803  boto3's
        reference, paths = InvalidationBatch["CallerReference"], InvalidationBatch["Paths"]["Items"]
        if self.is_denied:
            raise ClientError({"Error": {"Code": "AccessDenied"}}, "CreateInvalidation")
        if reference in self.begun:
            assert self.begun[reference] == paths
            return
        if self.in_progress + len(paths) > MAX_PATHS:
            raise ClientError({"Error": {"Code": "TooManyInvalidationsInProgress"}}, "CreateInvalidation")
        self.in_progress += len(paths)
        self.begun[reference] = paths

    @property
    def paths(self) -> list[str]:
        return [path for paths in self.begun.values() for path in paths]


def batch(*numbers: int) -> dict[str, Any]:
    """An event with a message for each video of these numbers."""
    [message] = samples.event("sqs-invalidation")["Records"]
    event: dict[str, Any] = {"Records": []}
    for n in numbers:
        copied = copy.deepcopy(message)
        event["Records"].append(copied | {"messageId": f"m{n}", "body": json.dumps({"videoId": f"v{n:04d}"})})
    return event


def order_of(body: dict[str, int]) -> dict[str, Any]:
    event = batch(1)
    event["Records"][0]["body"] = json.dumps(body)
    return event


def sent_later() -> list[dict[str, Any]]:
    """Orders that were sent, whenever they come."""
    [backend] = [sqs_backends["123456789012"]["us-east-1"]]
    messages = backend.queues["InvalidationQueue"]._messages
    return [json.loads(message.body) for message in messages]


@pytest.fixture
def cloudfront() -> CloudFront:
    return CloudFront()


@pytest.fixture
def invalidate(
    handlers: Callable[[str], Any], cloudfront: CloudFront, monkeypatch: pytest.MonkeyPatch
) -> Callable[[dict[str, Any]], int]:
    """Hands an event to the handler; returns how many of its messages come again."""
    handler = handlers("maintenance.invalidate_handler")
    client: Any = cloudfront
    monkeypatch.setattr(handler, "cache", CloudFrontCache(client, handler.settings.distribution_id))
    return lambda event: len(handler.lambda_handler(event, None)["batchItemFailures"])


Invalidate = Callable[[dict[str, Any]], int]


def test_the_media_of_every_video_are_forgotten_by_one_request(
    invalidate: Invalidate, cloudfront: CloudFront
) -> None:
    assert invalidate(batch(1, 2, 1)) == 0
    assert list(cloudfront.begun.values()) == [["/stream/v0001/*", "/stream/v0002/*"]]


def test_the_same_messages_are_one_invalidation_however_often_they_are_delivered(
    invalidate: Invalidate, cloudfront: CloudFront
) -> None:
    assert [invalidate(batch(1, 2)), invalidate(batch(2, 1)), invalidate(batch(3))] == [0, 0, 0]
    assert sorted(cloudfront.paths) == ["/stream/v0001/*", "/stream/v0002/*", "/stream/v0003/*"]


def test_a_thousand_deletions_are_one_path_which_cloudfront_always_takes_at_once(
    invalidate: Invalidate, cloudfront: CloudFront
) -> None:
    assert invalidate(batch(*range(1000))) == 0
    assert cloudfront.paths == ["/stream/*"]


def test_what_cloudfront_does_not_take_path_by_path_it_may_take_as_one(
    invalidate: Invalidate, cloudfront: CloudFront
) -> None:
    cloudfront.in_progress = MAX_PATHS - 1
    assert invalidate(batch(1, 2)) == 0
    assert cloudfront.paths == ["/stream/*"]


def test_what_cloudfront_does_not_take_now_becomes_one_order_of_all_that_comes_soon(
    invalidate: Invalidate, cloudfront: CloudFront, caplog: pytest.LogCaptureFixture
) -> None:
    cloudfront.in_progress = MAX_PATHS
    assert invalidate(batch(1, 2)) == 0
    assert "takes no more at the moment" in caplog.text
    [order] = sent_later()
    assert order == {"refusals": 1}
    assert invalidate(order_of(order)) == 0
    cloudfront.in_progress = 0
    assert invalidate(order_of({"refusals": 2})) == 0
    assert cloudfront.paths == ["/stream/*"]


def test_what_is_refused_for_an_hour_stays_in_the_queue_until_an_alarm_is_raised(
    invalidate: Invalidate, cloudfront: CloudFront
) -> None:
    cloudfront.in_progress = MAX_PATHS
    assert invalidate(order_of({"refusals": 100})) == 1
    assert sent_later() == []


def test_any_other_failure_is_one_of_the_function(invalidate: Invalidate, cloudfront: CloudFront) -> None:
    cloudfront.is_denied = True
    with pytest.raises(ClientError):
        invalidate(batch(1))


def test_it_is_tried_for_a_day_then_kept_and_told() -> None:
    queue = template.properties("InvalidationQueue")
    mapping = template.properties("InvalidationQueueMapping")
    redrive = queue["RedrivePolicy"]
    assert queue["VisibilityTimeout"] * redrive["maxReceiveCount"] == 24 * 3600
    assert redrive["maxReceiveCount"] <= 1000  # SQS's maximum
    assert redrive["deadLetterTargetArn"] == {"Fn::GetAtt": ["InvalidationDeadLetterQueue", "Arn"]}
    # A pause of the queue, its window and CloudFront's own minute together are the few minutes that it takes.
    assert queue["VisibilityTimeout"] >= 6 * 20 + mapping["MaximumBatchingWindowInSeconds"]
    assert mapping["MaximumBatchingWindowInSeconds"] <= 30
    assert mapping["BatchSize"] * 1024 < 6_000_000
