"""Trying again after short pauses, within one call of a function."""

from collections.abc import Callable, Iterator, Sequence

# For what is over in a moment; 1.55 s in all, which a client hardly notices (judgement).
SHORT_PAUSES_S = (0.05, 0.1, 0.2, 0.4, 0.8)


def attempts(pauses_s: Sequence[float], sleep: Callable[[float], None]) -> Iterator[None]:
    """One turn at once, and one after each pause. The caller leaves the loop when a turn succeeds."""
    yield
    for pause_s in pauses_s:
        sleep(pause_s)
        yield
