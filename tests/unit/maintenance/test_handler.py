import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from reelway import keys
from reelway.errors import ProcessingInterrupted
from reelway.live_status.announcer import Announcer
from reelway.ports.connections import Connection
from reelway.timestamps import utc_now
from tests.support import samples
from tests.support.doubles import moto_aws
from tests.support.doubles.fakes.connections import FakeSockets
from tests.support.samples import RUN_ID, VIDEO_ID


def in_the_far_future(ago: timedelta) -> str:
    return "9999"


@pytest.fixture
def sockets() -> FakeSockets:
    return FakeSockets()


@pytest.fixture
def handler(handlers: Callable[..., Any], sockets: FakeSockets, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The handler beside an upload, at a time at which everything counts as lost, with sockets of ours."""
    handler = handlers("maintenance.handler")
    announcer = Announcer(handler.videos, handler.connections, sockets)
    monkeypatch.setattr(
        handler, "upkeep", replace(handler.upkeep, repeat=announcer.repeat, ago=in_the_far_future)
    )
    handler.videos.create(VIDEO_ID, size_bytes=1)
    handler.uploads.put(keys.upload(VIDEO_ID), b"film", content_type="x/y")
    return handler


def run(handler: Any) -> dict[str, int]:
    counts: dict[str, int] = handler.lambda_handler(samples.event("schedule"), None)
    return counts


def test_the_state_is_repeated_and_lost_work_found(handler: Any, sockets: FakeSockets) -> None:
    handler.connections.add(Connection(VIDEO_ID, "L0SM=", 1_771_238_431, wants_progress=False))
    assert run(handler) == {"settled": 1, "removed": 0, "sockets": 1}
    assert [json.loads(message)["state"] for message in sockets.sent["L0SM="]] == ["UPLOADED"]
    assert len(moto_aws.messages("PlanQueue")) == 1


def oldest_unfinished_s(capsys: pytest.CaptureFixture[str]) -> float:
    documents = [json.loads(line) for line in capsys.readouterr().out.splitlines() if "_aws" in line]
    [seconds] = [
        document["OldestUnfinishedSeconds"][0]
        for document in documents
        if "OldestUnfinishedSeconds" in document
    ]
    return float(seconds)


def test_the_age_of_the_oldest_unfinished_video_is_a_metric(
    handler: Any, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting = SimpleNamespace(oldest_unfinished=lambda: utc_now(timedelta(hours=5)))
    monkeypatch.setattr(handler, "backlog", replace(handler.backlog, lists=waiting))
    run(handler)
    assert oldest_unfinished_s(capsys) == pytest.approx(5 * 3600, abs=60)


def test_it_is_0_when_there_is_none_because_without_it_an_alarm_sounds(
    handler: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    handler.videos.delete(VIDEO_ID)
    run(handler)
    assert oldest_unfinished_s(capsys) == 0


def test_a_run_that_fails_writes_no_age(handler: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    measured: list[None] = []
    monkeypatch.setattr(handler, "backlog", SimpleNamespace(measure=lambda: measured.append(None)))
    monkeypatch.setattr(handler.connections, "all", lambda: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        run(handler)
    assert measured == []
    monkeypatch.undo()


def test_a_lost_upload_is_planned_by_the_event_that_maintenance_sends(
    handler: Any, handlers: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    run(handler)
    planned: list[str] = []
    plan_handler = handlers("transcode.plan_handler")
    monkeypatch.setattr(type(plan_handler.planner), "accept", lambda _, video_id: planned.append(video_id))
    [body] = moto_aws.messages("PlanQueue")
    plan_handler.lambda_handler(samples.queued(body=body), None)
    assert planned == [VIDEO_ID]


def test_a_socket_that_cannot_be_reached_holds_up_no_other(
    handler: Any, sockets: FakeSockets, caplog: pytest.LogCaptureFixture
) -> None:
    handler.videos.start(VIDEO_ID, run_id=RUN_ID, duration_s=1.0, total_frames=25)
    for name in ("a", "b"):
        handler.connections.add(Connection(VIDEO_ID, name, 1_771_238_431, wants_progress=False))
    sockets.failures.append(ProcessingInterrupted("socket_unreachable", "busy"))
    assert run(handler)["sockets"] == 1
    assert len(sockets.sent) == 1
    assert "a socket could not be reached" in caplog.text


def test_a_video_that_cannot_be_settled_is_logged(
    handler: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(handler.uploads, "name", "no-such-bucket")
    assert run(handler)["settled"] == 0
    assert "a video could not be settled" in caplog.text


def test_what_a_deleted_video_left_is_removed(handler: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    handler.videos.delete(VIDEO_ID)
    forgotten: list[str] = []
    remover = replace(handler.remover, forget=forgotten.append)
    monkeypatch.setattr(handler, "upkeep", replace(handler.upkeep, remover=remover))
    assert run(handler) == {"settled": 0, "removed": 1, "sockets": 0}
    assert handler.uploads.head(keys.upload(VIDEO_ID)) is None
    assert forgotten == [f"/stream/{VIDEO_ID}/"]


def test_nothing_is_lost_that_was_uploaded_just_now(handler: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handler, "upkeep", replace(handler.upkeep, ago=utc_now))
    assert run(handler)["settled"] == 0
    assert moto_aws.messages("PlanQueue") == []
