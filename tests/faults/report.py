"""What a run of this folder has tried, and what broke."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from tests.faults.cases import Case, Cases


@dataclass
class Report:
    tried: Counter[str] = field(default_factory=Counter)
    broken: dict[str, list[str]] = field(default_factory=dict)

    def play(self, kind: str, cases: Cases, chosen: Iterable[Case]) -> list[str]:
        """Play the cases; the violations, each with its case."""
        found = list[str]()
        for case in chosen:
            self.tried[kind] += 1
            for violation in cases.play(case)[1]:
                self.broken.setdefault(violation, []).append(str(case))
                found.append(f"{case}: {violation}")
        return found

    def lines(self) -> list[str]:
        tried = ", ".join(f"{count} {kind}" for kind, count in self.tried.items())
        listed = [f"{len(cases)} times {violation}" for violation, cases in sorted(self.broken.items())]
        return [f"tried: {tried}", *listed]
