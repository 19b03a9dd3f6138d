"""How much longer a run may go on: Lambda ends a function at its timeout, wherever it is."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, Self

_RESERVE_S = 20  # for what has been begun, and for what is written at the end


class Context(Protocol):
    """Lambda's."""

    def get_remaining_time_in_millis(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Deadline:
    """`remaining_s` gives the time until the timeout."""

    remaining_s: Callable[[], float]
    reserve_s: float = _RESERVE_S

    @classmethod
    def of(cls, context: Context) -> Self:
        return cls(lambda: context.get_remaining_time_in_millis() / 1000)

    def is_near(self) -> bool:
        """Nothing more should be begun."""
        return self.remaining_s() < self.reserve_s

    def earlier(self, part: float) -> "Deadline":
        """The deadline for who may have only a part, 0 to 1, of the time that is left."""
        left_s = max(0.0, self.remaining_s() - self.reserve_s)
        return Deadline(self.remaining_s, self.reserve_s + (1 - part) * left_s)
