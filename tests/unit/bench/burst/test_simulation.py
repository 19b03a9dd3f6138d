import pytest

from bench.burst.account import Account, Outcome
from bench.burst.retries import Waiting, waiting_of
from bench.burst.simulation import Burst
from bench.burst.videos import Work, work_of

PATIENT = Waiting(interval_s=2, rate=2, max_attempts=10_000, max_delay_s=60)
RETRIER = {
    "ErrorEquals": ["Lambda.TooManyRequestsException"],
    "IntervalSeconds": 2,
    "BackoffRate": 2,
    "MaxAttempts": 6,
    "JitterStrategy": "FULL",
}


def outcome(account: Account, work: Work, videos: int = 1, waiting: Waiting = PATIENT) -> Outcome:
    return Burst(account, waiting, work, inline=6).run(videos)


def test_with_room_for_all_a_video_takes_as_long_as_its_longest_chunk() -> None:
    found = outcome(Account(100), Work(chunks=10, at_once=10, chunk_s=30))
    assert (found.failed, found.retries, found.api_throttled) == (0, 0, 0)
    assert 2 + 2.1 + 30 < found.ended_s < 2 + 2.1 + 36 + 2.2


def test_no_more_chunks_run_at_once_than_the_map_allows() -> None:
    alone = outcome(Account(100), Work(chunks=4, at_once=1, chunk_s=30))
    assert alone.ended_s > 4 * 24


def test_work_is_neither_lost_nor_done_by_more_places_than_there_are() -> None:
    found = outcome(Account(10), Work(chunks=20, at_once=20, chunk_s=30), videos=50)
    assert found.failed == 0
    assert found.ended_s > 20 * 50 * 30 / 10


def test_a_chunk_that_has_no_attempts_left_fails_its_video_alone() -> None:
    impatient = Waiting(interval_s=2, rate=2, max_attempts=1, max_delay_s=60)
    assert outcome(Account(2), Work(3, 3, 100), waiting=impatient).failed == 1
    assert outcome(Account(2), Work(2, 2, 100), waiting=impatient).failed == 0


def test_a_run_that_takes_too_long_has_failed() -> None:
    assert outcome(Account(1, run_timeout_s=100), Work(10, 10, 30)).failed == 1


def test_the_retries_of_all_chunks_fill_the_history_of_an_inline_map() -> None:
    often = Waiting(interval_s=1, rate=1.1, max_attempts=10_000, max_delay_s=2)
    account = Account(1, max_events=500)
    assert outcome(account, Work(6, 6, 60), waiting=often).failed == 1
    assert outcome(account, Work(7, 7, 20), waiting=often).failed == 0


def test_the_api_is_throttled_while_no_place_is_free() -> None:
    full = outcome(Account(2), Work(2, 2, 100))
    assert 0.7 < full.api_throttled < 1
    assert outcome(Account(3, api_reserved=1), Work(2, 2, 100)).api_throttled == 0


def test_pauses_grow_up_to_their_longest() -> None:
    assert PATIENT.growing_s() == [2, 4, 8, 16, 32]
    assert Waiting(2, 2, 3, float("inf")).growing_s() == [2, 4, 8]


def test_the_first_retrier_that_names_the_error_counts() -> None:
    other = RETRIER | {"ErrorEquals": ["States.Timeout"], "MaxAttempts": 1}
    found = waiting_of({"Retry": [other, RETRIER, RETRIER | {"MaxAttempts": 9}]})
    assert found == Waiting(2, 2, 6, float("inf"))
    with pytest.raises(ValueError, match="full jitter"):
        waiting_of({"Retry": [{**RETRIER, "JitterStrategy": "NONE"}]})


def test_chunks_are_those_of_the_plan() -> None:
    many, few = work_of(3600, encode_concurrency=120), work_of(3600, encode_concurrency=8)
    assert many.chunks > 100
    assert few.chunks < 20
    assert many.chunks * many.chunk_s == pytest.approx(few.chunks * few.chunk_s, rel=0.1)
