"""The queue of videos whose media the CDN is to forget: `{"videoId": …}`, or `{"refusals": …}` for all."""

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from types_boto3_sqs.client import SQSClient


_SOON_S = 10


class InvalidationQueue:
    """`client` is a boto3 SQS client, `url` the queue's."""

    def __init__(self, client: "SQSClient", url: str) -> None:
        self._client = client
        self._url = url

    def send(self, video_id: str) -> None:
        """Raises botocore's exceptions when SQS has not taken the message."""
        self._client.send_message(QueueUrl=self._url, MessageBody=json.dumps({"videoId": video_id}))

    def send_all(self, *, refusals: int) -> None:
        """An order of all videos, after so many that CloudFront has refused; it comes after ten seconds."""
        body = json.dumps({"refusals": refusals})
        self._client.send_message(QueueUrl=self._url, MessageBody=body, DelaySeconds=_SOON_S)


@dataclass(frozen=True, slots=True)
class InvalidationBatch:
    """Messages of the queue, as Lambda delivers them together."""

    event: dict[str, Any]

    @property
    def video_ids(self) -> list[str]:
        """Each video once, in an order that is the same for the same messages."""
        return sorted({body["videoId"] for body in self._bodies if "videoId" in body})

    @property
    def refusals(self) -> int | None:
        """Of the order of all videos that was refused most often; None if there is no such order."""
        return max((int(body["refusals"]) for body in self._bodies if "refusals" in body), default=None)

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
    def _bodies(self) -> list[dict[str, Any]]:
        return [json.loads(message["body"]) for message in self._messages]

    @property
    def _messages(self) -> list[dict[str, Any]]:
        messages: list[dict[str, Any]] = self.event["Records"]
        return messages
