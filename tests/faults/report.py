"""What a run of this folder has tried, and what broke."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from tests.faults.cases import Case, Cases
from tests.faults.processes import divided

PROGRESS = 50  # cases of a process between two lines

Played = tuple[Case, list[str]]


@dataclass
class Report:
    """`processes` is how many play cases side by side."""

    processes: int = 1
    tried: Counter[str] = field(default_factory=Counter)
    broken: dict[str, list[str]] = field(default_factory=dict)

    def play(self, kind: str, cases: Cases, chosen: Iterable[Case]) -> list[str]:
        """Play the cases; the violations, each with its case."""
        listed, found = list(chosen), list[str]()
        for played in divided(self.processes, lambda number: self._share(kind, cases, listed, number)):
            self.tried[kind] += len(played)
            for case, violations in played:
                for violation in violations:
                    self.broken.setdefault(violation, []).append(str(case))
                    found.append(f"{case}: {violation}")
        return found

    def _share(self, kind: str, cases: Cases, listed: Sequence[Case], number: int) -> list[Played]:
        played, own = list[Played](), listed[number :: self.processes]
        for case in own:
            violations = cases.play(case)[1]
            played.append((case, violations))
            if violations:
                print(f"\n{case}: {violations}", flush=True)
            if len(played) % PROGRESS == 0:
                print(f"\nprocess {number}: {len(played)} of {len(own)} {kind}", flush=True)
        return played

    def lines(self) -> list[str]:
        tried = ", ".join(f"{count} {kind}" for kind, count in self.tried.items())
        listed = [f"{len(cases)} times {violation}" for violation, cases in sorted(self.broken.items())]
        return [f"tried: {tried}", *listed]
