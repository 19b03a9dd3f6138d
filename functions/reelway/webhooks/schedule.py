"""When a delivery that failed is tried again: soon, then less and less often, for a day."""

from datetime import timedelta

DAY = timedelta(hours=24)
_MINUTE_S, _HOUR_S = 60, 3600
# From one attempt to the next: 23.4 hours in all.
DELAYS_S = (
    *(5, 30, 2 * _MINUTE_S, 5 * _MINUTE_S, 15 * _MINUTE_S),
    *(1 * _HOUR_S, 2 * _HOUR_S, 4 * _HOUR_S, 8 * _HOUR_S, 8 * _HOUR_S),
)
# A tenth at most, so that what failed together does not come back together.
_SPREAD = 0.1


def delay_s(tries: int, chance: float) -> float | None:
    """Seconds until the next attempt after so many, at least one; None after the last. `chance` is 0 to 1."""
    if tries > len(DELAYS_S):
        return None
    return DELAYS_S[tries - 1] * (1 - _SPREAD * chance)


# Failures in a row after which a receiver is taken for broken.
FAILURES_BEFORE_PAUSE = 3
# How long one attempt may take, with all that belongs to it: another may begin then.
TURN_S = 60
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 5, 300


def pause_s(failures: int) -> int:
    """For how long nothing is sent to a receiver that has failed so often in a row."""
    return min(_LONGEST_PAUSE_S, _FIRST_PAUSE_S << min(failures, 10))
