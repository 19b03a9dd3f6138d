"""Anything in any order: uploads, deletions, sockets, repeated deliveries, crashes, long pauses."""

import secrets
from typing import Any

from hypothesis import HealthCheck, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test

from tests.faults import acts
from tests.faults.clients import Client
from tests.faults.conftest import IS_COMPLETE, PROCESSES
from tests.faults.deployment import deployment
from tests.faults.faults import WAYS, Soon
from tests.faults.invariants import violations
from tests.faults.processes import divided
from tests.faults.report import PROGRESS, Report
from tests.faults.scenarios import Scenario
from tests.faults.story import Story
from tests.faults.world import World

_KIND = "orders of events"
_MAX_VIDEOS = 2
_FUNCTIONS = sorted(deployment().functions)
_SETTINGS = settings(
    derandomize=not IS_COMPLETE,
    max_examples=1000 // PROCESSES if IS_COMPLETE else 6,
    stateful_step_count=12,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)


class Life(RuleBasedStateMachine):
    """Of some videos in one world. What was broken heals in the end, and a day later everything must hold."""

    def __init__(self, world: World, files: list[bytes], report: Report) -> None:
        super().__init__()
        self.world, self.files, self.report = world, files, report
        self.stories: list[Story] = []
        self.by_key: dict[str, str] = {}
        self.sockets = 0
        world.start_again()

    @precondition(lambda self: len(self.stories) < _MAX_VIDEOS)
    @rule(route=st.sampled_from(["upload", "upload_by_form", "upload_in_parts"]), file=st.integers(0, 1))
    def upload(self, route: str, file: int) -> None:
        client = Client(self.world)
        video_id = getattr(client, route)(self.files[file])
        self.stories.append(Story(self.world, client, video_id, told=video_id is not None))

    @precondition(lambda self: self.by_key or len(self.stories) < _MAX_VIDEOS)
    @rule(key=st.sampled_from(["key-1", "key-2"]))
    def upload_with_a_key(self, key: str) -> None:
        if len(self.stories) >= _MAX_VIDEOS and key not in self.by_key:
            return
        client = Client(self.world)
        video_id = client.upload(self.files[0], key)
        known = self.by_key.get(key)
        is_deleted = any(story.video_id == known and "deletedAt" in story.item for story in self.stories)
        if video_id and (known is None or is_deleted):
            self.by_key[key] = video_id
            self.stories.append(Story(self.world, client, video_id, told=True))
        assert video_id in (None, self.by_key.get(key))

    @precondition(lambda self: self.stories)
    @rule(
        act=st.sampled_from(["delete", "restore", "repeat_event", "call_schedules", "lose_run"]),
        which=st.integers(0, 1),
    )
    def act(self, act: str, which: int) -> None:
        getattr(acts, act)(self.stories[which % len(self.stories)])

    @precondition(lambda self: self.stories)
    @rule(which=st.integers(0, 1), progress=st.booleans(), is_patient=st.booleans())
    def watch(self, which: int, progress: bool, is_patient: bool) -> None:
        story = self.stories[which % len(self.stories)]
        self.sockets += 1
        if story.video_id:
            name = f"socket-{self.sockets}"
            story.client.connect(story.video_id, name, progress=progress, is_patient=is_patient)

    @rule(seconds=st.sampled_from([0.3, 1.0, 3.0, 10.0, 60.0, 900.0]))
    def wait(self, seconds: float) -> None:
        self.world.go(seconds)

    @rule(function=st.sampled_from(_FUNCTIONS), after=st.integers(0, 9), way=st.sampled_from(sorted(WAYS)))
    def break_soon(self, function: str, after: int, way: str) -> None:
        self.world.network.faults.append(Soon(self.world.clock, function, after, way))

    @rule()
    def repeat_deliveries(self) -> None:
        self.world.repeat_deliveries()

    def teardown(self) -> None:
        self.report.tried[_KIND] += 1
        if self.report.tried[_KIND] % PROGRESS == 0:
            print(f"\n{self.report.tried[_KIND]} {_KIND} of a process", flush=True)
        self.world.network.faults.clear()
        self.world.go(3 * 3600)
        self.world.rest_of_the_day()
        for story in self.stories:
            story.pass_the_window()
        ids = {story.video_id for story in self.stories if story.video_id}
        for story in self.stories:
            story.others = ids
            assert not violations(story, Scenario("any", lambda _: None))


def test_nothing_is_lost_in_any_order(world: World, files: tuple[bytes, bytes], report: Report) -> None:
    def some(number: int) -> int:
        lives: Any = seed(secrets.randbits(64) if IS_COMPLETE else number)(
            lambda: Life(world, list(files), report)
        )
        run_state_machine_as_test(lives, settings=_SETTINGS)
        return report.tried[_KIND]

    report.tried[_KIND] = sum(divided(PROCESSES, some))
