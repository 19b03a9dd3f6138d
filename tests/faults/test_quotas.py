"""What an owner has begun, whatever broke: nothing is counted for ever, and nothing twice."""

from dataclasses import replace
from functools import partial

import pytest

from reelway.adapters import video_items
from reelway.documents import from_plain
from reelway.quotas import Usage
from tests.faults.cases import Cases
from tests.faults.clients import Client
from tests.faults.faults import WAYS, Once
from tests.faults.invariants import violations
from tests.faults.network import Call, Fault
from tests.faults.scenarios import Scenario
from tests.faults.story import Story
from tests.faults.world import World

# Of the upload that comes while the first one is processed, or of the first one.
_CALLS = (
    *(Call("UploadFunction", "dynamodb", "PutItem", number) for number in (1, 2)),
    *(Call("UploadFunction", "dynamodb", "GetItem", number) for number in (1, 2)),
    *(Call("UploadFunction", "dynamodb", "UpdateItem", number) for number in (1, 2)),
    Call("UploadFunction", "dynamodb", "BatchGetItem", 1),
)


def _usage(world: World) -> Usage:
    [item] = [item for item in world.tables.items("IdempotencyTable") if item["id"]["S"] == "quotas#"]
    return from_plain(Usage, video_items.fields_of(dict(item)))


def _with_another(scenario: Scenario, file: bytes, seen: list[Usage]) -> Scenario:
    """Another one is uploaded while the first one is processed."""

    def upload(story: Story) -> None:
        story.others.add(str(Client(story.world).upload_by_form(file)))
        seen.append(_usage(story.world))

    return replace(scenario, afterwards=((3.0, upload),))


def _recorded(world: World) -> set[str]:
    return {item["videoId"]["S"] for item in world.tables.items("VideosTable") if "state" in item}


def test_what_is_uploaded_counts_until_it_has_ended(cases: Cases, files: tuple[bytes, bytes]) -> None:
    seen: list[Usage] = []
    scenario = _with_another(cases.scenarios["form"], files[1], seen)
    story = scenario.play(cases.world)
    assert not violations(story, scenario)
    [usage] = seen
    assert set(usage.begun) == {story.video_id, *story.others}
    assert usage.begun[str(story.video_id)].size_bytes == len(files[1])  # as large as it is


@pytest.mark.parametrize("way", WAYS)
def test_a_call_that_breaks_leaves_nothing_counted(
    way: str, cases: Cases, files: tuple[bytes, bytes]
) -> None:
    for call in _CALLS:
        seen: list[Usage] = []
        scenario = _with_another(cases.scenarios["form"], files[1], seen)
        story = scenario.play(cases.world, partial(_once, call, way))
        assert not violations(story, scenario), call
        [usage] = seen
        assert _recorded(story.world) >= {story.video_id, *story.others} - {None}, call
        assert set(usage.begun) >= story.others, call
        # What was given up is expected for a day and some minutes; then the next upload finds that all ended.
        story.world.rest_of_the_day(days=2)
        last = Client(story.world).upload_by_form(files[1])
        assert set(_usage(story.world).begun) == {last}, call


def _once(call: Call, way: str, story: Story) -> list[Fault]:
    return [Once(story.world.clock, call, way)]
