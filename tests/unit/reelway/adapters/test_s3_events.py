import json
from typing import Any, cast

import pytest
from botocore.exceptions import ClientError

from reelway.adapters.s3_events import EventQueue, retry_delay_s
from reelway.adapters.telemetry import Metrics
from tests.support import samples
from tests.support.doubles import moto_aws


class FakeSqs:
    """Keeps the calls that it gets."""

    def __init__(self, *, forgets: bool) -> None:
        self.delays_s: list[int] = []
        self.forgets = forgets

    def change_message_visibility(self, *, VisibilityTimeout: int, **named: str) -> None:  # noqa: N803
        assert named == {"QueueUrl": "queue", "ReceiptHandle": "AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a"}
        if self.forgets:
            raise ClientError({"Error": {"Code": "ReceiptHandleIsInvalid"}}, "ChangeMessageVisibility")
        self.delays_s.append(VisibilityTimeout)


class Handled:
    """An event's handling: the keys that were accepted, what was reported, the answer."""

    def __init__(self, event: dict[str, Any], *, broken: str = "", forgets: bool = False) -> None:
        self.sqs = FakeSqs(forgets=forgets)
        self.accepted: list[str] = []
        self.reports: list[str] = []
        self.broken = broken
        answer = EventQueue(cast(Any, self.sqs), "queue", Metrics("reelway")).handle(
            event, self.accept, self.reports.append
        )
        self.failed = [entry["itemIdentifier"] for entry in answer["batchItemFailures"]]

    def accept(self, key: str) -> None:
        if key == self.broken:
            raise ValueError(key)
        self.accepted.append(key)


MESSAGE_ID = samples.event("sqs-object-created")["Records"][0]["messageId"]


def test_every_object_of_a_message_is_handled_in_order_under_its_own_key() -> None:
    """Not under the form-URL-encoded key of the event; what an object's key itself has of percents stays."""
    handled = Handled(samples.queued("uploads%2Fa", "uploads/b+c", "uploads%252Fd"))
    assert handled.accepted == ["uploads/a", "uploads/b c", "uploads%2Fd"]
    assert (handled.failed, handled.sqs.delays_s) == ([], [])


def test_a_message_of_which_one_object_fails_comes_again() -> None:
    handled = Handled(samples.queued("a", "b", "c"), broken="b")
    assert handled.accepted == ["a"]
    assert handled.failed == [MESSAGE_ID]
    assert handled.reports == ["an event could not be handled; it comes again"]


def test_the_other_messages_of_a_batch_are_handled_beside_one_that_fails() -> None:
    event = samples.queued("a")
    other = samples.queued("b")["Records"][0] | {"messageId": "other"}
    event["Records"].append(other)
    handled = Handled(event, broken="a")
    assert (handled.accepted, handled.failed) == (["b"], [MESSAGE_ID])


def test_a_retry_whose_time_cannot_be_set_keeps_no_other_message_waiting() -> None:
    event = samples.queued("a")
    event["Records"].append(samples.queued("b")["Records"][0] | {"messageId": "other"})
    handled = Handled(event, broken="a", forgets=True)
    assert (handled.accepted, handled.failed) == (["b"], [MESSAGE_ID])
    assert len(handled.reports) == 2


@pytest.mark.parametrize("body", ["", "no JSON", "{}", "[]", "null", '{"Records": [{}]}', '{"Records": 1}'])
def test_what_is_no_notification_is_not_dropped(body: str) -> None:
    handled = Handled(samples.queued(body=body))
    assert (handled.accepted, handled.failed) == ([], [MESSAGE_ID])
    assert handled.reports


def test_the_test_event_has_no_objects() -> None:
    handled = Handled(samples.event("sqs-s3-test-event"))
    assert (handled.accepted, handled.failed) == ([], [])


def test_retries_come_ever_later_up_to_a_quarter_of_an_hour() -> None:
    assert [retry_delay_s(tries) for tries in (1, 2, 3, 6, 7, 60, 1000)] == [15, 30, 60, 480, 900, 900, 900]
    assert Handled(samples.queued("a", tries=3), broken="a").sqs.delays_s == [60]


@pytest.mark.parametrize(("tries", "is_counted"), [(6, False), (7, True), (30, True)])
def test_a_message_that_has_waited_for_a_quarter_of_an_hour_is_counted(
    tries: int, is_counted: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    Handled(samples.queued("a", tries=tries), broken="a")
    assert ("EventsHeldUp" in capsys.readouterr().out) is is_counted


def test_an_event_that_is_sent_is_read_as_s3s(mocked_aws: None) -> None:
    moto_aws.make_queues()
    queue = EventQueue(moto_aws.client("sqs"), moto_aws.REFERENCES["PlanQueue"], Metrics("reelway"))
    queue.send("uploads/clip one")
    [body] = moto_aws.messages("PlanQueue")
    handled = Handled(samples.queued(body=body))
    assert handled.accepted == ["uploads/clip one"]
    assert json.loads(body)["Records"]
