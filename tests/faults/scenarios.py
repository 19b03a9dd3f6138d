"""What is done with the system."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from tests.faults.acts import (
    abort_run,
    connect,
    connect_again,
    delete,
    leave,
    lose_run,
    remove_manifest,
    restore,
    retry,
    stop_run,
    store_late,
    upload_again,
    watch,
)
from tests.faults.clients import Client
from tests.faults.network import Fault
from tests.faults.story import Story
from tests.faults.world import World

_HOUR_S, _DAY_S = 3600.0, 86_400.0
_LATE_S = 40.0  # when the last socket is opened
_STEP_S, _LONG_STEP_S = 60.0, 1800.0


@dataclass(frozen=True)
class Scenario:
    """`upload(client)` gives the id of the video; what follows is done in order, at seconds after it.

    `expected` is the state that the video must have in the end, unless it was deleted.
    """

    name: str
    upload: Callable[[Client], str | None]
    expected: str = "READY"
    afterwards: Sequence[tuple[float, Callable[[Story], None]]] = ()
    loses_events: bool = False
    at_most_s: float = 3 * _HOUR_S
    is_slow: bool = False  # schedules come once an hour

    def play(self, world: World, faults: Callable[[Story], Sequence[Fault]] = lambda _: ()) -> Story:
        """Until everything is settled, and through the day after it."""
        world.start_again(hourly=self.is_slow)
        world.storage.is_silent = self.loses_events
        story = Story(world, Client(world), accepted_s=world.clock.now())
        world.network.faults.extend(faults(story))
        story.video_id = self.upload(story.client)
        story.told = story.video_id is not None
        world.storage.is_silent = False
        if story.video_id:
            self._follow(story, story.video_id)
        self._wait(story)
        world.network.faults.clear()
        world.rest_of_the_day()
        story.pass_the_window()
        return story

    def for_days(self, expected: str = "FAILED") -> "Scenario":
        """For faults that last for long, or longer than anybody is patient."""
        return replace(self, expected=expected, at_most_s=4 * _DAY_S, is_slow=True)

    def deleted_when_ready(self) -> "Scenario":
        """With everything that may still be stored afterwards."""
        return replace(self, afterwards=((90.0, delete), (100.0, store_late)))

    def _follow(self, story: Story, video_id: str) -> None:
        at = story.world.timeline.at
        at(0.0, lambda: connect(story, video_id, "early"))
        at(0.05, lambda: connect(story, video_id, "progress", progress=True))
        at(0.1, lambda: connect(story, video_id, "patient", is_patient=True))
        at(4.0, lambda: connect(story, video_id, "middle"))
        at(4.1, lambda: connect(story, video_id, "patient progress", progress=True, is_patient=True))
        at(_LATE_S, lambda: connect(story, video_id, "late"))
        for seconds, act in self.afterwards:
            at(seconds, partial(act, story))

    def _wait(self, story: Story) -> None:
        """Until everything seems settled, or the scenario's time is over."""
        world, began_s = story.world, story.world.clock.now()
        last_s = max([_LATE_S, *(seconds for seconds, _ in self.afterwards)])
        while world.clock.now() - began_s < self.at_most_s:
            world.go(_LONG_STEP_S if self.is_slow else _STEP_S)
            if world.clock.now() - began_s > last_s + _STEP_S and story.is_settled:
                break


def scenarios(standard: bytes, other: bytes) -> dict[str, Scenario]:
    """By name; the files are those of `clips`."""
    no_video = b"This is a text. " * 99
    listed = (
        Scenario(
            "upload",
            lambda client: client.upload(standard, "key-1"),
            afterwards=((50.0, upload_again(standard, "key-1")), (60.0, watch)),
        ),
        Scenario("form", lambda client: client.upload_by_form(other), afterwards=((6.0, leave),)),
        Scenario("parts", lambda client: client.upload_in_parts(standard)),
        Scenario("grant", lambda client: client.upload_by_grant(standard)),
        Scenario("delete", lambda client: client.upload_by_form(other), afterwards=((5.0, delete),)),
        Scenario("no video", lambda client: client.upload_by_form(no_video), "FAILED"),
        Scenario(
            "lost event", lambda client: client.upload(other), afterwards=((6.0, leave),), loses_events=True
        ),
        Scenario("form without event", lambda client: client.upload_by_form(other), loses_events=True),
        Scenario("lost run", lambda client: client.upload_by_form(other), afterwards=((8.0, lose_run),)),
        Scenario("stopped", lambda client: client.upload_by_form(other), afterwards=((8.0, stop_run),)),
        Scenario(
            "retried",
            lambda client: client.upload_by_form(other),
            afterwards=((8.0, abort_run), (60.0, retry)),
        ),
        Scenario("unlisted", lambda client: client.upload(standard), afterwards=((90.0, remove_manifest),)),
        Scenario(
            "restored",
            lambda client: client.upload(standard),
            afterwards=((60.0, delete), (75.0, restore), (90.0, connect_again)),
        ),
        Scenario(
            "restored early",
            lambda client: client.upload_by_form(other),
            afterwards=((5.0, delete), (6.0, restore), (12.0, connect_again)),
        ),
        Scenario("abandoned", lambda client: client.abandon_parts()),
        Scenario("unused form", lambda client: client.take_form()),
    )
    return {scenario.name: scenario for scenario in listed}
