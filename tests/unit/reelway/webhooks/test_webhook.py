import json
from typing import Any

from reelway.webhooks.webhook import Webhook, delivery_of, is_id

WEBHOOK = Webhook("", "5d0f7e1c-8f3b-4a53-9c1e-2b6d4f7a9e01", "https://a.example", "whsec_", "2026-01-01")


def event(identifier: str, time: str = "2026-11-26T12:00:00.000000Z") -> dict[str, Any]:
    return {"id": identifier, "type": "video.ready", "time": time, "subject": "v", "data": {"title": "Bär"}}


def test_a_delivery_of_the_same_event_has_the_same_id() -> None:
    first, again, other = (delivery_of(WEBHOOK, event(name), "now").delivery_id for name in ("a", "a", "b"))
    assert first == again != other
    assert is_id(first)


def test_ids_are_in_the_order_of_time() -> None:
    times = ["2026-11-26T12:00:00.000000Z", "2026-11-26T12:00:00.001000Z", "2031-01-01T00:00:00.000000Z"]
    for name in "abcdef":
        ids = [delivery_of(WEBHOOK, event(name + time, time), "now").delivery_id for time in times]
        assert ids == sorted(ids)


def test_the_body_is_the_event() -> None:
    delivery = delivery_of(WEBHOOK, event("a"), "now")
    assert json.loads(delivery.body) == event("a")
    assert (delivery.event_id, delivery.type, delivery.video_id) == ("a", "video.ready", "v")


def test_a_webhook_wants_the_types_that_it_names_or_all() -> None:
    some = Webhook("", "i", "u", "s", "t", events=("video.ready",))
    gone = Webhook("", "i", "u", "s", "t", disabled_at="t")
    wanting = [webhook.wants("video.failed") for webhook in (WEBHOOK, some, gone)]
    assert wanting == [True, False, False]
    assert some.wants("video.ready")
