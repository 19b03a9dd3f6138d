"""An upload by a grant, whatever call of it breaks."""

from functools import partial

import pytest

from tests.faults.cases import Cases
from tests.faults.faults import WAYS, Once
from tests.faults.invariants import violations
from tests.faults.network import Call, Fault
from tests.faults.story import Story

_CALLS = (
    Call("UploadFunction", "secrets-manager", "GetSecretValue", 1),
    *(Call("UploadFunction", "dynamodb", "UpdateItem", number) for number in (1, 2, 3)),
    Call("UploadFunction", "s3", "CreateMultipartUpload", 1),
    Call("UploadFunction", "s3", "CompleteMultipartUpload", 1),
)


@pytest.mark.parametrize("way", WAYS)
def test_a_grant_makes_its_video_or_can_be_used_again(way: str, cases: Cases) -> None:
    for call in _CALLS:
        scenario = cases.scenarios["grant"]
        story = scenario.play(cases.world, partial(_once, call, way))
        assert not violations(story, scenario), call
        assert story.video_id, call
        assert len([item for item in story.world.tables.items("VideosTable") if "state" in item]) == 1, call


def _once(call: Call, way: str, story: Story) -> list[Fault]:
    return [Once(story.world.clock, call, way)]
