"""How a state of the deployed definition waits when Lambda has no room for its function."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

THROTTLED = "Lambda.TooManyRequestsException"


@dataclass(frozen=True, slots=True)
class Waiting:
    """A retrier of Amazon States Language with full jitter: a pause is anything up to its limit.

    The limit of the first pause is `interval_s`, that of each further one `rate` times as long, up to
    `max_delay_s`.
    """

    interval_s: float
    rate: float
    max_attempts: int
    max_delay_s: float

    def growing_s(self) -> Sequence[float]:
        """The limits of the pauses, by the number of the retry, as long as they still grow."""
        limits: list[float] = []
        while (
            len(limits) < self.max_attempts and self.interval_s * self.rate ** len(limits) < self.max_delay_s
        ):
            limits.append(self.interval_s * self.rate ** len(limits))
        return limits


def waiting_of(task: dict[str, Any]) -> Waiting:
    """By the first retrier that names the error, as Step Functions chooses; ValueError for no jitter."""
    retrier = next(retrier for retrier in task["Retry"] if THROTTLED in retrier["ErrorEquals"])
    if retrier.get("JitterStrategy") != "FULL":
        raise ValueError(f"{retrier} has no full jitter, which the model assumes")
    return Waiting(
        interval_s=retrier["IntervalSeconds"],
        rate=retrier["BackoffRate"],
        max_attempts=retrier["MaxAttempts"],
        max_delay_s=retrier.get("MaxDelaySeconds", float("inf")),
    )
