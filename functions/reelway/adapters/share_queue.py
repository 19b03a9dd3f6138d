"""The queue of shares of the open sockets that are to be kept open."""

from typing import TYPE_CHECKING, Any

from reelway.documents import DocumentFormat
from reelway.ports.open_sockets import Share

if TYPE_CHECKING:
    from types_boto3_sqs.client import SQSClient

_SHARE = DocumentFormat("share of the sockets", Share, version=1, upgrades={})


class ShareQueue:
    """`client` is a boto3 SQS client, `url` the queue's."""

    def __init__(self, client: "SQSClient", url: str) -> None:
        self._client = client
        self._url = url

    def send(self, share: Share) -> None:
        """Raises botocore's exceptions when SQS has not taken the message."""
        self._client.send_message(QueueUrl=self._url, MessageBody=_SHARE.dump(share).decode())


def share_in(event: dict[str, Any]) -> Share | None:
    """The share in a message, of which Lambda delivers one at a time; None in any other event."""
    if "Records" not in event:
        return None
    [record] = event["Records"]
    return _SHARE.load(record["body"].encode())
