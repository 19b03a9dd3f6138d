"""Outcomes of planning, of the steps of the state machine, and of their failures."""

import json

from tests.support.system.event_outcomes.stage import TAKEN, Outcome, Send, Stage


def upload_is_planned(stage: Stage, send: Send) -> None:
    unplanned = stage.ids.unplanned
    assert send() == TAKEN
    plan = json.loads(stage.get(stage.uploads, f"jobs/{unplanned}/plan.json"))
    assert stage.record(unplanned)["runId"]["S"] == plan["runId"]
    assert stage.cloud.execution(unplanned)["name"] == f"{unplanned}_{plan['runId']}"


def message_is_taken(stage: Stage, send: Send) -> None:
    assert send() == TAKEN


def job_area_is_prepared(stage: Stage, send: Send) -> None:
    prepared = f"jobs/{stage.ids.video}/prepared.json"
    stage.cloud.s3.delete_object(Bucket=stage.uploads, Key=prepared)
    assert send() == {**stage.event, "isMany": False, "chunks": [0]}
    assert json.loads(stage.get(stage.uploads, prepared))["token"] == stage.ids.token


def chunk_is_encoded(stage: Stage, send: Send) -> None:
    report = f"jobs/{stage.ids.video}/chunks/00000.json"
    before = json.loads(stage.get(stage.uploads, report))["segments"]
    segments = [segment["segmentId"] for listed in before.values() for segment in listed]
    lost = f"stream/{stage.ids.video}/segment/{segments[0]}"
    stage.cloud.s3.delete_object(Bucket=stage.uploads, Key=report)
    stage.cloud.s3.delete_object(Bucket=stage.media, Key=lost)
    assert send() is None
    after = json.loads(stage.get(stage.uploads, report))["segments"]
    assert [segment["segmentId"] for listed in after.values() for segment in listed] == segments
    assert stage.get(stage.media, lost)


def ladder_is_complete(stage: Stage, send: Send) -> None:
    master = f"stream/{stage.ids.video}/master"
    stage.cloud.s3.delete_object(Bucket=stage.media, Key=master)
    assert send() is None
    assert stage.get(stage.media, master).startswith(b"#EXTM3U")
    assert stage.record(stage.ids.video)["ladder"]["S"] == "complete"


def upload_that_cannot_be_planned_fails(stage: Stage, send: Send) -> None:
    assert send() == TAKEN
    record = stage.record(stage.ids.unplanned)
    assert (record["state"]["S"], record["failure"]["M"]["code"]["S"]) == ("FAILED", "processing_failed")


def ladder_fails(code: str) -> Outcome:
    """The video is READY already, so that its ladder is what fails."""

    def outcome(stage: Stage, send: Send) -> None:
        assert send() in (None, TAKEN)
        record = stage.record(stage.ids.video)
        assert (record["state"]["S"], record["ladder"]["S"]) == ("READY", "failed")
        assert record["failure"]["M"]["code"]["S"] == code

    return outcome
