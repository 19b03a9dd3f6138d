"""The queue of videos whose files are to be hidden, brought back or removed, as `{videoId, execution}`."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from types_boto3_sqs.client import SQSClient


# RemoveFunction has ended by then, whatever it was doing when the message was sent: its timeout is 120 s.
_LOOK_AGAIN_S = 180


class RemovalQueue:
    """`client` is a boto3 SQS client, `url` the queue's."""

    def __init__(self, client: "SQSClient", url: str) -> None:
        self._client = client
        self._url = url

    def look_again(self, video_id: str, execution: str) -> None:
        """As `send`, for when all that is at work on the video at the moment has ended."""
        self.send(video_id, execution, delay_s=_LOOK_AGAIN_S)

    def send(self, video_id: str, execution: str, *, delay_s: int = 0) -> None:
        """`execution` is the video's last.

        Raises botocore's exceptions when SQS has not taken the message.
        """
        body = {"videoId": video_id, "execution": execution}
        self._client.send_message(QueueUrl=self._url, MessageBody=json.dumps(body), DelaySeconds=delay_s)


@dataclass(frozen=True, slots=True)
class Removal:
    """`execution` is the name of the video's last execution.

    `is_retry` tells that the message was received before: an earlier try may have been cut short.
    """

    video_id: str
    execution: str
    is_retry: bool


def removals_in(event: dict[str, Any]) -> Iterator[Removal]:
    """What a batch of messages asks for, as Lambda delivers it.

    Messages of 0.2.0 name no execution: its executions had the names of their videos.
    """
    for record in event["Records"]:
        body, tries = json.loads(record["body"]), int(record["attributes"]["ApproximateReceiveCount"])
        execution = body.get("execution", body["videoId"])
        yield Removal(body["videoId"], execution, is_retry=tries > 1)
