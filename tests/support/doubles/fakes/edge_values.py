"""The distribution's key value store in memory."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(slots=True)
class FakeEdgeValues:
    """`changes` counts those that were asked for."""

    values: dict[str, str] = field(default_factory=dict)
    changes: int = 0

    def get(self, name: str) -> str | None:
        return self.values.get(name)

    def all(self) -> Mapping[str, str]:
        return dict(self.values)

    def pairs(self) -> Mapping[str, str]:
        """As the edge's functions read them."""
        return dict(self.values)

    def change(self, puts: Mapping[str, str], removed: Sequence[str]) -> None:
        self.changes += 1
        self.values |= puts
        for name in removed:
            self.values.pop(name, None)
