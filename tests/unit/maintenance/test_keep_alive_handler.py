import json
from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from reelway.live_status.announcer import Announcer
from reelway.ports.connections import Connection
from tests.support import samples
from tests.support.doubles import moto_aws
from tests.support.doubles.fakes.connections import FakeSockets
from tests.support.readers.metrics import written
from tests.support.samples import VIDEO_ID

CONTEXT = SimpleNamespace(get_remaining_time_in_millis=lambda: 240_000)
DONE = {"sockets": 1, "passed_over": 0, "done": 1.0}


@pytest.fixture
def sockets() -> FakeSockets:
    return FakeSockets()


@pytest.fixture
def handler(handlers: Callable[..., Any], sockets: FakeSockets, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The handler, with sockets of ours, one of which is on a video."""
    handler = handlers("maintenance.keep_alive_handler")
    announcer = Announcer(handler.videos, handler.connections, sockets)
    monkeypatch.setattr(handler, "keep_alive", replace(handler.keep_alive, repeat=announcer.repeat))
    handler.videos.create(VIDEO_ID, size_bytes=1)
    handler.connections.add(Connection(VIDEO_ID, "L0SM=", 1_771_238_431, wants_progress=False))
    return handler


def run(handler: Any, event: dict[str, Any] | None = None) -> dict[str, float]:
    counts: dict[str, float] = handler.lambda_handler(event or samples.event("schedule-keep-alive"), CONTEXT)
    return counts


def test_the_state_is_repeated(
    handler: Any, sockets: FakeSockets, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(handler) == DONE
    assert [json.loads(message)["state"] for message in sockets.sent["L0SM="]] == ["UPLOADED"]
    assert written(capsys, "MaintenanceCompleted", function="keep-alive") == [1]


def test_a_broken_row_ends_no_run_and_is_counted(handler: Any, capsys: pytest.CaptureFixture[str]) -> None:
    moto_aws.client("dynamodb").put_item(
        TableName=moto_aws.CONNECTIONS, Item={"videoId": {"S": "0"}, "connectionId": {"S": "broken"}}
    )
    assert run(handler) == DONE | {"passed_over": 1}
    assert written(capsys, "RecordsUnreadable") == [1]


def test_many_sockets_are_shared_out_by_messages_that_the_function_takes(
    handler: Any, sockets: FakeSockets, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("reelway.adapters.open_sockets._PAGE", 2)
    monkeypatch.setattr("maintenance.keep_alive._SHARES", 4)
    for n in range(4):
        handler.connections.add(Connection(VIDEO_ID, f"L0SM{n}=", 1_771_238_431, wants_progress=False))
    assert run(handler)["done"] == 0
    for body in moto_aws.messages("ShareQueue"):
        run(handler, {"Records": [{"body": body}]})
    assert len(sockets.sent) == 5
    assert sum(written(capsys, "MaintenanceCompleted", function="keep-alive")) == 1
