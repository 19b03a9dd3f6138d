"""Receivers of webhooks in fake time: what they answer when, and what they were sent."""

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from standardwebhooks import Webhook as Verifier

from tests.faults.network import Request
from tests.faults.world import World
from tests.support import samples

_HANGS_S = 10.0


@dataclass
class Backend:
    """`answer(url)` is a status, or None for one that hangs. `posts` are those that were taken, by URL."""

    world: World
    answer: Callable[[str], int | None]
    posts: dict[str, list[tuple[Mapping[str, str], str]]] = field(default_factory=dict)
    tries: list[tuple[float, str]] = field(default_factory=list)

    @property
    def result(self) -> Any:
        """The class, of the modules that the world has loaded."""
        return sys.modules["reelway.webhooks.webhook"].Result

    def check(self, url: str) -> None:
        pass

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Any:
        self.tries.append((self.world.clock.now(), url))
        status = self.answer(url)
        if status is None:
            self.world.clock.sleep(_HANGS_S)
            return self.result(error="timed_out")
        if status < 300:
            self.posts.setdefault(url, []).append((headers, body.decode()))
        return self.result(status=status)

    def events(self, url: str, secret: str) -> list[str]:
        """The ids of all that came, each of which is verified."""
        taken = self.posts.get(url, [])
        # The library looks at the real time, which a message of another year is far from.
        verifier = Verifier(secret)
        verifier._Webhook__verify_timestamp = _read  # type: ignore[attr-defined]
        return [verifier.verify(body, dict(headers))["id"] for headers, body in taken]


def _read(timestamp: str) -> datetime:
    return datetime.fromtimestamp(float(timestamp), UTC)


@contextmanager
def backend(world: World, answer: Callable[[str], int | None]) -> Iterator[Backend]:
    """In the place of all receivers."""
    found = Backend(world, answer)
    sending: Any = world.lambdas.module("DeliverFunction")
    making: Any = world.lambdas.module("WebhooksFunction")
    kept = sending.deliverer, making.registry
    sending.deliverer = replace(sending.deliverer, receivers=found)
    making.registry = replace(making.registry, receivers=found)
    try:
        yield found
    finally:
        sending.deliverer, making.registry = kept


def ask(world: World, method: str, path: str, body: Any = None) -> Any:
    """A request to the API of webhooks, and its answer."""
    event = samples.event("rest-webhook") | {
        "httpMethod": method,
        "path": path,
        "body": json.dumps(body or {}),
    }
    outcome = world.lambdas.invoke("WebhooksFunction", event)
    if outcome.error:
        return {}
    return json.loads(outcome.result["body"] or "{}")


def happen(world: World, event_id: str, event_type: str = "video.ready") -> None:
    """EventBridge puts an event of the bus into the queue of its rule."""
    detail = {
        "specversion": "1.0",
        "id": event_id,
        "source": "urn:reelway:reelway",
        "type": event_type,
        "time": world.clock.text(),
        "subject": samples.VIDEO_ID,
        "data": {"owner": ""},
    }
    body = {"source": "reelway", "detail-type": event_type, "detail": detail}
    world.sqs.send("WebhookEventQueue", json.dumps(body))


def requests_of_webhooks(world: World) -> Iterator[Request]:
    """Of all that the API of webhooks does, and of deliveries that fail, are taken, or find nobody."""
    world.start_again()
    answers = [410, 200, 500]
    with backend(world, lambda _: answers.pop() if answers else 200):
        path = f"/webhooks/{ask(world, 'POST', '/webhooks', {'url': 'https://a.example/'})['webhookId']}"
        happen(world, "event-1")
        world.go(60)
        for method, below in (("POST", "/secret"), ("POST", "/test"), ("GET", "")):
            ask(world, method, f"{path}{below}")
        world.go(60)
        [newest, *_] = ask(world, "GET", f"{path}/deliveries")["deliveries"]
        ask(world, "POST", f"{path}/deliveries/{newest['deliveryId']}/redeliver")
        world.go(60)
        ask(world, "DELETE", path)
        yield from world.network.requests
