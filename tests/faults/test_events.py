"""Events on the bus: those of a story in their order, whatever the bus refuses of them."""

from typing import Any

import pytest

from tests.faults.cases import Cases
from tests.faults.invariants import violations
from tests.faults.story import Story

TYPES = {
    "upload": ["uploaded", "processing", "ready", "ladder_complete"],
    "form": ["uploaded", "processing", "ready", "ladder_complete"],
    "parts": ["uploaded", "processing", "ready", "ladder_complete"],
    "delete": ["uploaded", "processing", "deleted"],
    "no video": ["uploaded", "failed"],
    "retried": ["uploaded", "processing", "failed", "retried", "processing", "ready", "ladder_complete"],
}


def _play(cases: Cases, name: str, refusals: int = 0) -> tuple[Story, list[str]]:
    """The scenario with a bus that refuses so many entries."""
    scenario = cases.scenarios[name]

    def refuse(story: Story) -> list[Any]:
        story.world.bus.refusals = refusals
        return []

    story = scenario.play(cases.world, refuse)
    return story, violations(story, scenario)


def _types(story: Story) -> list[str]:
    """In the order of their sequences; each event once, however often it came."""
    events = {event["id"]: event for event in story.world.bus.published}
    ordered = sorted(events.values(), key=lambda event: event["sequence"])
    assert [event["time"] for event in ordered] == sorted(event["time"] for event in ordered)
    return [event["type"].removeprefix("video.") for event in ordered]


@pytest.mark.parametrize("name", TYPES)
def test_each_story_is_told_once_from_the_upload_to_the_end(name: str, cases: Cases) -> None:
    story, found = _play(cases, name)
    assert (found, _types(story)) == ([], TYPES[name])
    assert len(story.world.bus.published) == len(TYPES[name])


# Of which the first are tried again by the stream, the others by the queue of what was given up.
@pytest.mark.parametrize("refusals", [1, 2, 5, 9, 40])
@pytest.mark.parametrize("name", ["upload", "no video"])
def test_what_the_bus_refuses_is_published_later(name: str, refusals: int, cases: Cases) -> None:
    story, found = _play(cases, name, refusals)
    assert story.world.bus.refusals == 0
    assert (found, _types(story)) == ([], TYPES[name])


def test_sockets_hear_in_time_of_what_the_bus_does_not_take(cases: Cases) -> None:
    """`violations` has none that is late."""
    story, found = _play(cases, "upload", refusals=40)
    assert (found, story.sockets["early"].states[-1]) == ([], "READY")
