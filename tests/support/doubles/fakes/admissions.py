"""The ledger of admissions in memory."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from reelway.admission import Admitted, Caps, Ledger, Run


@dataclass(slots=True)
class FakeAdmissions:
    """Without caps every run is admitted, and noted nevertheless. `now` gives ISO 8601 times."""

    caps: Caps = field(default_factory=Caps)
    now: Callable[[], str] = lambda: "2027-01-01T00:00:00.000000Z"
    ledger: Ledger = field(default_factory=Ledger)

    def pause_s(self, run: Run) -> int | None:
        after = self.ledger.after(run, self.caps, self.now())
        self.ledger = after or self.ledger
        return None if run.execution in self.ledger.runs else self.ledger.pause_s(run, self.now())

    def release(self, execution: str) -> None:
        runs = {name: run for name, run in self.ledger.runs.items() if name != execution}
        self.ledger = replace(self.ledger, runs=runs)

    def admitted(self) -> Mapping[str, Admitted]:
        return self.ledger.runs

    def release_lost(self, execution: str, seen: Admitted) -> bool:
        is_same = self.ledger.runs.get(execution) == seen
        if is_same:
            self.release(execution)
        return is_same
