import json
from typing import Any

import pytest

from reelway.adapters.announcement_queue import AnnouncementQueue
from reelway.adapters.telemetry import Metrics
from reelway.ports.announcements import Announcement
from tests.support.doubles import moto_aws
from tests.support.samples import VIDEO_ID


@pytest.fixture
def queue(mocked_aws: None) -> AnnouncementQueue:
    moto_aws.make_queues()
    url = moto_aws.REFERENCES["AnnouncementQueue"]
    return AnnouncementQueue(moto_aws.client("sqs"), url, Metrics("reelway"))


def received() -> dict[str, Any]:
    """As Lambda delivers what is in the queue."""
    answer = moto_aws.client("sqs").receive_message(
        QueueUrl=moto_aws.REFERENCES["AnnouncementQueue"], AttributeNames=["All"], MaxNumberOfMessages=10
    )
    return {
        "Records": [
            {
                "messageId": message["MessageId"],
                "receiptHandle": message["ReceiptHandle"],
                "body": message["Body"],
                "attributes": message["Attributes"],
            }
            for message in answer.get("Messages", [])
        ]
    }


def hidden_for_s(queue: AnnouncementQueue, tries: int, monkeypatch: pytest.MonkeyPatch) -> int:
    """The pause after so many tries that failed."""
    asked: list[int] = []
    monkeypatch.setattr(
        moto_aws.client("sqs"), "change_message_visibility", lambda **a: asked.append(a["VisibilityTimeout"])
    )
    event = received()
    event["Records"][0]["attributes"]["ApproximateReceiveCount"] = str(tries)
    queue.handle(event, failing, lambda text: None)
    return asked[0]


def failing(announcement: Announcement) -> None:
    raise RuntimeError


@pytest.mark.parametrize(
    "announcement",
    [
        Announcement(VIDEO_ID),
        Announcement(VIDEO_ID, first="a"),
        Announcement(VIDEO_ID, last="b", only_progress=True),
        Announcement(VIDEO_ID, "a", "b"),
    ],
)
def test_an_announcement_arrives_as_it_was_sent(queue: AnnouncementQueue, announcement: Announcement) -> None:
    queue.send(announcement)
    taken: list[Announcement] = []
    assert queue.handle(received(), taken.append, lambda text: None) == {"batchItemFailures": []}
    assert taken == [announcement]


def test_one_that_is_delayed_is_not_there_at_once(queue: AnnouncementQueue) -> None:
    queue.send(Announcement(VIDEO_ID), delay_s=12)
    assert received() == {"Records": []}


@pytest.mark.parametrize(("tries", "pause_s"), [(1, 12), (2, 24), (3, 48), (6, 300), (40, 300)])
def test_one_that_fails_comes_again_later_and_later(
    queue: AnnouncementQueue, tries: int, pause_s: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue.send(Announcement(VIDEO_ID))
    assert hidden_for_s(queue, tries, monkeypatch) == pause_s


@pytest.mark.parametrize(("tries", "is_counted"), [(5, False), (6, True)])
def test_one_that_fails_for_over_five_minutes_is_counted(
    queue: AnnouncementQueue,
    tries: int,
    is_counted: bool,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    queue.send(Announcement(VIDEO_ID))
    hidden_for_s(queue, tries, monkeypatch)
    assert ("AnnouncementsHeldUp" in capsys.readouterr().out) == is_counted


def test_a_message_that_is_none_fails_alone(queue: AnnouncementQueue) -> None:
    for body in ("{}", json.dumps({"videoId": VIDEO_ID})):
        moto_aws.client("sqs").send_message(QueueUrl=queue._url, MessageBody=body)
    event = received()
    taken: list[Announcement] = []
    answer = queue.handle(event, taken.append, lambda text: None)
    [broken] = [message["messageId"] for message in event["Records"] if message["body"] == "{}"]
    assert answer == {"batchItemFailures": [{"itemIdentifier": broken}]}
    assert taken == [Announcement(VIDEO_ID)]


def test_a_retry_whose_time_cannot_be_set_is_reported(queue: AnnouncementQueue) -> None:
    queue.send(Announcement(VIDEO_ID))
    event = received()
    moto_aws.client("sqs").delete_queue(QueueUrl=queue._url)
    reported: list[str] = []
    assert len(queue.handle(event, failing, reported.append)["batchItemFailures"]) == 1
    assert reported[-1] == "the time of a retry could not be set"
