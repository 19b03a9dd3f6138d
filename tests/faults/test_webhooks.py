"""Every event reaches every receiver that wants it, whatever breaks on the way: in fake time."""

from collections.abc import Callable

import pytest

from tests.faults.conftest import IS_COMPLETE
from tests.faults.faults import WAYS, Once, Outage
from tests.faults.network import Call, Fault
from tests.faults.receivers import Backend, ask, backend, happen
from tests.faults.world import World

_HOUR_S, _MINUTE_S = 3600.0, 60.0
_FUNCTIONS = ("FanOutFunction", "DeliverFunction")
_GOOD, _BAD = "https://good.example/", "https://bad.example/"
_QUEUES = ("WebhookEventQueue", "DeliveryQueue", "UndeliverableQueue")


def left(world: World) -> dict[str, int]:
    return {queue: len(world.sqs.contents[queue]) for queue in _QUEUES if world.sqs.contents[queue]}


def states(world: World) -> list[str]:
    return [item["state"]["S"] for item in world.tables.items("DeliveriesTable")]


def play(
    world: World,
    answer: Callable[[str], int | None],
    *faults: Fault,
    count: int = 3,
    lasts_s: float = 26 * _HOUR_S,
) -> tuple[Backend, dict[str, str]]:
    """Two webhooks, some events in the first half minute, and a day; the secrets of the webhooks by URL."""
    world.start_again(hourly=True)
    with backend(world, answer) as found:
        secrets = {url: ask(world, "POST", "/webhooks", {"url": url})["secret"] for url in (_GOOD, _BAD)}
        world.network.faults.extend(faults)
        for number in range(count):
            happen(world, f"event-{number}")
            world.go(10)
        world.go(lasts_s)
        world.network.faults.clear()
    return found, secrets


def check_all_told(world: World, found: Backend, secrets: dict[str, str], *, count: int = 3) -> None:
    expected = {f"event-{number}" for number in range(count)}
    for url, secret in secrets.items():
        assert set(found.events(url, secret)) == expected, url
    assert set(states(world)) == {"delivered"}
    assert len(states(world)) == 2 * count
    assert left(world) == {}


def test_everybody_is_told_once_when_nothing_breaks(world: World) -> None:
    found, secrets = play(world, lambda _: 200, lasts_s=60)
    check_all_told(world, found, secrets)
    assert len(found.tries) == 6


def test_a_receiver_that_is_down_for_an_hour_gets_every_event_once(world: World) -> None:
    """After its id was looked at; and soon after the hour. The other one waits for nothing."""
    began_s = [0.0]

    def answer(url: str) -> int:
        began_s[0] = began_s[0] or world.clock.now()
        return 503 if url == _BAD and world.clock.now() < began_s[0] + _HOUR_S else 200

    found, secrets = play(world, answer, count=40, lasts_s=_HOUR_S + 20 * _MINUTE_S)

    check_all_told(world, found, secrets, count=40)
    assert len(found.events(_BAD, secrets[_BAD])) == 40
    good = [when for when, url in found.tries if url == _GOOD]
    assert len(good) == 40
    assert max(good) - min(good) < 40 * 10 + 5
    down = [when for when, url in found.tries if url == _BAD and when < began_s[0] + _HOUR_S]
    assert len(down) < 60  # of 40 events, each of which alone would have been tried six times


def test_a_receiver_that_hangs_takes_one_turn_at_a_time(world: World) -> None:
    found, secrets = play(world, lambda url: None if url == _BAD else 200, count=30, lasts_s=2 * _HOUR_S)
    assert set(found.events(_GOOD, secrets[_GOOD])) == {f"event-{number}" for number in range(30)}
    hung = [when for when, url in found.tries if url == _BAD]
    assert len(hung) < 40  # of 30 events in two hours
    assert found.events(_BAD, secrets[_BAD]) == []


def test_what_nobody_takes_for_a_day_has_failed_and_can_be_sent_again(world: World) -> None:
    _, secrets = play(world, lambda url: 500 if url == _BAD else 200)
    assert sorted(states(world)) == 3 * ["delivered"] + 3 * ["failed"]
    assert left(world) == {}
    with backend(world, lambda _: 200) as again:
        for item in world.tables.items("DeliveriesTable"):
            path = f"/webhooks/{item['webhookId']['S']}/deliveries/{item['deliveryId']['S']}/redeliver"
            if item["state"]["S"] == "failed":
                assert ask(world, "POST", path)["state"] == "pending"
        world.go(60)
    assert set(again.events(_BAD, secrets[_BAD])) == {"event-0", "event-1", "event-2"}
    assert set(states(world)) == {"delivered"}


def _calls(world: World) -> list[Call]:
    """Of both functions, where a receiver fails at first."""
    play(world, _twice_down(world), lasts_s=_HOUR_S)
    return [call for call in world.network.calls if call.function in _FUNCTIONS]


def _twice_down(world: World) -> Callable[[str], int]:
    """Answers 500 to the first four of what comes to one of the two."""
    failures = [500, 500, 500, 500]

    def answer(url: str) -> int:
        return failures.pop() if url == _BAD and failures else 200

    return answer


def test_no_call_that_breaks_loses_an_event(world: World) -> None:
    calls = _calls(world)
    kinds = {call.kind for call in calls}
    assert len(kinds) >= 6
    chosen = calls if IS_COMPLETE else [call for call in calls if call.number <= 3]
    for call in chosen:
        for way in WAYS:
            found, secrets = play(
                world, _twice_down(world), Once(world.clock, call, way), lasts_s=3 * _HOUR_S
            )
            check_all_told(world, found, secrets)


@pytest.mark.parametrize("lasts_s", [5 * _MINUTE_S, 20 * _MINUTE_S, 6 * _HOUR_S])
def test_an_outage_is_waited_out(world: World, lasts_s: float) -> None:
    for kind in sorted({call.kind for call in _calls(world)}):
        outage = Outage(world.clock, kind, lasts_s)
        found, secrets = play(world, _twice_down(world), outage, lasts_s=lasts_s + 2 * _HOUR_S)
        check_all_told(world, found, secrets)


def test_messages_that_come_twice_do_no_harm(world: World) -> None:
    world.start_again(hourly=True)
    with backend(world, _twice_down(world)) as found:
        secrets = {url: ask(world, "POST", "/webhooks", {"url": url})["secret"] for url in (_GOOD, _BAD)}
        for number in range(3):
            happen(world, f"event-{number}")
        for _ in range(6):
            world.sqs.repeat("WebhookEventQueue")
            world.sqs.repeat("DeliveryQueue")
            world.go(2)
        world.go(2 * _HOUR_S)
    check_all_told(world, found, secrets)
