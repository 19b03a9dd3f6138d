"""The queue of deleted videos whose files are to be removed; a message is `{"videoId": …}`."""

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from types_boto3_sqs.client import SQSClient


class RemovalQueue:
    """`client` is a boto3 SQS client, `url` the queue's."""

    def __init__(self, client: "SQSClient", url: str) -> None:
        self._client = client
        self._url = url

    def send(self, video_id: str) -> None:
        """Raises botocore's exceptions when SQS has not taken the message."""
        self._client.send_message(QueueUrl=self._url, MessageBody=json.dumps({"videoId": video_id}))


def video_ids_of(event: dict[str, Any]) -> Iterator[str]:
    """The videos in a batch of messages, as Lambda delivers it."""
    for record in event["Records"]:
        yield json.loads(record["body"])["videoId"]
