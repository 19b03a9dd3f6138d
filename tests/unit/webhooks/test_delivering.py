"""One attempt after the other: what is sent, what comes of it, and when it is sent again."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from standardwebhooks import Webhook as Verifier

from reelway.timestamps import seconds_until, utc_now
from reelway.webhooks.schedule import DELAYS_S
from reelway.webhooks.webhook import Delivery, DeliveryState, Order, Result
from tests.unit.webhooks.house import House

FAILED, HUNG, GONE = Result(status=500), Result(error="timed_out"), Result(status=410)


def due(house: House, order: Order) -> Order:
    """The last order, as if the time that it waits for had come."""
    seen = house.found(order)
    house.deliveries.change(replace(seen, next_attempt_at=utc_now()), seen=seen)
    return house.orders.sent[-1][0]


def unpaused(house: House, order: Order) -> None:
    webhook = house.webhooks.find(order.owner, order.webhook_id)
    if webhook and webhook.paused_until:
        assert house.webhooks.take_turn(webhook, until=utc_now())


def test_a_message_is_a_cloudevent_that_is_signed(house: House) -> None:
    webhook = house.webhook()
    delivery, order = house.delivery(webhook, title="Bär")

    assert house.deliverer.deliver(order) == "delivered"

    [post] = house.receivers.posts
    verified = Verifier(webhook.secret).verify(post.body.decode(), dict(post.headers))
    assert verified == json.loads(delivery.body)
    assert post.headers["webhook-id"] == verified["id"] == "event-1"
    assert post.headers["Content-Type"] == "application/cloudevents+json"
    assert post.headers["User-Agent"].startswith("Reelway-Webhooks/")
    found = house.found(order)
    assert (found.state, found.attempts, found.last_status) == (DeliveryState.DELIVERED, 1, 200)
    assert house.counts == {"WebhooksDelivered": 1}


def test_a_message_has_both_signatures_while_the_secret_is_changed(house: House) -> None:
    webhook = house.webhook()
    house.webhooks.change_secret(webhook, "whsec_bmV3", old_until=utc_now(timedelta(hours=-1)))
    _, order = house.delivery(webhook)
    house.deliverer.deliver(order)
    [post] = house.receivers.posts
    for secret in (webhook.secret, "whsec_bmV3"):
        Verifier(secret).verify(post.body.decode(), dict(post.headers))


def test_a_former_secret_signs_no_more_after_its_day(house: House) -> None:
    webhook = house.webhook()
    house.webhooks.change_secret(webhook, "whsec_bmV3", old_until=utc_now(timedelta(seconds=1)))
    _, order = house.delivery(webhook)
    house.deliverer.deliver(order)
    assert house.receivers.posts[0].headers["webhook-signature"].count("v1,") == 1


@pytest.mark.parametrize(
    "result", [FAILED, HUNG, Result(status=301), Result(status=404), Result(status=429), Result(status=100)]
)
def test_what_is_no_success_is_tried_again_soon(house: House, result: Result) -> None:
    _, order = house.delivery(house.webhook())
    house.receivers.result = result

    assert house.deliverer.deliver(order) == "failed; it is tried again"

    again, delay_s = house.orders.sent[-1]
    assert (again.attempt, delay_s) == (1, DELAYS_S[0])
    found = house.found(order)
    assert (found.state, found.attempts) == (DeliveryState.PENDING, 1)
    assert (found.last_status, found.last_error) == (result.status, result.error)
    assert found.next_attempt_at
    assert 3 < seconds_until(found.next_attempt_at) <= 5


def test_a_receiver_that_fails_for_a_day_gets_eleven_attempts_and_then_no_more(house: House) -> None:
    webhook = house.webhook()
    _, order = house.delivery(webhook)
    house.receivers.result = FAILED
    waited = []
    while house.found(order).state is DeliveryState.PENDING:
        unpaused(house, order)
        house.deliverer.deliver(order)
        if house.found(order).state is DeliveryState.PENDING:
            waited.append(house.orders.sent[-1][1])
            order = due(house, order)
    assert waited == [*DELAYS_S]
    assert len(house.receivers.posts) == len(DELAYS_S) + 1
    assert {post.headers["webhook-id"] for post in house.receivers.posts} == {"event-1"}
    assert house.found(order).state is DeliveryState.FAILED
    assert house.counts["WebhooksGivenUp"] == 1


def test_an_attempt_whose_time_has_not_come_is_put_off(house: House) -> None:
    _, order = house.delivery(house.webhook())
    house.receivers.result = FAILED
    house.deliverer.deliver(order)
    again, _ = house.orders.sent[-1]
    seen = house.found(order)
    house.deliveries.change(replace(seen, next_attempt_at=utc_now(timedelta(hours=-8))), seen=seen)

    assert house.deliverer.deliver(again) == "not yet"

    put_off, delay_s = house.orders.sent[-1]
    assert put_off == again
    assert 8 * 3600 - 60 < delay_s <= 8 * 3600
    assert len(house.receivers.posts) == 1


def test_a_message_that_comes_twice_is_sent_once_more_at_most(house: House) -> None:
    _, order = house.delivery(house.webhook())
    house.receivers.result = FAILED
    house.deliverer.deliver(order)
    assert house.deliverer.deliver(order) == "nothing to do"
    assert len(house.receivers.posts) == 1


def test_who_died_before_the_next_attempt_was_ordered_is_made_up_for(house: House) -> None:
    _, order = house.delivery(house.webhook())
    house.receivers.result = FAILED
    house.orders.fails = 1
    with pytest.raises(ConnectionError):
        house.deliverer.deliver(order)
    assert house.deliverer.deliver(order) == "failed; it is tried again"
    assert house.orders.sent[-1][0].attempt == 1


def test_who_died_before_the_attempt_was_recorded_is_made_up_for(house: House) -> None:
    """The next attempt is ordered already, and is not taken for one too many."""
    delivery, order = house.delivery(house.webhook())
    ordered = replace(order, attempt=delivery.attempts + 1)
    assert house.deliverer.deliver(ordered) == "delivered"


def test_a_receiver_that_is_gone_disables_its_webhook(house: House) -> None:
    webhook = house.webhook()
    _, order = house.delivery(webhook)
    house.receivers.result = GONE

    assert house.deliverer.deliver(order) == "given up"

    assert house.found(order).state is DeliveryState.FAILED
    assert house.now(webhook).disabled_at
    assert house.fan_out.take({**json.loads(house.found(order).body), "id": "event-2"}) == 0


def test_what_waits_for_a_disabled_or_deleted_webhook_is_given_up(house: House) -> None:
    webhook = house.webhook()
    ordered = [house.delivery(webhook, event_id=name)[1] for name in ("a", "b")]
    house.webhooks.disable(webhook, utc_now())
    house.deliverer.deliver(ordered[0])
    house.webhooks.delete(webhook)
    house.deliverer.deliver(ordered[1])
    found = [house.found(order) for order in ordered]
    assert [each.last_error for each in found] == ["webhook_disabled", "webhook_deleted"]
    assert {each.state for each in found} == {DeliveryState.FAILED}
    assert house.receivers.posts == []


def test_an_order_of_what_is_not_there_any_more_is_ignored(house: House) -> None:
    assert house.deliverer.deliver(Order("", "no", "no")) == "nothing to do"


def failing(house: House, count: int) -> list[Order]:
    """So many deliveries of one webhook, of which each fails once."""
    webhook = house.webhook()
    orders = [house.delivery(webhook, event_id=f"event-{n}")[1] for n in range(count)]
    house.receivers.result = HUNG
    for order in orders:
        house.deliverer.deliver(order)
    return orders


def test_a_receiver_that_hangs_is_asked_by_one_at_a_time(house: House) -> None:
    """After three failures in a row nothing is sent for a while, and then one message."""
    failing(house, 10)
    assert len(house.receivers.posts) == 3
    waiting = house.orders.sent[-7:]
    assert all(order.attempt == 0 and delay_s > 10 for order, delay_s in waiting)


def test_at_the_end_of_a_pause_one_may_try(house: House) -> None:
    orders = failing(house, 5)
    unpaused(house, orders[3])
    assert house.deliverer.deliver(orders[3]) == "failed; it is tried again"
    assert house.deliverer.deliver(orders[4]) == "not yet"
    webhook = house.webhooks.find(orders[3].owner, orders[3].webhook_id)
    assert webhook
    assert webhook.failures == 4


def test_two_who_ask_at_the_same_time_get_one_turn(house: House) -> None:
    orders = failing(house, 4)
    unpaused(house, orders[3])
    webhook = house.webhooks.find(orders[3].owner, orders[3].webhook_id)
    assert webhook
    turns = [house.webhooks.take_turn(webhook, until=utc_now(timedelta(minutes=-1))) for _ in range(2)]
    assert turns == [True, False]


def test_after_a_success_everything_goes_on(house: House) -> None:
    orders = failing(house, 6)
    unpaused(house, orders[3])
    house.receivers.result = Result(status=204)
    assert [house.deliverer.deliver(order) for order in orders[3:]] == 3 * ["delivered"]


def test_one_webhook_that_hangs_holds_up_no_other(house: House) -> None:
    failing(house, 5)
    house.receivers.result = Result(status=200)
    other = house.webhook("noah")
    _, order = house.delivery(other, owner="noah")
    assert house.deliverer.deliver(order) == "delivered"


def test_what_has_waited_for_a_day_behind_a_pause_is_given_up(house: House) -> None:
    orders = failing(house, 4)
    seen = house.found(orders[3])
    old: Delivery = replace(seen, begun_at=utc_now(timedelta(hours=25)))
    house.deliveries.change(old, seen=seen)
    assert house.deliverer.deliver(orders[3]) == "given up"
    assert house.found(orders[3]).last_error == "paused_too_long"


def test_who_asks_for_it_does_not_wait_for_a_pause(house: House) -> None:
    orders = failing(house, 4)
    house.receivers.result = Result(status=200)
    assert house.deliverer.deliver(replace(orders[3], at_once=True)) == "delivered"
