"""Who is admitted to processing, and who waits."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reelway.admission import FIRST_ASKS_AFTER_S, Caps, Ledger, Run, minutes_of

NOW = "2026-11-26T08:00:00.000000Z"
CAPS = Caps(at_once=100)


def later(seconds: float) -> str:
    return (datetime.fromisoformat(NOW) + timedelta(seconds=seconds)).isoformat()


def run(name: str, minutes: int, since_s: float = 0) -> Run:
    return Run(name, minutes, later(since_s))


def ask(ledger: Ledger, asking: Run, caps: Caps = CAPS, at_s: float = 0) -> tuple[bool, Ledger]:
    after = ledger.after(asking, caps, later(at_s)) or ledger
    return asking.execution in after.runs, after


def ended(ledger: Ledger, name: str) -> Ledger:
    return replace(ledger, runs={other: run for other, run in ledger.runs.items() if other != name})


def test_runs_are_admitted_as_long_as_their_minutes_fit() -> None:
    first, ledger = ask(Ledger(), run("a", 60))
    second, ledger = ask(ledger, run("b", 40))
    third, ledger = ask(ledger, run("c", 1))
    assert [first, second, third] == [True, True, False]
    assert ledger.minutes == 100


def test_a_run_that_asks_again_is_admitted_once() -> None:
    _, ledger = ask(Ledger(), run("a", 60), Caps(100, 100))
    is_admitted, ledger = ask(ledger, run("a", 60), Caps(100, 100), at_s=9)
    assert is_admitted
    assert (ledger.minutes, ledger.begun, ledger.runs["a"].asked_at) == (60, 60, later(9))


def test_a_long_video_is_not_overtaken_by_short_ones() -> None:
    _, ledger = ask(Ledger(), run("a", 60))
    is_admitted, ledger = ask(ledger, run("long", 90, since_s=1))
    assert not is_admitted
    for number in range(5):
        is_admitted, ledger = ask(ledger, run(f"short-{number}", 1, since_s=2 + number), at_s=10)
        assert not is_admitted
    assert ask(ended(ledger, "a"), run("long", 90, since_s=1), at_s=20)[0]


def test_who_was_there_before_the_first_of_the_waiting_takes_its_place() -> None:
    _, ledger = ask(Ledger(), run("a", 100))
    _, ledger = ask(ledger, run("late", 90, since_s=5))
    _, ledger = ask(ledger, run("early", 50, since_s=1))
    assert ledger.first
    assert ledger.first.execution == "early"
    is_late, ledger = ask(ended(ledger, "a"), run("late", 90, since_s=5), at_s=30)
    is_early, ledger = ask(ledger, run("early", 50, since_s=1), at_s=31)
    assert (is_late, is_early) == (False, True)


def test_a_video_longer_than_the_cap_is_admitted_alone() -> None:
    _, ledger = ask(Ledger(), run("a", 1))
    is_admitted, ledger = ask(ledger, run("long", 500))
    assert not is_admitted
    is_admitted, ledger = ask(ended(ledger, "a"), run("long", 500))
    assert is_admitted
    assert not ask(ledger, run("b", 1))[0]


def test_who_does_not_ask_any_more_holds_up_nobody() -> None:
    """It was deleted, or its event was lost."""
    _, ledger = ask(Ledger(), run("a", 90))
    _, ledger = ask(ledger, run("deleted", 90, since_s=1))
    assert not ask(ledger, run("b", 1, since_s=2), at_s=299)[0]
    assert ask(ledger, run("b", 1, since_s=2), at_s=302)[0]


def test_an_hour_by_the_clock_has_its_minutes_and_the_next_hour_its_own() -> None:
    caps = Caps(at_once=0, per_hour=100)
    _, ledger = ask(Ledger(), run("a", 90), caps)
    ledger = ended(ledger, "a")
    is_admitted, ledger = ask(ledger, run("b", 20), caps, at_s=3599)
    assert not is_admitted
    is_admitted, ledger = ask(ledger, run("b", 20), caps, at_s=3601)
    assert (is_admitted, ledger.begun) == (True, 20)


def test_a_video_longer_than_an_hour_allows_uses_up_the_hours_that_follow() -> None:
    """So that no more is begun on average."""
    caps = Caps(per_hour=100)
    is_admitted, ledger = ask(Ledger(), run("long", 350), caps)
    assert is_admitted
    ledger = ended(ledger, "long")
    asked = [ask(ledger, run("b", 50), caps, at_s=3600 * hour)[0] for hour in (0.5, 1, 2, 3, 4)]
    assert asked == [False, False, False, True, True]
    assert not ask(ledger, run("long too", 350), caps, at_s=3600 * 3)[0]
    assert ask(ledger, run("long too", 350), caps, at_s=3600 * 4)[0]


def test_the_first_asks_often_and_others_more_rarely_the_longer_they_wait() -> None:
    _, ledger = ask(Ledger(), run("a", 100))
    _, ledger = ask(ledger, run("b", 50))
    assert ledger.pause_s(run("b", 50), later(9000)) == FIRST_ASKS_AFTER_S
    pauses = [ledger.pause_s(run("c", 50, since_s=1), later(seconds)) for seconds in (1, 601, 1e6)]
    assert pauses == [20, 60, 300]


@pytest.mark.parametrize(
    ("duration_s", "cost", "minutes"),
    [(0.04, 0.1, 1), (60, 2.3, 1), (61, 2.3, 2), (14_400, 2.3, 240), (60, 0.1, 1), (60, 23, 10)],
)
def test_a_minute_of_a_large_video_counts_as_the_more_that_it_costs(
    duration_s: float, cost: float, minutes: int
) -> None:
    assert minutes_of(duration_s, cost) == minutes


@given(st.lists(st.tuples(st.integers(1, 150), st.integers(0, 3)), min_size=1, max_size=30))
def test_nobody_waits_for_ever_and_the_caps_hold(videos: list[tuple[int, int]]) -> None:
    """Runs come, ask again and again, and end one after the other, the oldest first."""
    ledger, at_s, waiting = Ledger(), 0.0, list[Run]()
    left = [run(f"v{number}", minutes, since_s=number) for number, (minutes, _) in enumerate(videos)]
    pauses = iter([pause for _, pause in videos] * 1000)
    for _ in range(3000):
        if left:
            waiting.append(left.pop(0))
        for asking in list(waiting):
            is_admitted, ledger = ask(ledger, asking, at_s=at_s)
            if is_admitted:
                waiting.remove(asking)
            assert ledger.minutes <= CAPS.at_once or len(ledger.runs) == 1
        at_s += 20
        if ledger.runs and next(pauses) == 0:
            ledger = ended(ledger, next(iter(ledger.runs)))
        if not (left or waiting):
            break
        if not any(pause == 0 for _, pause in videos) and ledger.runs:
            ledger = ended(ledger, next(iter(ledger.runs)))
    assert not waiting
