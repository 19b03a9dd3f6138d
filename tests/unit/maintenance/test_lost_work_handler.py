import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote_plus

import pytest

from reelway import keys
from reelway.ports.unfinished import Work
from reelway.ports.videos import Listed
from reelway.timestamps import utc_now
from reelway.video import LadderState
from tests.support import samples
from tests.support.doubles import moto_aws
from tests.support.readers.metrics import written
from tests.support.samples import RENDITION, RUN_ID, UNKNOWN_ID, VIDEO_ID

CONTEXT = SimpleNamespace(get_remaining_time_in_millis=lambda: 240_000)


def in_the_far_future(ago: timedelta) -> str:
    return "9999"


@pytest.fixture
def handler(handlers: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> Any:
    """The handler beside an upload, at a time at which everything counts as lost."""
    handler = handlers("maintenance.lost_work_handler")
    monkeypatch.setattr(handler, "lost_work", replace(handler.lost_work, ago=in_the_far_future))
    handler.videos.create(VIDEO_ID, size_bytes=1)
    handler.uploads.put(keys.upload(VIDEO_ID), b"film", content_type="x/y")
    return handler


def run(handler: Any) -> dict[str, int]:
    counts: dict[str, int] = handler.lambda_handler(samples.event("schedule-lost-work"), CONTEXT)
    return counts


def ages(capsys: pytest.CaptureFixture[str]) -> dict[Work, float]:
    """In seconds, of the oldest entry of each list."""
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    names = {Work.VIDEOS: "OldestUnfinishedSeconds", Work.LADDERS: "OldestLadderSeconds"}
    return {work: line[name][0] for work, name in names.items() for line in lines if name in line}


def test_lost_work_is_found(handler: Any) -> None:
    assert run(handler) == {"settled": 1, "passed_over": 0, "remaining": 0}
    assert len(moto_aws.messages("PlanQueue")) == 1


@pytest.mark.parametrize("is_ladder", [False, True])
def test_a_run_that_has_ended_without_a_word_is_begun_again_once(
    handler: Any,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    is_ladder: bool,
) -> None:
    def in_ten_minutes(span: timedelta) -> str:
        return utc_now(span - timedelta(minutes=10))

    monkeypatch.setattr(handler, "lost_work", replace(handler.lost_work, ago=in_ten_minutes))
    handler.videos.start(VIDEO_ID, run_id=RUN_ID, duration_s=1.0, total_frames=25)
    if is_ladder:
        handler.videos.finish(VIDEO_ID, run_id=RUN_ID, renditions=[RENDITION], ladder=LadderState.ENCODING)
    before = handler.videos.find(VIDEO_ID)
    status = "describe_execution"
    monkeypatch.setattr(handler.workflows._client, status, lambda **_: {"status": "TIMED_OUT"})
    assert [run(handler)["settled"] for _ in range(2)] == [1, 0]
    video = handler.videos.find(VIDEO_ID)
    assert (video.state, video.ladder, video.reruns) == (before.state, before.ladder, 1)
    assert len(moto_aws.messages("PlanQueue")) == 1
    assert written(capsys, "StepsInterrupted") == [1]
    assert "processing ended without a word" in caplog.text


def test_an_upload_whose_form_was_used_without_an_event_is_found(
    handlers: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    form = json.loads(
        handlers("upload.handler").lambda_handler(samples.event("rest-direct-upload"), None)["body"]
    )
    handler = handlers("maintenance.lost_work_handler")
    handler.uploads.put(form["fields"]["key"], b"film", content_type="x/y")
    assert run(handler)["settled"] == 0

    def in_a_quarter_of_an_hour(span: timedelta) -> str:
        return utc_now(span or timedelta(minutes=-15))

    monkeypatch.setattr(handler, "lost_work", replace(handler.lost_work, ago=in_a_quarter_of_an_hour))
    assert run(handler)["settled"] == 1
    [body] = moto_aws.messages("PlanQueue")
    assert quote_plus(form["fields"]["key"]) in body


def test_the_ages_of_the_oldest_unfinished_video_and_ladder_are_metrics(
    handler: Any, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    hours = {Work.VIDEOS: 5, Work.LADDERS: 3}

    def oldest(work: Work, **asked: object) -> list[Listed]:
        return [Listed(VIDEO_ID, utc_now(timedelta(hours=hours[work])))]

    backlog = replace(handler.backlog, unfinished=SimpleNamespace(page=oldest))
    monkeypatch.setattr(handler, "backlog", backlog)
    run(handler)
    assert ages(capsys) == pytest.approx({Work.VIDEOS: 5 * 3600, Work.LADDERS: 3 * 3600}, abs=60)


def test_a_ladder_that_is_encoding_counts_from_when_its_video_became_ready(
    handler: Any, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handler, "lost_work", replace(handler.lost_work, ago=utc_now))
    handler.videos.finish(VIDEO_ID, run_id=RUN_ID, renditions=[RENDITION], ladder=LadderState.ENCODING)
    run(handler)
    found = ages(capsys)
    assert found[Work.VIDEOS] == 0
    assert found[Work.LADDERS] > 0


def test_it_is_0_when_there_is_none(handler: Any, capsys: pytest.CaptureFixture[str]) -> None:
    handler.videos.delete(VIDEO_ID)
    run(handler)
    assert written(capsys, "OldestUnfinishedSeconds") == [0]


def test_a_run_that_ends_is_counted_because_otherwise_an_alarm_sounds(
    handler: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    run(handler)
    assert written(capsys, "MaintenanceCompleted", function="lost-work") == [1]


def test_a_round_that_is_cut_short_is_not_counted(
    handler: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(CONTEXT, "get_remaining_time_in_millis", lambda: 1_000)
    assert run(handler) == {"settled": 0, "passed_over": 0, "remaining": 1}
    assert sum(written(capsys, "MaintenanceCompleted")) == 0


def test_a_record_without_a_state_ends_no_sweep_and_is_counted(
    handler: Any, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    listed = {"listing": {"S": "open"}, "listedAt": {"S": "2026-01-01T00:00:00.000000Z"}}
    moto_aws.client("dynamodb").put_item(
        TableName=moto_aws.VIDEOS, Item={"videoId": {"S": UNKNOWN_ID}, **listed}
    )
    assert run(handler) == {"settled": 1, "passed_over": 1, "remaining": 0}
    [named] = [record for record in caplog.records if record.message == "a record cannot be read"]
    assert named.video_id == UNKNOWN_ID  # type: ignore[attr-defined]
    assert written(capsys, "RecordsUnreadable") == [1]


def test_a_record_without_its_time_of_creation_is_settled_like_any_other(handler: Any) -> None:
    moto_aws.client("dynamodb").update_item(
        TableName=moto_aws.VIDEOS,
        Key={"videoId": {"S": VIDEO_ID}},
        UpdateExpression="REMOVE createdAt",
    )
    assert run(handler) == {"settled": 1, "passed_over": 0, "remaining": 0}


def test_pending_uploads_that_cannot_be_looked_for_keep_no_video_waiting(
    handler: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(handler, "lost_work", replace(handler.lost_work, pending=SimpleNamespace()))
    assert run(handler)["settled"] == 1
    assert sum(written(capsys, "MaintenanceCompleted")) == 0


def test_a_pending_upload_that_cannot_be_settled_is_logged(
    handler: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    broken = SimpleNamespace(due=lambda _: [SimpleNamespace(video_id=UNKNOWN_ID)])
    monkeypatch.setattr(handler, "lost_work", replace(handler.lost_work, pending=broken))
    assert run(handler)["settled"] == 1
    assert "an upload could not be settled" in caplog.text


def test_a_run_that_fails_is_not_counted(
    handler: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(handler, "lost_work", SimpleNamespace(run=lambda _: 1 // 0))
    with pytest.raises(ZeroDivisionError):
        run(handler)
    assert written(capsys, "MaintenanceCompleted") == []


def test_a_lost_upload_is_planned_by_the_event_that_maintenance_sends(
    handler: Any, handlers: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    run(handler)
    planned: list[str] = []
    plan_handler = handlers("transcode.plan_handler")
    monkeypatch.setattr(plan_handler, "planner_for", lambda *_: SimpleNamespace(accept=planned.append))
    [body] = moto_aws.messages("PlanQueue")
    plan_handler.lambda_handler(samples.queued(body=body), None)
    assert planned == [VIDEO_ID]


def test_a_video_that_cannot_be_settled_is_logged(
    handler: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(handler.uploads, "name", "no-such-bucket")
    assert run(handler)["settled"] == 0
    assert "a video could not be settled" in caplog.text


def test_nothing_is_lost_that_was_uploaded_just_now(handler: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handler, "lost_work", replace(handler.lost_work, ago=utc_now))
    assert run(handler)["settled"] == 0
    assert moto_aws.messages("PlanQueue") == []
