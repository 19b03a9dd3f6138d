"""The queue of deliveries that are to be attempted, as `ports.webhooks.DeliveryOrders`.

A delivery waits for its time as a delayed message, which is sent anew as often as that takes. A message that
is received, but kept invisible, would wait longer: of those SQS holds 120,000 of one queue, and then delivers
nothing more, to any webhook.
"""

import json
from typing import TYPE_CHECKING, Any

from reelway.documents import from_plain, to_plain
from reelway.webhooks.webhook import Order

if TYPE_CHECKING:
    from types_boto3_sqs.client import SQSClient

MAX_DELAY_S = 900  # SQS's


class DeliveryQueue:
    """`client` is a boto3 SQS client, `url` the queue's."""

    def __init__(self, client: "SQSClient", url: str) -> None:
        self._client = client
        self._url = url

    def send(self, order: Order, *, delay_s: float = 0) -> None:
        """With the webhook as group: SQS prefers those that keep the others from nothing (fair queues)."""
        self._client.send_message(
            QueueUrl=self._url,
            MessageBody=json.dumps(to_plain(order)),
            DelaySeconds=min(MAX_DELAY_S, round(delay_s)),
            MessageGroupId=order.webhook_id,
        )


def order_in(message: dict[str, Any]) -> Order:
    """Of a message as Lambda delivers it."""
    return from_plain(Order, json.loads(message["body"]))
