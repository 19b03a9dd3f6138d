"""The tables and queues of webhooks, by moto, with a receiver that is told what to answer."""

import json
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from reelway.adapters.deliveries_table import DeliveriesTable
from reelway.adapters.delivery_queue import DeliveryQueue
from reelway.adapters.webhooks_table import WebhooksTable
from reelway.documents import from_plain
from reelway.timestamps import utc_now
from reelway.webhooks.signing import new_secret
from reelway.webhooks.webhook import Delivery, Order, Webhook, new_webhook_id
from tests.support.doubles import moto_aws
from tests.support.doubles.fakes.receivers import FakeReceivers
from webhooks.delivering import Deliverer
from webhooks.fanning_out import FanOut


@dataclass(slots=True)
class SentOrders:
    """The real queue, and what was sent to it with which delay."""

    queue: DeliveryQueue
    sent: list[tuple[Order, float]] = field(default_factory=list)
    fails: int = 0

    def send(self, order: Order, *, delay_s: float = 0) -> None:
        if self.fails:
            self.fails -= 1
            raise ConnectionError("SQS does not answer")
        self.queue.send(order, delay_s=delay_s)
        self.sent.append((order, delay_s))


@dataclass(slots=True)
class House:
    webhooks: WebhooksTable
    deliveries: DeliveriesTable
    orders: SentOrders
    receivers: FakeReceivers = field(default_factory=FakeReceivers)
    counts: Counter[str] = field(default_factory=Counter)

    @property
    def fan_out(self) -> FanOut:
        return FanOut(self.webhooks, self.deliveries, self.orders)

    @property
    def deliverer(self) -> Deliverer:
        count: Any = self.counts.update
        return Deliverer(
            self.webhooks,
            self.deliveries,
            self.orders,
            self.receivers,
            lambda metric: count([metric]),
            lambda: 0.0,
        )

    def webhook(self, owner: str = "", **fields: Any) -> Webhook:
        made = Webhook(owner, new_webhook_id(), "https://a.example/", new_secret(), utc_now(), **fields)
        self.webhooks.create(made)
        return made

    def delivery(self, webhook: Webhook, **event: Any) -> tuple[Delivery, Order]:
        """Of an event, with the order of its first attempt."""
        self.fan_out.take(an_event(**event))
        order, _ = self.orders.sent[-1]
        return self.found(order), order

    def found(self, order: Order) -> Delivery:
        found = self.deliveries.find(order.webhook_id, order.delivery_id)
        assert found
        return found

    def now(self, webhook: Webhook) -> Webhook:
        found = self.webhooks.find(webhook.owner, webhook.webhook_id)
        assert found
        return found


def an_event(
    owner: str = "", *, event_id: str = "event-1", event_type: str = "video.ready", **fields: Any
) -> dict[str, Any]:
    return {
        "specversion": "1.0",
        "id": event_id,
        "source": "urn:reelway:reelway",
        "type": event_type,
        "time": "2026-11-26T12:00:00.000000Z",
        "subject": "3f0e8f3a-4c39-4ea1-9d1f-27a4f1f4b0c7",
        "datacontenttype": "application/json",
        "data": {"owner": owner, **fields},
    }


def make() -> House:
    moto_aws.make_tables()
    moto_aws.make_queues()
    dynamodb = moto_aws.client("dynamodb")
    queue = DeliveryQueue(moto_aws.client("sqs"), moto_aws.REFERENCES["DeliveryQueue"])
    return House(
        WebhooksTable(dynamodb, moto_aws.WEBHOOKS),
        DeliveriesTable(dynamodb, moto_aws.DELIVERIES),
        SentOrders(queue),
    )


def order_of(body: str) -> Order:
    return from_plain(Order, json.loads(body))
