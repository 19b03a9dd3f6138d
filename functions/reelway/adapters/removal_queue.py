"""The queue of deleted videos whose files are to be removed; a message is `{videoId, execution}`."""

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

    def send(self, video_id: str, execution: str) -> None:
        """`execution` is the video's last.

        Raises botocore's exceptions when SQS has not taken the message.
        """
        body = {"videoId": video_id, "execution": execution}
        self._client.send_message(QueueUrl=self._url, MessageBody=json.dumps(body))


def removals_in(event: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The videos in a batch of messages, as Lambda delivers it, and the names of their executions.

    Messages of 0.2.0 name no execution: its executions had the names of their videos.
    """
    for record in event["Records"]:
        body = json.loads(record["body"])
        yield body["videoId"], body.get("execution", body["videoId"])
