"""More uploads than Lambda has room for, with the deployed retriers and with the six retries of before."""

from dataclasses import replace
from functools import cache

import pytest

from bench.burst.account import Outcome
from bench.burst.deployed import RESERVING, WAITING, burst
from bench.burst.retries import Waiting

HOUR_S = 3600
SIX_RETRIES = Waiting(interval_s=2, rate=2, max_attempts=6, max_delay_s=float("inf"))


@cache
def hours(concurrency: int, videos: int, encode_concurrency: int) -> Outcome:
    return burst(concurrency, videos, HOUR_S, encode_concurrency=encode_concurrency)


@pytest.mark.parametrize(
    ("concurrency", "videos", "encode_concurrency"),
    [
        (10, 1, 120),
        (10, 100, 120),
        (
            10,
            1000,
            8,
        ),  # as docs/deploy.md advises for such an account; bench/results has all with the default
        (50, 1, 120),
        (50, 100, 120),
        (50, 1000, 40),
        (1000, 1, 120),
        (1000, 20, 120),
        (1000, 1000, 120),
    ],
)
def test_no_video_fails_for_want_of_concurrency(
    concurrency: int, videos: int, encode_concurrency: int
) -> None:
    outcome = hours(concurrency, videos, encode_concurrency)
    assert outcome.failed == 0
    assert outcome.longest_history < 25_000


@pytest.mark.parametrize(
    ("concurrency", "videos", "duration_s", "least"),
    [(10, 1, 600, 1), (50, 1, HOUR_S, 1), (1000, 20, HOUR_S, 1), (1000, 1000, HOUR_S, 900)],
)
def test_the_model_shows_the_failures_that_six_retries_led_to(
    concurrency: int, videos: int, duration_s: int, least: int
) -> None:
    assert burst(concurrency, videos, duration_s, waiting=SIX_RETRIES).failed >= least


def test_on_a_new_account_a_long_video_leaves_room_for_the_api() -> None:
    assert burst(10, 1, HOUR_S, encode_concurrency=8).api_throttled == 0


def test_without_reserved_concurrency_encoding_starves_the_api() -> None:
    assert burst(50, 1, HOUR_S).api_throttled > 0.2


def test_with_it_the_api_is_never_throttled_and_no_video_fails() -> None:
    assert set(RESERVING) == {
        "UploadFunction",
        "StreamingFunction",
        "VideosFunction",
        "SocketFunction",
        "ChangesFunction",
        "AuthorizerFunction",
    }
    outcome = burst(1000, 40, HOUR_S, api_reserved=50)
    assert (outcome.failed, outcome.api_throttled) == (0, 0)
    assert outcome.ended_s > burst(1000, 40, HOUR_S).ended_s


def test_a_thousand_videos_of_five_minutes_within_a_minute_neither_fail_nor_starve_the_api() -> None:
    outcome = burst(1000, 1000, 300, api_reserved=50)
    assert (outcome.failed, outcome.api_throttled) == (0, 0)
    assert burst(1000, 1000, 300, waiting=SIX_RETRIES).failed > 100


def test_waiting_for_a_burst_costs_less_than_a_fifth_of_encoding_it() -> None:
    """An hour costs $0.26 to encode (docs/costs.md); a retry is a state transition."""
    assert hours(1000, 1000, 120).retries * 0.025 / 1000 < 1000 * 0.26 / 5


def test_half_a_minute_at_most_between_retries_would_cost_twice_as_much() -> None:
    often = burst(1000, 1000, HOUR_S, waiting=replace(WAITING, rate=2, max_delay_s=30))
    assert often.retries > 2 * hours(1000, 1000, 120).retries
