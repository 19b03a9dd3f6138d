"""Single stories that no enumeration tells."""

import uuid
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from tests.faults.acts import replace_file
from tests.faults.cases import Cases
from tests.faults.clients import Client
from tests.faults.conftest import IS_COMPLETE
from tests.faults.execution import Execution, Tasks
from tests.faults.faults import WAYS, Meanwhile, Once, Outage
from tests.faults.invariants import violations
from tests.faults.network import Call, Fault
from tests.faults.story import Story
from tests.faults.world import MEDIA, UPLOADS, World

_HOUR_S = 3600.0
_FOR_EVER_S = 1e9
_CREATED = "2027-01-01T00:00:00.000000Z"


@pytest.fixture
def empty(world: World) -> World:
    world.start_again()
    return world


def _record(world: World, **fields: str | int | None) -> Story:
    """A video that says that it has been processed for long, and the file of it."""
    video_id = str(uuid.uuid4())
    known: dict[str, str | int | None] = {
        "videoId": video_id,
        "state": "PROCESSING",
        "rank": 1,
        "version": 2,
        "createdAt": _CREATED,
        "updatedAt": _CREATED,
        "listing": "open",
        "listedAt": _CREATED,
        "sizeBytes": 1,
    }
    item = {name: _attribute(value) for name, value in (known | fields).items() if value is not None}
    world.tables.put("VideosTable", item)
    return Story(world, Client(world), video_id)


def _ended(world: World, name: str) -> Execution:
    """An execution that has FAILED, and of which nobody was told."""
    tasks = Tasks(lambda *_: None, lambda *_: [])
    return Execution(f"arn:aws:states:::execution:m:{name}", {}, {}, tasks, world.timeline, print, "FAILED")


def _attribute(value: str | int) -> Mapping[str, Any]:
    return {"N": str(value)} if isinstance(value, int) else {"S": value}


def test_a_record_that_cannot_be_read_hides_no_lost_work(empty: World) -> None:
    _record(empty, createdAt=None, listedAt="2026-12-31T00:00:00.000000Z")
    _record(empty, state=None, listedAt="2027-01-02T00:00:00.000000Z")
    lost = _record(empty)
    empty.go(_HOUR_S)
    assert lost.state == "FAILED"


def test_a_table_of_sockets_that_does_not_answer_hides_no_lost_work(empty: World) -> None:
    lost = _record(empty)
    reading = ("KeepAliveFunction", "dynamodb", "Scan")
    empty.network.faults.append(Outage(empty.clock, reading, _FOR_EVER_S))
    empty.go(_HOUR_S)
    assert lost.state == "FAILED"


def test_a_ladder_that_died_while_nobody_looked_is_told(empty: World) -> None:
    when = empty.clock.text(ago_s=4 * _HOUR_S)
    ready: dict[str, str | int | None] = {"state": "READY", "rank": 2, "version": 3}
    ready |= {"listing": "ready", "listedAt": when}
    dead = _record(empty, **ready, ladder="encoding", ladderListing="encoding", ladderListedAt=when)
    empty.workflows.executions[str(dead.video_id)] = _ended(empty, str(dead.video_id))
    empty.go(_HOUR_S)
    assert dead.ladder == "failed"


def test_uploads_that_wait_for_their_plan_are_not_planned_again_and_again(empty: World) -> None:
    for _ in range(4):
        story = _record(empty, state="UPLOADED", rank=0, version=1)
        empty.storage.is_silent = True
        empty.storage.put(UPLOADS, f"uploads/{story.video_id}", b"x")
        empty.storage.is_silent = False
    empty.sqs.hold("PlanQueue")
    empty.go(2 * _HOUR_S)
    # At first, and 15, 30 and 60 minutes after the one before.
    assert 4 <= len(empty.sqs.contents["PlanQueue"]) <= 4 * 4


def test_a_video_that_fails_while_it_is_planned_is_not_processed(cases: Cases) -> None:
    scenario = cases.scenarios["form"]
    for call in [call for call in cases.of_scenario["form"] if call.function == "PlanFunction"]:
        story = scenario.play(cases.world, partial(_failing, call))
        if story.state == "FAILED":
            assert not cases.world.storage.keys(MEDIA), call
            assert not [each for each in violations(story, scenario) if not each.startswith("ended")]


def _failing(call: Call, story: Story) -> list[Fault]:
    return [Meanwhile(call, partial(_fail, story))]


def _fail(story: Story) -> None:
    if story.state in ("UPLOADED", "PROCESSING"):
        story.world.lambdas.invoke("FailFunction", {"videoId": story.video_id, "runId": None, "error": {}})


def test_a_step_that_comes_too_late_changes_nothing_that_is_published(cases: Cases) -> None:
    story = cases.scenarios["parts"].play(cases.world)
    prefix = f"stream/{story.video_id}/"
    storage = cases.world.storage

    def published() -> dict[str, bytes]:
        return {
            key: storage.read(MEDIA, key) for key in storage.keys(MEDIA, prefix) if "/segment/" not in key
        }

    before = published()
    [execution] = cases.world.workflows.executions.values()
    cases.world.lambdas.invoke("PrepareFunction", execution.data)
    assert published() == before
    assert not violations(story, cases.scenarios["parts"])


# Days take long to play.
_STEPS = [
    ("PlanFunction", "sfn", "StartExecution"),
    ("PrepareFunction", "s3", "GetObject"),
    ("EncodeFunction", "s3", "PutObject"),
    ("PublishFunction", "dynamodb", "UpdateItem"),
]
_CHOSEN = _STEPS if IS_COMPLETE else _STEPS[:1]


@pytest.mark.parametrize("kind", _CHOSEN, ids="{0[0]} {0[2]}".format)
def test_a_fault_of_ours_is_waited_out_for_a_day(kind: tuple[str, str, str], cases: Cases) -> None:
    scenario = cases.scenarios["form"].for_days("READY")
    story = scenario.play(cases.world, lambda story: [Outage(story.world.clock, kind, 20 * _HOUR_S)])
    assert not violations(story, scenario)


@pytest.mark.parametrize("kind", _CHOSEN, ids="{0[0]} {0[2]}".format)
def test_what_is_given_up_can_be_begun_again(kind: tuple[str, str, str], cases: Cases) -> None:
    scenario = cases.scenarios["form"].for_days("FAILED")
    story = scenario.play(cases.world, lambda story: [Outage(story.world.clock, kind, _FOR_EVER_S)])
    assert story.state == "FAILED"
    assert story.client.ask("POST", f"/video/{story.video_id}/retry").is_taken
    cases.world.go(_HOUR_S)
    assert (story.state, story.ladder) == ("READY", "complete")


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("operation", ["ListObjectVersions", "DeleteObjects"])
def test_a_replacement_is_undone_even_if_a_call_breaks(
    world: World, cases: Cases, operation: str, way: str
) -> None:
    scenario = replace(cases.scenarios["form"], afterwards=((60.0, replace_file), (60.1, replace_file)))
    call = Call("PlanFunction", "s3", operation, 1)
    faults = [Once(world.clock, call, way)]
    story = scenario.play(world, lambda _: faults)
    assert not violations(story, scenario)
    assert faults[0].attempts
