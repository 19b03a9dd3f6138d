"""A webhook, an event on its way to it, and what is known of that way. Times are ISO 8601 in UTC."""

import hashlib
import json
import uuid
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

TEST_TYPE = "webhook.test"


@dataclass(frozen=True, slots=True)
class Webhook:
    """A receiver of one owner's events.

    `events` are the types that it gets; all of them if it names none. Messages are signed with `secret`, and
    until `old_secret_until` with `old_secret` as well. `disabled_at` is when the receiver said that it is
    gone. `failures` counts attempts that failed since the last one that did not; until `paused_until` nothing
    is sent.
    """

    owner: str
    webhook_id: str
    url: str
    secret: str
    created_at: str
    events: tuple[str, ...] = ()
    description: str = ""
    old_secret: str | None = None
    old_secret_until: str | None = None
    disabled_at: str | None = None
    failures: int = 0
    paused_until: str | None = None

    def wants(self, event_type: str) -> bool:
        return self.disabled_at is None and (not self.events or event_type in self.events)


class DeliveryState(StrEnum):
    """`failed` is final, unless somebody asks for another delivery."""

    PENDING = "pending"
    DELIVERED = "delivered"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One event for one webhook; `body` is the CloudEvent as it is sent.

    `attempts` counts all of them, of which those before `first_attempt` belong to earlier rounds: a round
    begins, at `begun_at`, with the event or with somebody who asks for another delivery. `last_error` is a
    word where there was no answer, `last_status` the status of an answer.
    """

    webhook_id: str
    delivery_id: str
    owner: str
    event_id: str
    type: str
    video_id: str
    body: str
    created_at: str
    begun_at: str
    state: DeliveryState = DeliveryState.PENDING
    attempts: int = 0
    first_attempt: int = 0
    last_attempt_at: str | None = None
    last_status: int | None = None
    last_error: str | None = None
    next_attempt_at: str | None = None

    @property
    def is_test(self) -> bool:
        return self.type == TEST_TYPE

    @property
    def tries(self) -> int:
        """Attempts of this round."""
        return self.attempts - self.first_attempt


@dataclass(frozen=True, slots=True)
class Order:
    """A delivery is to be attempted: its attempt number `attempt`, counted from 0.

    `at_once` is for somebody who asked, and waits for no pause.
    """

    owner: str
    webhook_id: str
    delivery_id: str
    attempt: int = 0
    at_once: bool = False


@dataclass(frozen=True, slots=True)
class Result:
    """What came of an attempt: the status of the answer, or a word for why there is none."""

    status: int | None = None
    error: str | None = None

    @property
    def is_success(self) -> bool:
        return self.status is not None and 200 <= self.status < 300

    @property
    def is_gone(self) -> bool:
        return self.status == 410


def new_webhook_id() -> str:
    return str(uuid.uuid4())


def is_id(text: str) -> bool:
    """Of a webhook or of a delivery."""
    try:
        return str(uuid.UUID(text)) == text
    except ValueError:
        return False


def delivery_of(webhook: Webhook, event: dict[str, Any], now: str) -> Delivery:
    """Of a CloudEvent to a webhook."""
    return Delivery(
        webhook_id=webhook.webhook_id,
        delivery_id=_delivery_id(event),
        owner=webhook.owner,
        event_id=event["id"],
        type=event["type"],
        video_id=event.get("subject", ""),
        body=json.dumps(event, separators=(",", ":"), ensure_ascii=False),
        created_at=now,
        begun_at=now,
        next_attempt_at=now,
    )


def _delivery_id(event: dict[str, Any]) -> str:
    """The same for the same event, however often that comes; sorted as text, ids are in the order of time."""
    milliseconds = int(datetime.fromisoformat(event["time"]).timestamp() * 1000)
    drawn = hashlib.sha256(event["id"].encode()).hexdigest()
    return str(uuid.UUID(hex=f"{milliseconds:012x}{drawn:.20}"))
