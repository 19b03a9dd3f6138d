"""The queue of videos whose playback tokens may have become void, or valid again, as `{"videoId": …}`."""

import json
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


def videos_in(event: dict[str, Any]) -> list[str] | None:
    """Each video of a batch of messages once; None for an event that is none, which a schedule sends."""
    if "Records" not in event:
        return None
    return sorted({json.loads(record["body"])["videoId"] for record in event["Records"]})
