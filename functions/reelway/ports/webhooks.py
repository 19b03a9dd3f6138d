"""Webhooks, their deliveries, and the way to their receivers."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from reelway.webhooks.webhook import Delivery, Order, Result, Webhook


class Webhooks(Protocol):
    """Methods raise StorageFailed."""

    def create(self, webhook: Webhook) -> None: ...

    def of_owner(self, owner: str) -> list[Webhook]:
        """Oldest first. Strongly consistent."""
        ...

    def find(self, owner: str, webhook_id: str) -> Webhook | None: ...

    def delete(self, webhook: Webhook) -> None: ...

    def change_secret(self, webhook: Webhook, secret: str, *, old_until: str) -> bool:
        """Sign with another secret, and with the present one until then. False if it has changed since."""
        ...

    def disable(self, webhook: Webhook, now: str) -> None: ...

    def take_turn(self, webhook: Webhook, *, until: str) -> bool:
        """Whether nobody else has changed the pause: this caller may try now, others after `until`."""
        ...

    def note_failure(self, webhook: Webhook, *, paused_until: str) -> None: ...

    def note_success(self, webhook: Webhook) -> None:
        """It is neither paused nor disabled any more."""
        ...


class Deliveries(Protocol):
    """Methods raise StorageFailed."""

    def create(self, delivery: Delivery) -> Delivery:
        """The stored one, if there is one of this id already."""
        ...

    def find(self, webhook_id: str, delivery_id: str) -> Delivery | None: ...

    def page(
        self, webhook_id: str, *, limit: int, before: str | None = None
    ) -> tuple[Sequence[Delivery], bool]:
        """Newest first, those older than the one of this id, and whether there are more."""
        ...

    def change(self, delivery: Delivery, *, seen: Delivery) -> bool:
        """Store it in the place of the one that was seen. False if that has changed since."""
        ...


class DeliveryOrders(Protocol):
    def send(self, order: Order, *, delay_s: float = 0) -> None:
        """Raises botocore's exceptions when SQS has not taken the message."""
        ...


class Receivers(Protocol):
    def check(self, url: str) -> None:
        """Raises ValueError, with a sentence, for a URL that webhooks may not be sent to."""
        ...

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Result: ...
