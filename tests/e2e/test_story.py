"""`make logs` tells what happened to a video."""

import uuid

import pytest

from local import story
from local.errors import LocalError
from local.story import Line
from local.system import System


def told(running: System, video_id: str) -> list[Line]:
    return story.of_video(
        video_id,
        endpoint=running.endpoint,
        log_group=running.outputs["LogGroupName"],
        state_machine_arn=running.outputs["StateMachineArn"],
    )


def test_the_story_of_a_video_goes_from_its_upload_through_all_steps_to_its_end(
    running: System, short_video: str
) -> None:
    lines = told(running, short_video)
    texts = [f"{line.who}: {line.text.partition('  ')[0]}" for line in lines]
    expected = [
        *("upload: uploaded", "workflow: execution started", "workflow: Prepare begins", "encode: encoded"),
        *(
            "workflow: Encode is done",
            "publish: all renditions are published",
            "workflow: execution succeeded",
        ),
    ]
    assert [text for text in texts if text in expected] == expected
    assert [line.time for line in lines] == sorted(line.time for line in lines)


def test_a_file_that_is_refused_has_a_story_without_an_execution(running: System, failed_video: str) -> None:
    lines = told(running, failed_video)
    assert {line.who for line in lines} >= {"upload", "plan"}
    assert "workflow" not in {line.who for line in lines}


def test_of_a_video_that_never_was_there_is_none(running: System) -> None:
    with pytest.raises(LocalError, match="nothing is known of a video"):
        told(running, str(uuid.uuid4()))  # other tests have asked for UNKNOWN_ID
