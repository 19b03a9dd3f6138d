import hashlib
import json

import pytest

from local.sample_ids import sample_ids
from tests.support import samples
from tests.support.readers import template
from tests.support.system.event_outcomes import SAMPLES

EVENTS = samples.ROOT / "events"
FUNCTIONS = template.of_type("AWS::Serverless::Function")


def test_the_ids_are_those_of_the_events() -> None:
    ids = sample_ids(EVENTS)

    assert (ids.video, ids.token, ids.run) == (samples.VIDEO_ID, samples.TOKEN, samples.RUN_ID)
    assert ids.unplanned == samples.UNPLANNED_ID
    assert ids.socket == "L0SM9cOFvHcCIhw="


def test_every_event_has_an_outcome_that_is_tested() -> None:
    assert sorted(SAMPLES) == sorted(path.stem for path in EVENTS.iterdir())


def test_every_function_has_a_sample_event() -> None:
    assert {sample.function for sample in SAMPLES.values()} == set(FUNCTIONS)


@pytest.mark.parametrize("name", [name for name in SAMPLES if "sqs-" in name])
def test_a_message_of_a_queue_has_the_digest_of_its_body(name: str) -> None:
    for message in json.loads((EVENTS / f"{name}.json").read_text())["Records"]:
        assert message["md5OfBody"] == hashlib.md5(message["body"].encode()).hexdigest()  # noqa: S324


@pytest.mark.parametrize("name", SAMPLES)
def test_an_event_names_no_video_that_is_not_seeded(name: str) -> None:
    """But those that make one, and those that are about none."""
    about_none = {
        *("cloudformation-page", "rest-direct-upload", "rest-multipart-begun", "rest-stream-ready"),
        *("cloudformation-playback-keys", "rest-upload", "rest-webhook", "sqs-delivery"),
        *("schedule-deletions", "schedule-keep-alive", "schedule-lost-work"),
        *("sqs-s3-test-event", "sqs-undelivered", "websocket-disconnect"),
    }
    text = (EVENTS / f"{name}.json").read_text()
    assert (samples.VIDEO_ID in text or samples.UNPLANNED_ID in text) is (name not in about_none)
