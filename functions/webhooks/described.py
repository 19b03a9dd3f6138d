"""A webhook and a delivery as the API describes them; names whose value is not known are left out."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from reelway.events import EventType
from reelway.webhooks.webhook import Delivery, DeliveryState, Webhook


def webhook(of: Webhook, *, secret: str | None = None) -> dict[str, Any]:
    """`secret` is shown where it was just made, and never again."""
    return _known(
        {
            "webhookId": of.webhook_id,
            "url": of.url,
            "events": list(of.events or EventType),
            "description": of.description,
            "state": "disabled" if of.disabled_at else "enabled",
            "createdAt": of.created_at,
            "disabledAt": of.disabled_at,
            "failuresInARow": of.failures,
            "pausedUntil": of.paused_until,
            "secret": secret,
            "oldSecretUntil": of.old_secret_until,
        }
    )


def delivery(of: Delivery) -> dict[str, Any]:
    return _known(
        {
            "deliveryId": of.delivery_id,
            "eventId": of.event_id,
            "type": of.type,
            "videoId": of.video_id or None,
            "state": of.state,
            "attempts": of.attempts,
            "createdAt": of.created_at,
            "lastAttemptAt": of.last_attempt_at,
            "lastStatus": of.last_status,
            "lastError": of.last_error,
            "nextAttemptAt": of.next_attempt_at if of.state is DeliveryState.PENDING else None,
        }
    )


def page(
    deliveries: Sequence[Delivery], has_more: bool, limit: int
) -> tuple[dict[str, Any], Mapping[str, str]]:
    """The document, and the headers with the `Link` to the next page."""
    document = {"deliveries": [*map(delivery, deliveries)]}
    if not has_more:
        return document, {}
    query = urlencode({"limit": limit, "cursor": deliveries[-1].delivery_id})
    return document, {"Link": f'<?{query}>; rel="next"'}


def _known(document: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in document.items() if value is not None}
