import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from reelway.errors import ProcessingInterrupted
from reelway.live_status.announcer import Announcer
from reelway.ports.connections import Connection
from tests.support import samples
from tests.support.doubles.fakes.connections import FakeSockets
from tests.support.readers.metrics import written
from tests.support.samples import RUN_ID, VIDEO_ID


@pytest.fixture
def sockets() -> FakeSockets:
    return FakeSockets()


@pytest.fixture
def handler(handlers: Callable[..., Any], sockets: FakeSockets, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The handler, with sockets of ours, and a video."""
    handler = handlers("maintenance.keep_alive_handler")
    announcer = Announcer(handler.videos, handler.connections, sockets)
    monkeypatch.setattr(handler, "keep_alive", replace(handler.keep_alive, repeat=announcer.repeat))
    handler.videos.create(VIDEO_ID, size_bytes=1)
    return handler


def run(handler: Any) -> dict[str, int]:
    counts: dict[str, int] = handler.lambda_handler(samples.event("schedule-keep-alive"), None)
    return counts


def test_the_state_is_repeated(
    handler: Any, sockets: FakeSockets, capsys: pytest.CaptureFixture[str]
) -> None:
    handler.connections.add(Connection(VIDEO_ID, "L0SM=", 1_771_238_431, wants_progress=False))
    assert run(handler) == {"sockets": 1}
    assert [json.loads(message)["state"] for message in sockets.sent["L0SM="]] == ["UPLOADED"]
    assert written(capsys, "MaintenanceCompleted", function="keep-alive") == [1]


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
