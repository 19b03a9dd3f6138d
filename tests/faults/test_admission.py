"""Videos that wait to be admitted: one minute is processed at a time, and every clip counts as one."""

from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from itertools import pairwise

import pytest

from tests.faults.acts import delete, lose_run, stop_run
from tests.faults.cases import Cases
from tests.faults.clients import Client
from tests.faults.conftest import IS_COMPLETE
from tests.faults.faults import WAYS, Once
from tests.faults.invariants import violations
from tests.faults.network import Call, Fault
from tests.faults.scenarios import Scenario
from tests.faults.story import Story
from tests.faults.world import World

_SOON_S = 120.0
# Each call about the ledger, by its place in the scenario of three uploads.
_CALLS = (
    *(Call("PlanFunction", "dynamodb", "UpdateItem", number) for number in (1, 2, 3)),
    Call("PlanFunction", "sqs", "SendMessage", 1),
    Call("PublishFunction", "dynamodb", "UpdateItem", 2),
)


def _with_others(scenario: Scenario, file: bytes, found: list[Story]) -> Scenario:
    """Two more are uploaded while the first one is processed."""

    def upload(story: Story) -> None:
        client = Client(story.world)
        video_id = client.upload_by_form(file)
        other = Story(story.world, client, video_id, told=video_id is not None)
        found.append(other)
        story.others.add(str(video_id))

    return replace(scenario, afterwards=((3.0, upload), (5.0, upload)))


def _begun(world: World) -> list[str]:
    """The videos in the order in which their executions began."""
    return [name.split("_")[0] for name in world.workflows.executions]


def test_videos_are_processed_one_after_the_other_the_oldest_first(
    cases: Cases, files: tuple[bytes, bytes]
) -> None:
    others: list[Story] = []
    scenario = _with_others(cases.scenarios["form"], files[1], others)
    story = scenario.play(cases.world)
    assert not violations(story, scenario)
    assert [each.state for each in others] == ["READY", "READY"]
    assert _begun(cases.world) == [str(each.video_id) for each in (story, *others)]
    # A run that ends is released by itself, long before maintenance would find it.
    ended = [each.ended_s or 0.0 for each in (story, *others)]
    assert all(later - earlier < _SOON_S for earlier, later in pairwise(ended))
    # Waiting is told as UPLOADED, and every event was handled at once: none came back from the queue.
    waited = [record for record in cases.world.network.requests if record.call.operation == "SendMessage"]
    assert [each.call.function for each in waited].count("PlanFunction") >= 2
    assert not [each for each in cases.world.network.requests if each.call.operation.startswith("Change")]


@pytest.mark.parametrize("way", WAYS)
def test_a_call_that_breaks_admits_nobody_too_many_and_keeps_nobody_out(
    way: str, cases: Cases, files: tuple[bytes, bytes]
) -> None:
    for call in _chosen(way):
        others: list[Story] = []
        scenario = _with_others(cases.scenarios["form"], files[1], others)
        story = scenario.play(cases.world, partial(_once, call, way))
        assert not violations(story, scenario), call
        assert [each.state for each in others] == ["READY", "READY"], call


def _once(call: Call, way: str, story: Story) -> list[Fault]:
    return [Once(story.world.clock, call, way)]


def _chosen(way: str) -> Iterable[Call]:
    shift = list(WAYS).index(way)
    return _CALLS if IS_COMPLETE else [_CALLS[shift % len(_CALLS)]]


@pytest.mark.parametrize("end", [delete, lose_run, stop_run])
def test_however_a_run_ends_the_next_one_is_admitted(
    end: partial[None], cases: Cases, files: tuple[bytes, bytes]
) -> None:
    others: list[Story] = []
    scenario = _with_others(cases.scenarios["form"], files[1], others)
    scenario = replace(scenario, afterwards=(*scenario.afterwards, (8.0, end)))
    story = scenario.play(cases.world)
    assert not violations(story, scenario)
    assert [each.state for each in others] == ["READY", "READY"]


def test_a_waiting_video_that_is_deleted_keeps_nobody_out(cases: Cases, files: tuple[bytes, bytes]) -> None:
    others: list[Story] = []
    scenario = _with_others(cases.scenarios["form"], files[1], others)
    scenario = replace(scenario, afterwards=(*scenario.afterwards, (7.0, lambda _: delete(others[0]))))
    story = scenario.play(cases.world)
    assert not violations(story, scenario)
    assert (others[0].is_deleted, others[1].state) == (True, "READY")
