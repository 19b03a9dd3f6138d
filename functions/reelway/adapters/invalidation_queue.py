"""The queue of videos whose media the CDN is to forget; a message is `{"videoId": …}`."""

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from types_boto3_sqs.client import SQSClient


class InvalidationQueue:
    """`client` is a boto3 SQS client, `url` the queue's."""

    def __init__(self, client: "SQSClient", url: str) -> None:
        self._client = client
        self._url = url

    def send(self, video_id: str) -> None:
        """Raises botocore's exceptions when SQS has not taken the message."""
        self._client.send_message(QueueUrl=self._url, MessageBody=json.dumps({"videoId": video_id}))


@dataclass(frozen=True, slots=True)
class InvalidationBatch:
    """Messages of the queue, as Lambda delivers them together."""

    event: dict[str, Any]

    @property
    def video_ids(self) -> list[str]:
        """Each video once, in an order that is the same for the same messages."""
        return sorted({json.loads(message["body"])["videoId"] for message in self._messages})

    @property
    def reference(self) -> str:
        """The same for the same messages, when they are delivered again; another one for any others."""
        ids = "\n".join(sorted(message["messageId"] for message in self._messages))
        return hashlib.sha256(ids.encode()).hexdigest()

    def done(self) -> dict[str, Any]:
        """Lambda's answer that takes the messages out of the queue."""
        return {"batchItemFailures": []}

    def not_yet(self) -> dict[str, Any]:
        """Lambda's answer by which all messages come again after the queue's visibility timeout."""
        return {"batchItemFailures": [{"itemIdentifier": each["messageId"]} for each in self._messages]}

    @property
    def _messages(self) -> list[dict[str, Any]]:
        messages: list[dict[str, Any]] = self.event["Records"]
        return messages
