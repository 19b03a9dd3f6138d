import json
from collections.abc import Callable
from typing import Any

import pytest

from reelway.errors import ProcessingInterrupted
from reelway.live_status.announcer import Announcer
from reelway.ports import Connection
from tests.support import samples
from tests.support.doubles.fakes import FakeSockets
from tests.support.samples import RUN_ID, VIDEO_ID

CONNECTION_ID = "L0SM="


@pytest.fixture
def sockets() -> FakeSockets:
    return FakeSockets()


@pytest.fixture
def handler(handlers: Callable[[str], Any], sockets: FakeSockets, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The maintenance handler beside a video that was uploaded."""
    handler = handlers("maintenance.handler")
    monkeypatch.setattr(handler, "announcer", Announcer(handler.videos, handler.connections, sockets))
    handler.videos.create(VIDEO_ID, size_bytes=1)
    return handler


def test_maintenance_repeats_the_state_and_finds_lost_work(
    handler: Any, sockets: FakeSockets, monkeypatch: pytest.MonkeyPatch
) -> None:
    invoked: list[dict[str, Any]] = []
    monkeypatch.setattr(handler.lambda_client, "invoke", lambda **asked: invoked.append(asked), raising=False)
    monkeypatch.setattr(handler, "utc_now", lambda ago: "9999")
    handler.connections.add(Connection(VIDEO_ID, CONNECTION_ID, 1_771_238_431, wants_progress=False))
    handler.sweeper.uploads.put(f"uploads/{VIDEO_ID}", b"film", content_type="x/y")
    assert handler.lambda_handler(samples.event("schedule"), None) == {
        "settled": 1,
        "removed": 0,
        "sockets": 1,
    }
    [message] = sockets.sent[CONNECTION_ID]
    assert json.loads(message)["state"] == "UPLOADED"
    assert (invoked[0]["FunctionName"], invoked[0]["InvocationType"]) == ("plan-function", "Event")
    assert json.loads(invoked[0]["Payload"])["Records"][0]["s3"]["object"]["key"] == f"uploads/{VIDEO_ID}"


def test_maintenance_goes_on_after_a_socket_that_cannot_be_reached(
    handler: Any, sockets: FakeSockets
) -> None:
    handler.videos.start(VIDEO_ID, run_id=RUN_ID, duration_s=1.0, total_frames=25)
    for name in ("a", "b"):
        handler.connections.add(Connection(VIDEO_ID, name, 1_771_238_431, wants_progress=False))
    sockets.failures.append(ProcessingInterrupted("socket_unreachable", "busy"))
    assert handler.lambda_handler(samples.event("schedule"), None)["sockets"] == 1
    assert len(sockets.sent) == 1
