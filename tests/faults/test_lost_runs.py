"""Executions that end without anybody being told."""

from dataclasses import replace

import pytest

from tests.faults.acts import lose_run
from tests.faults.cases import Cases
from tests.faults.clients import Client
from tests.faults.conftest import IS_COMPLETE
from tests.faults.execution import Data, Execution
from tests.faults.invariants import violations
from tests.faults.story import Story

_HOUR_S = 3600.0
# The end of each upload when every run is lost. Days take long to play.
_ENDS = [("form", "FAILED", None), ("parts", "READY", "failed")]


@pytest.mark.parametrize(("upload", "at_s"), [("form", 12.0), ("parts", 10.0)])
def test_a_run_that_is_lost_has_another_one_in_its_place(upload: str, at_s: float, cases: Cases) -> None:
    """Of the first of the files PROCESSING is lost, of the other the ladder behind READY."""
    scenario = replace(cases.scenarios[upload], afterwards=((at_s, _lose_what_is_under_way),))
    story = scenario.play(cases.world)
    lost, begun = cases.world.workflows.executions.values()
    assert (lost.status, begun.status) == ("FAILED", "SUCCEEDED")
    assert begun.name == f"{story.video_id}_{begun.data['runId']}"
    assert not violations(story, scenario)


def _lose_what_is_under_way(story: Story) -> None:
    assert (story.state, story.ladder) in (("PROCESSING", None), ("READY", "encoding"))
    lose_run(story)


@pytest.mark.parametrize(("upload", "state", "ladder"), _ENDS if IS_COMPLETE else _ENDS[:1])
def test_runs_that_are_lost_again_and_again_are_begun_for_a_day_and_then_by_hand(
    upload: str, state: str, ladder: str | None, cases: Cases, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, begin = cases.world, cases.world.processing.begin

    def begin_and_lose(name: str, data: Data) -> Execution:
        world.timeline.at(10.0, lambda: lose_run(Story(world, Client(world))))
        return begin(name, data)

    monkeypatch.setattr(world.processing, "begin", begin_and_lose)
    story = cases.scenarios[upload].for_days().play(world)
    assert (story.state, story.ladder, story.code) == (state, ladder, "processing_lost")
    assert len(world.workflows.executions) > 5
    monkeypatch.undo()
    assert story.client.ask("POST", f"/video/{story.video_id}/retry").is_taken
    world.go(_HOUR_S)
    assert (story.state, story.ladder) == ("READY", "complete")
