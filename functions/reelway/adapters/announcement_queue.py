"""The queue of announcements: a message is `{"videoId": …}`, and what else of `Announcement` is set."""

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from reelway.adapters.telemetry import Metrics
from reelway.ports.announcements import Announcement

if TYPE_CHECKING:
    from types_boto3_sqs.client import SQSClient

Message = dict[str, Any]
_FIRST_DELAY_S = 12  # the claim of a sender that died or got no answer has run out by then
_MAX_DELAY_S = 300
_HELD_UP_AFTER_TRIES = 6  # the delays between these add up to 6 min 12 s


class AnnouncementQueue:
    """`client` is a boto3 SQS client, `url` the queue's; `metrics` count what has waited for long."""

    def __init__(self, client: "SQSClient", url: str, metrics: Metrics) -> None:
        self._client = client
        self._url = url
        self._metrics = metrics

    def send(self, announcement: Announcement, *, delay_s: int = 0) -> None:
        """Raises botocore's exceptions when SQS has not taken the message."""
        body = {
            "videoId": announcement.video_id,
            "first": announcement.first,
            "last": announcement.last,
            "onlyProgress": announcement.only_progress,
        }
        self._client.send_message(
            QueueUrl=self._url,
            MessageBody=json.dumps({name: value for name, value in body.items() if value}),
            DelaySeconds=delay_s,
        )

    def handle(
        self,
        event: dict[str, Any],
        announce: Callable[[Announcement], None],
        report: Callable[[str], Any],
    ) -> dict[str, Any]:
        """Call `announce` with each announcement of the event; the answer names those for which that raised.

        They come again, after longer and longer pauses. `report(text)` is called while the exception is
        handled.
        """
        failed = [message for message in event["Records"] if not self._is_done(message, announce, report)]
        return {"batchItemFailures": [{"itemIdentifier": message["messageId"]} for message in failed]}

    def _is_done(
        self,
        message: Message,
        announce: Callable[[Announcement], None],
        report: Callable[[str], Any],
    ) -> bool:
        try:
            announce(_announcement_of(message))
        except Exception:
            report("sockets could not be told; it is tried again")
            self._set_retry(message, report)
            return False
        return True

    def _set_retry(self, message: Message, report: Callable[[str], Any]) -> None:
        tries = int(message["attributes"]["ApproximateReceiveCount"])
        if tries >= _HELD_UP_AFTER_TRIES:
            self._metrics.count("AnnouncementsHeldUp")
        try:
            self._client.change_message_visibility(
                QueueUrl=self._url,
                ReceiptHandle=message["receiptHandle"],
                VisibilityTimeout=min(_FIRST_DELAY_S << min(tries - 1, 10), _MAX_DELAY_S),
            )
        except (BotoCoreError, ClientError):
            report("the time of a retry could not be set")


def _announcement_of(message: Message) -> Announcement:
    body = json.loads(message["body"])
    return Announcement(body["videoId"], body.get("first"), body.get("last"), body.get("onlyProgress", False))
