"""One event becomes a delivery to each webhook of the video's owner that wants it."""

from dataclasses import dataclass
from typing import Any

from reelway.ports.webhooks import Deliveries, DeliveryOrders, Webhooks
from reelway.timestamps import utc_now
from reelway.webhooks.webhook import DeliveryState, Order, delivery_of


@dataclass(frozen=True, slots=True)
class FanOut:
    webhooks: Webhooks
    deliveries: Deliveries
    orders: DeliveryOrders

    def take(self, event: dict[str, Any]) -> int:
        """The number of deliveries that were ordered of this CloudEvent.

        May be called again with the same event, as whoever died here could not say how far it was: the
        delivery is there then, and is ordered once more. What is attempted already ignores that.
        """
        wanting = [
            webhook
            for webhook in self.webhooks.of_owner(event["data"]["owner"])
            if webhook.wants(event["type"])
        ]
        for webhook in wanting:
            delivery = self.deliveries.create(delivery_of(webhook, event, utc_now()))
            if delivery.state is DeliveryState.PENDING and not delivery.attempts:
                self.orders.send(Order(webhook.owner, webhook.webhook_id, delivery.delivery_id))
        return len(wanting)
