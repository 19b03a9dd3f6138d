"""The webhooks of one owner: made, listed, deleted; their secrets changed, their deliveries sent again."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from http import HTTPStatus
from typing import Any

from reelway.errors import RequestRefused
from reelway.ports.webhooks import Deliveries, DeliveryOrders, Receivers, Webhooks
from reelway.timestamps import later, utc_now
from reelway.webhooks.signing import new_secret
from reelway.webhooks.webhook import (
    TEST_TYPE,
    Delivery,
    DeliveryState,
    Order,
    Webhook,
    delivery_of,
    is_id,
    new_webhook_id,
)
from webhooks.asked import page, wanted

MAX_WEBHOOKS = 10  # of one owner
# For which messages are signed with the former secret as well.
OLD_SECRET_FOR = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Registry:
    """Methods raise RequestRefused: 404 for what is not there, or is another owner's."""

    webhooks: Webhooks
    deliveries: Deliveries
    orders: DeliveryOrders
    receivers: Receivers
    source: str

    def create(self, owner: str, document: Mapping[str, Any]) -> Webhook:
        """Raises RequestRefused 400, and 409 where the owner has as many as there may be."""
        asked = wanted(document, self.receivers.check)
        if len(self.webhooks.of_owner(owner)) >= MAX_WEBHOOKS:
            problem = f"There are {MAX_WEBHOOKS} webhooks already, which is the limit. Delete one first."
            raise RequestRefused(HTTPStatus.CONFLICT, "too_many_webhooks", problem)
        webhook = Webhook(
            owner=owner,
            webhook_id=new_webhook_id(),
            url=asked.url,
            secret=new_secret(),
            created_at=utc_now(),
            events=asked.events,
            description=asked.description,
        )
        self.webhooks.create(webhook)
        return webhook

    def find(self, owner: str, webhook_id: str) -> Webhook:
        found = self.webhooks.find(owner, webhook_id) if is_id(webhook_id) else None
        if found is None:
            problem = f"There is no webhook {webhook_id!r}."
            raise RequestRefused(HTTPStatus.NOT_FOUND, "unknown_webhook", problem)
        return found

    def delete(self, owner: str, webhook_id: str) -> None:
        self.webhooks.delete(self.find(owner, webhook_id))

    def change_secret(self, owner: str, webhook_id: str) -> Webhook:
        """With the new secret. The one before it signs, too, for a day; one before that does not any more."""
        webhook, secret = self.find(owner, webhook_id), new_secret()
        until = later(utc_now(), OLD_SECRET_FOR)
        if not self.webhooks.change_secret(webhook, secret, old_until=until):
            problem = "Another request has changed the secret at the same time."
            raise RequestRefused(HTTPStatus.CONFLICT, "secret_changed", problem)
        return replace(webhook, secret=secret, old_secret=webhook.secret, old_secret_until=until)

    def test(self, owner: str, webhook_id: str) -> Delivery:
        """Order the delivery of an event that says nothing, to a disabled webhook, too."""
        webhook, now = self.find(owner, webhook_id), utc_now()
        event = {
            "specversion": "1.0",
            "id": str(uuid.uuid4()),
            "source": self.source,
            "type": TEST_TYPE,
            "time": now,
            "datacontenttype": "application/json",
            "data": {"owner": owner, "webhookId": webhook_id},
        }
        delivery = self.deliveries.create(delivery_of(webhook, event, now))
        self._order(delivery)
        return delivery

    def page(
        self, owner: str, webhook_id: str, query: Mapping[str, str]
    ) -> tuple[Sequence[Delivery], bool, int]:
        """Newest first, whether there are more, and how many were asked for."""
        limit, cursor = page(query)
        webhook = self.find(owner, webhook_id)
        return *self.deliveries.page(webhook.webhook_id, limit=limit, before=cursor), limit

    def redeliver(self, owner: str, webhook_id: str, delivery_id: str) -> Delivery:
        """Begin another round of attempts, whatever came of the last one.

        Where the order is lost, because this fails now, whoever asked gets an error and asks again.
        """
        webhook = self.find(owner, webhook_id)
        seen = self.deliveries.find(webhook.webhook_id, delivery_id) if is_id(delivery_id) else None
        if seen is None:
            problem = f"There is no delivery {delivery_id!r} of this webhook; they are kept for 30 days."
            raise RequestRefused(HTTPStatus.NOT_FOUND, "unknown_delivery", problem)
        now = utc_now()
        again = replace(
            seen,
            state=DeliveryState.PENDING,
            first_attempt=seen.attempts,
            begun_at=now,
            next_attempt_at=now,
        )
        if not self.deliveries.change(again, seen=seen):
            problem = "The delivery was attempted at the same time. Look at it, and ask again."
            raise RequestRefused(HTTPStatus.CONFLICT, "delivery_changed", problem)
        self._order(again)
        return again

    def _order(self, delivery: Delivery) -> None:
        order = Order(
            delivery.owner, delivery.webhook_id, delivery.delivery_id, delivery.attempts, at_once=True
        )
        self.orders.send(order)
