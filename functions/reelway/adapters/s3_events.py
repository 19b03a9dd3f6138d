"""S3's event notifications in the SQS queue that a bucket writes to.

A message's body is S3's notification, `{"Records": [{"s3": {"object": {"key": …}}}]}` with keys that are
form-URL-encoded (here they are not any more), or the `s3:TestEvent` by which S3 tries the queue:
https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
"""

import json
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import quote_plus, unquote_plus

from botocore.exceptions import BotoCoreError, ClientError

from reelway.adapters.telemetry import Metrics

if TYPE_CHECKING:
    from types_boto3_sqs.client import SQSClient

Message = dict[str, Any]
_FIRST_DELAY_S = 15  # most faults are over after some seconds
_MAX_DELAY_S = 900  # four tries an hour notice soon enough that an outage is over
_HELD_UP_AFTER_TRIES = 7  # the delays between these add up to 15 min 45 s


class EventQueue:
    """`client` is a boto3 SQS client, `url` the queue's.

    `metrics` count the tries of events that have waited for long.
    """

    def __init__(self, client: "SQSClient", url: str, metrics: Metrics) -> None:
        self._client = client
        self._url = url
        self._metrics = metrics

    def send(self, key: str, *, delay_s: int = 0) -> None:
        """Send the event that S3 sends when the object `key` is created; it is delivered after `delay_s`."""
        body = {"Records": [{"s3": {"object": {"key": quote_plus(key)}}}]}
        self._client.send_message(QueueUrl=self._url, MessageBody=json.dumps(body), DelaySeconds=delay_s)

    def handle(
        self, event: dict[str, Any], accept: Callable[[str], None], report: Callable[[str], None]
    ) -> dict[str, Any]:
        """Call `accept(key)` with the key of each object that an event from the queue names.

        A message for which that raises stays in the queue, as does one that is no notification: the answer's
        `batchItemFailures` name them. `report(text)` is called while the exception is handled.
        """
        failed = [message for message in event["Records"] if not self._is_done(message, accept, report)]
        return {"batchItemFailures": [{"itemIdentifier": message["messageId"]} for message in failed]}

    def _is_done(
        self, message: Message, accept: Callable[[str], None], report: Callable[[str], None]
    ) -> bool:
        try:
            for key in _keys(message):
                accept(key)
        except Exception:
            report("an event could not be handled; it comes again")
            self._set_retry(message, report)
            return False
        return True

    def _set_retry(self, message: Message, report: Callable[[str], None]) -> None:
        """Where this fails, the retry comes after the visibility timeout, six times that of the function."""
        tries = int(message["attributes"]["ApproximateReceiveCount"])
        if tries >= _HELD_UP_AFTER_TRIES:
            self._metrics.count("EventsHeldUp")
        try:
            self._client.change_message_visibility(
                QueueUrl=self._url,
                ReceiptHandle=message["receiptHandle"],
                VisibilityTimeout=retry_delay_s(tries),
            )
        except (BotoCoreError, ClientError):
            report("the time of an event's retry could not be set")


def retry_delay_s(tries: int) -> int:
    """Seconds to the next try after `tries` that failed: 15, 30, 60, … 900."""
    return min(_FIRST_DELAY_S << min(tries - 1, 10), _MAX_DELAY_S)  # 10 doublings are more than enough


def _keys(message: Message) -> Iterator[str]:
    body = json.loads(message["body"])
    if body.get("Event") != "s3:TestEvent":
        for record in body["Records"]:
            yield unquote_plus(record["s3"]["object"]["key"])
