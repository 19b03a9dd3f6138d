"""Retry and Catch of a state, by the names of errors.

https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
"""

import random
from collections import Counter
from typing import Any

Rule = dict[str, Any]
# What States.ALL does not stand for.
_FATAL = ("States.Runtime", "States.DataLimitExceeded")


class StateFailed(Exception):
    """By the name of an error, with a cause."""

    def __init__(self, error: str, cause: str | None = None) -> None:
        super().__init__(error)
        self.error = error
        self.cause = cause


def is_meant(rule: Rule, error: str) -> bool:
    names = rule["ErrorEquals"]
    if error in names or ("States.ALL" in names and error not in _FATAL):
        return True
    return "States.TaskFailed" in names and error != "States.Timeout"


class Tries:
    """Of one state, counted for each rule of its Retry."""

    def __init__(self, rules: list[Rule], jitter: random.Random) -> None:
        self._rules = rules
        self._jitter = jitter
        self._counts: Counter[int] = Counter()

    def delay_s(self, error: str) -> float | None:
        """Seconds until the next try, which is counted; None if there is none."""
        for number, rule in enumerate(self._rules):
            if is_meant(rule, error):
                if self._counts[number] >= rule.get("MaxAttempts", 3):
                    return None
                self._counts[number] += 1
                return self._pause_s(rule, self._counts[number])
        return None

    def _pause_s(self, rule: Rule, count: int) -> float:
        pause_s = rule.get("IntervalSeconds", 1) * float(rule.get("BackoffRate", 2)) ** (count - 1)
        pause_s = min(pause_s, float(rule.get("MaxDelaySeconds", pause_s)))
        return self._jitter.uniform(0, pause_s) if rule.get("JitterStrategy") == "FULL" else pause_s
