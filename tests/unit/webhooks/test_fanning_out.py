import pytest

from reelway.webhooks.webhook import DeliveryState
from tests.support.doubles import moto_aws
from tests.unit.webhooks.house import House, an_event, order_of


def test_each_webhook_of_the_owner_that_wants_an_event_gets_a_delivery(house: House) -> None:
    all_types, ready = house.webhook("mia"), house.webhook("mia", events=("video.ready",))
    house.webhook("mia", events=("video.failed",))
    house.webhook("mia", disabled_at="2026-01-01T00:00:00.000000Z")
    house.webhook("noah")
    house.webhook("")

    assert house.fan_out.take(an_event("mia")) == 2

    ordered = {order.webhook_id for order, _ in house.orders.sent}
    assert ordered == {all_types.webhook_id, ready.webhook_id}
    assert {order_of(body).webhook_id for body in moto_aws.messages("DeliveryQueue")} == ordered


def test_an_event_that_comes_again_makes_no_second_delivery(house: House) -> None:
    webhook = house.webhook()
    for _ in range(2):
        house.fan_out.take(an_event())
    found, has_more = house.deliveries.page(webhook.webhook_id, limit=10)
    assert (len(found), has_more) == (1, False)


def test_who_died_between_the_delivery_and_its_order_is_made_up_for(house: House) -> None:
    house.webhook()
    house.orders.fails = 1
    with pytest.raises(ConnectionError):
        house.fan_out.take(an_event())
    house.fan_out.take(an_event())
    [(order, _)] = house.orders.sent
    assert house.found(order).state is DeliveryState.PENDING


def test_a_delivery_that_was_attempted_is_not_ordered_again(house: House) -> None:
    house.webhook()
    house.fan_out.take(an_event())
    [(order, _)] = house.orders.sent
    house.deliverer.deliver(order)
    house.fan_out.take(an_event())
    assert len(house.orders.sent) == 1
    assert len(house.receivers.posts) == 1
