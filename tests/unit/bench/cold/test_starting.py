import json

from bench.cold import stub
from bench.cold.starting import EVENTS
from tests.support import samples
from tests.support.readers import template
from tests.support.samples import ROOT


def test_every_function_is_measured_with_an_event_of_its_own() -> None:
    assert set(EVENTS) == set(template.of_type("AWS::Serverless::Function"))
    assert all(samples.event(name) for name in EVENTS.values())


def test_the_stored_figures_are_those_of_every_function() -> None:
    """After a function was added, renamed or taken away: `make bench-cold PARTS=…Function`."""
    stored = json.loads((ROOT / "bench" / "results" / "cold.json").read_text())
    assert list(stored) == list(EVENTS)


def test_the_stub_has_one_video_and_no_job() -> None:
    status, found = stub.answer_to("POST", "/", "DynamoDB_20120810.GetItem")
    assert (status, samples.VIDEO_ID in found) == (200, True)
    assert stub.answer_to("GET", f"/media/stream/{samples.VIDEO_ID}/manifest", "")[0] == 200
    assert stub.answer_to("GET", f"/uploads/jobs/{samples.VIDEO_ID}/plan.json", "")[0] == 404
