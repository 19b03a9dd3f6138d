"""What a burst meets, and what came of it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Account:
    """`concurrency` of Lambda, of which `api_reserved` in all are kept for the API, and what limits a run.

    `plans_at_once` is how many uploads the queue has planned at a time; a run may take `run_timeout_s`, and
    its history may have `max_events`.
    """

    concurrency: int
    api_reserved: int = 0
    plans_at_once: int = 5
    run_timeout_s: float = float("inf")
    max_events: int = 25_000


@dataclass(frozen=True, slots=True)
class Outcome:
    """`api_throttled` is the share of the time until `ended_s` in which the API could not be called."""

    videos: int
    failed: int
    ended_s: float
    retries: int
    api_throttled: float
    longest_history: int
