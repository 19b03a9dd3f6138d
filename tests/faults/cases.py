"""Which calls are broken, how, and in which scenario: found by running each scenario once without a fault."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from tests.faults.acts import call_schedules, delete, remove_file, repeat_event, replace_file
from tests.faults.faults import OUTAGES, WAYS, Meanwhile, Once, Outage
from tests.faults.invariants import violations
from tests.faults.network import Call, Fault, Request
from tests.faults.scenarios import Scenario
from tests.faults.story import Story
from tests.faults.world import World

MAX_NUMBER = 2  # of the calls of one kind in one scenario, those that are broken


@dataclass(frozen=True, slots=True)
class Case:
    """`broken` are (call, way); the way is one of faults.WAYS, of OUTAGES or of ACTORS."""

    scenario: str
    broken: tuple[tuple[Call, str], ...]

    def __str__(self) -> str:
        return f"{self.scenario}: {', '.join(f'{call} {way}' for call, way in self.broken)}"


ACTORS: dict[str, Callable[[Story], None]] = {
    "video deleted": delete,
    "event again": repeat_event,
    "file replaced": replace_file,
    "file removed": remove_file,
    "schedules": call_schedules,
}
_OUTAGES = {name: (seconds, is_denied) for name, seconds, is_denied in OUTAGES}


@dataclass
class Cases:
    """`of_scenario` are the calls of each scenario without a fault, `requests` all with their parameters."""

    world: World
    scenarios: dict[str, Scenario]
    of_scenario: dict[str, list[Call]] = field(default_factory=dict)
    requests: list[Request] = field(default_factory=list)

    def find(self) -> None:
        for name, scenario in self.scenarios.items():
            story = scenario.play(self.world)
            found = violations(story, scenario)
            assert not found, f"{name} without a fault: {found}"
            self.of_scenario[name] = list(dict.fromkeys(self.world.network.calls))
            self.requests += self.world.network.requests

    def kinds(self) -> Iterator[tuple[str, Call]]:
        """Each kind of call once, with the scenario that has it first."""
        known = set[tuple[str, str, str]]()
        for scenario, calls in self.of_scenario.items():
            for call in calls:
                if call.kind not in known:
                    known.add(call.kind)
                    yield scenario, call

    def some(self, way: str, ways: Sequence[str], share: int) -> Iterator[Case]:
        """One in `share` kinds of calls, other ones for each of the ways: together they break every kind."""
        shift = list(ways).index(way)
        for number, (scenario, call) in enumerate(self.kinds()):
            if (number + shift) % share == 0:
                yield Case(scenario, ((call, way),))

    def singles(self, ways: Iterable[str]) -> Iterator[Case]:
        for scenario, calls in self.of_scenario.items():
            for call in calls:
                if call.number <= MAX_NUMBER:
                    yield from (Case(scenario, ((call, way),)) for way in ways)

    def outages(self, name: str) -> Iterator[Case]:
        for scenario, calls in self.of_scenario.items():
            for call in {call.kind: call for call in reversed(calls)}.values():
                yield Case(scenario, ((call, name),))

    def pairs(self, ways: Sequence[str]) -> Iterator[Case]:
        """Two calls of different kinds in one scenario, each broken in each way."""
        for scenario, calls in self.of_scenario.items():
            first = list({call.kind: call for call in reversed(calls)}.values())
            for one, other in combinations(first, 2):
                for way in ways:
                    for other_way in ways:
                        yield Case(scenario, ((one, way), (other, other_way)))

    def play(self, case: Case) -> tuple[Story, list[str]]:
        scenario = self.scenarios[case.scenario]
        story = scenario.play(self.world, lambda story: [self._fault(*each, story) for each in case.broken])
        return story, violations(story, scenario)

    def _fault(self, call: Call, way: str, story: Story) -> Fault:
        clock = self.world.clock
        if way in WAYS:
            return Once(clock, call, way)
        if way in ACTORS:
            return Meanwhile(call, lambda: ACTORS[way](story))
        seconds, is_denied = _OUTAGES[way]
        return Outage(clock, call.kind, seconds, is_denied)
