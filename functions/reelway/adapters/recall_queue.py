"""The queue of videos whose playback tokens may have become void, or valid again, as `{"videoId": …}`."""

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from types_boto3_sqs.client import SQSClient


class RecallQueue:
    """`client` is a boto3 SQS client, `url` the queue's."""

    def __init__(self, client: "SQSClient", url: str) -> None:
        self._client = client
        self._url = url

    def send(self, video_id: str) -> None:
        """Raises botocore's exceptions when SQS has not taken the message."""
        self._client.send_message(QueueUrl=self._url, MessageBody=json.dumps({"videoId": video_id}))


@dataclass(frozen=True, slots=True)
class RecallBatch:
    """Messages of the queue, as Lambda delivers them together."""

    event: dict[str, Any]

    @property
    def video_ids(self) -> list[str]:
        """Each video once."""
        return sorted({json.loads(message["body"])["videoId"] for message in self.event["Records"]})

    def done(self) -> dict[str, Any]:
        """Lambda's answer that takes the messages out of the queue."""
        return {"batchItemFailures": []}

    def not_yet(self) -> dict[str, Any]:
        """Lambda's answer by which all messages come again after the queue's visibility timeout."""
        ids = (message["messageId"] for message in self.event["Records"])
        return {"batchItemFailures": [{"itemIdentifier": each} for each in ids]}
