"""The queue of deleted videos whose files are to be removed; a message is `{"videoId": …}`."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Removal:
    """`is_retry` tells that the message was received before: an earlier try may have been cut short."""

    video_id: str
    is_retry: bool


def removals_in(event: dict[str, Any]) -> Iterator[Removal]:
    """What a batch of messages asks for, as Lambda delivers it."""
    for record in event["Records"]:
        tries = int(record["attributes"]["ApproximateReceiveCount"])
        yield Removal(json.loads(record["body"])["videoId"], is_retry=tries > 1)
