"""One attempt to deliver: whether it is its time, what comes of it, and when the next one is.

Nothing is lost when a function dies here. Its message comes again, and the order of the next attempt is sent
before this one is recorded: at worst an event is sent twice, with the same `webhook-id`. A message that names
an earlier attempt than the record waits for is one too many.
"""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from reelway.ports.webhooks import Deliveries, DeliveryOrders, Receivers, Webhooks
from reelway.timestamps import later, seconds_since, seconds_until, utc_now
from reelway.version import VERSION
from reelway.webhooks.schedule import DAY, delay_s
from reelway.webhooks.signing import signed_headers
from reelway.webhooks.webhook import Delivery, DeliveryState, Order, Result, Webhook
from webhooks.pausing import Pauses

_HEADERS = {"Content-Type": "application/cloudevents+json", "User-Agent": f"Reelway-Webhooks/{VERSION}"}
_SPREAD_S = 20.0  # over which deliveries come back after a pause


@dataclass(frozen=True, slots=True)
class Deliverer:
    """`count(metric)` counts; `chance()` gives 0 to 1."""

    webhooks: Webhooks
    deliveries: Deliveries
    orders: DeliveryOrders
    receivers: Receivers
    count: Callable[[str], None]
    chance: Callable[[], float] = random.random

    def deliver(self, order: Order) -> str:
        """What was done, for the log. Raises StorageFailed, and what SQS's client raises."""
        delivery = self.deliveries.find(order.webhook_id, order.delivery_id)
        if (
            delivery is None
            or delivery.state is not DeliveryState.PENDING
            or order.attempt < delivery.attempts
        ):
            return "nothing to do"
        webhook = self.webhooks.find(order.owner, order.webhook_id)
        if webhook is None:
            return self._give_up(delivery, "webhook_deleted")
        if webhook.disabled_at and not delivery.is_test:
            return self._give_up(delivery, "webhook_disabled")
        early_s, wait_s = self._waits(webhook, delivery, order)
        if wait_s and seconds_since(delivery.begun_at) >= DAY.total_seconds():
            return self._give_up(delivery, "paused_too_long")
        if early_s or wait_s:
            self.orders.send(order, delay_s=early_s or wait_s + _SPREAD_S * self.chance())
            return "not yet"
        return self._attempt(webhook, delivery)

    def _waits(self, webhook: Webhook, delivery: Delivery, order: Order) -> tuple[float, float]:
        """Seconds until it is the delivery's time, or else until the receiver's pause is over."""
        if order.at_once or delivery.is_test:
            return 0.0, 0.0
        is_its_own = order.attempt == delivery.attempts and delivery.next_attempt_at
        early_s = seconds_until(delivery.next_attempt_at) if is_its_own and delivery.next_attempt_at else 0.0
        # SQS counts whole seconds.
        return (early_s, 0.0) if early_s > 1 else (0.0, Pauses(self.webhooks).wait_s(webhook))

    def _attempt(self, webhook: Webhook, delivery: Delivery) -> str:
        body = delivery.body.encode()
        signed = signed_headers(delivery.event_id, int(time.time()), body, _secrets(webhook))
        result = self.receivers.post(webhook.url, {**_HEADERS, **signed}, body)
        tried = replace(
            delivery,
            attempts=delivery.attempts + 1,
            last_attempt_at=utc_now(),
            last_status=result.status,
            last_error=result.error,
        )
        outcome = self._settled(webhook, delivery, tried, result)
        if result.is_success or not delivery.is_test:
            Pauses(self.webhooks).note(webhook, is_success=result.is_success)
        return outcome

    def _settled(self, webhook: Webhook, seen: Delivery, tried: Delivery, result: Result) -> str:
        self.count("WebhooksDelivered" if result.is_success else "WebhookAttemptsFailed")
        if result.is_success:
            self.deliveries.change(replace(tried, state=DeliveryState.DELIVERED), seen=seen)
            return "delivered"
        pause_s = None if tried.is_test or result.is_gone else delay_s(tried.tries, self.chance())
        if pause_s is None:
            if result.is_gone:
                self.webhooks.disable(webhook, utc_now())
            return self._give_up(tried, tried.last_error, seen=seen)
        self.orders.send(
            Order(seen.owner, seen.webhook_id, seen.delivery_id, tried.attempts), delay_s=pause_s
        )
        due_at = later(utc_now(), timedelta(seconds=pause_s))
        self.deliveries.change(replace(tried, next_attempt_at=due_at), seen=seen)
        return "failed; it is tried again"

    def _give_up(self, delivery: Delivery, error: str | None, *, seen: Delivery | None = None) -> str:
        ended = replace(delivery, state=DeliveryState.FAILED, last_error=error)
        if self.deliveries.change(ended, seen=seen or delivery) and not delivery.is_test:
            self.count("WebhooksGivenUp")
        return "given up"


def _secrets(webhook: Webhook) -> list[str]:
    is_old_good = webhook.old_secret_until and seconds_until(webhook.old_secret_until)
    return [webhook.secret, *([webhook.old_secret] if webhook.old_secret and is_old_good else [])]
