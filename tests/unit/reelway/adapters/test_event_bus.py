"""The bus as EventBridge has it; what moto does not refuse is answered in its place."""

import json
from dataclasses import replace
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError

from reelway.adapters.event_bus import EventBus
from reelway.errors import ProcessingInterrupted
from reelway.events import EventType, VideoEvent
from reelway.interruptions import Interruption
from reelway.video import Failure
from tests.support.doubles import moto_aws
from tests.support.samples import RENDITION, VIDEO

EVENTS = [VideoEvent(EventType.UPLOADED, VIDEO), VideoEvent(EventType.DELETED, VIDEO)]


@pytest.fixture
def bus(mocked_aws: None) -> EventBus:
    moto_aws.make_bus()
    return EventBus(moto_aws.client("events"), moto_aws.EVENT_BUS, stack="studio")


def test_what_is_published_reaches_a_rule_of_the_bus(bus: EventBus) -> None:
    queue = moto_aws.hear_events()
    bus.publish(EVENTS)
    assert moto_aws.heard(queue) == [event.document("studio") for event in EVENTS]


class Client:
    """Answers with what it was made with, or raises it."""

    def __init__(self, answer: Any) -> None:
        self._answer = answer
        self.entries: list[dict[str, Any]] = []

    def put_events(self, Entries: list[dict[str, Any]]) -> Any:  # noqa: N803  boto3's name
        self.entries = Entries
        if isinstance(self._answer, Exception):
            raise self._answer
        return self._answer


def refused(client: Any) -> ProcessingInterrupted:
    with pytest.raises(ProcessingInterrupted) as refusal:
        EventBus(client, "bus", stack="studio").publish(EVENTS)
    return refusal.value


def test_an_entry_is_found_by_its_source_and_type() -> None:
    client = Client({"FailedEntryCount": 0, "Entries": []})
    bus: Any = client
    EventBus(bus, "bus", stack="studio").publish(EVENTS)
    assert [
        (entry["EventBusName"], entry["Source"], entry["DetailType"], json.loads(entry["Detail"])["type"])
        for entry in client.entries
    ] == [("bus", "reelway", event.type, event.type) for event in EVENTS]


def test_an_entry_that_is_refused_among_others_is_no_success() -> None:
    entries = [{"EventId": "1"}, {"ErrorCode": "ThrottlingException", "ErrorMessage": "slow down"}]
    refusal = refused(Client({"FailedEntryCount": 1, "Entries": entries}))
    assert refusal.code == Interruption.EVENT_REFUSED
    assert "ThrottlingException" in refusal.detail


def test_a_call_that_is_refused_is_told_from_one_without_an_answer(mocked_aws: None) -> None:
    """moto knows no such bus."""
    assert refused(moto_aws.client("events")).code == Interruption.EVENT_REFUSED
    assert refused(Client(ReadTimeoutError(endpoint_url="x"))).code == Interruption.BUS_SILENT


def test_the_largest_event_is_far_from_the_limit_of_an_entry() -> None:
    """256 KB. Texts are as long as the API takes them; JSON makes six bytes of each character."""
    video = replace(
        VIDEO,
        owner="\N{SNOWMAN}" * 256,
        title="\N{SNOWMAN}" * 1024,
        metadata={"key": "\N{SNOWMAN}" * 1024},
        external_id="\N{SNOWMAN}" * 256,
        renditions=(RENDITION,) * 10,
        failure=Failure("processing_failed", "\N{SNOWMAN}" * 1000),
    )
    event = VideoEvent(EventType.READY, video)
    assert len(json.dumps(event.document("studio" * 20)).encode()) < 64 * 1024
