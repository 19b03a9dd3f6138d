import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from reelway.errors import ProcessingInterrupted
from reelway.ports.connections import Connection
from tests.support import samples
from tests.support.doubles.fakes.connections import FakeConnections, FakeSockets
from tests.support.doubles.fakes.videos import FakeVideos
from tests.support.samples import VIDEO_ID
from tests.unit.changes.broadcasting import broadcast_to


@pytest.fixture
def sockets() -> FakeSockets:
    return FakeSockets()


@pytest.fixture
def announcing(handlers: Callable[[str], Any], sockets: FakeSockets, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The handler beside the sample event's video, which is UPLOADED, and two sockets on it."""
    handler = handlers("changes.announce_handler")
    videos, connections = FakeVideos(), FakeConnections()
    videos.create(VIDEO_ID, size_bytes=1)
    for name in ("one", "two"):
        connections.add(Connection(VIDEO_ID, name, 0, wants_progress=False))
    broadcast = broadcast_to(connections, sockets, handler.live.announcements, videos)
    monkeypatch.setattr(
        handler, "live", replace(handler.live, announcer=broadcast.announcer, broadcast=broadcast)
    )
    return handler


def test_sockets_are_told_the_present_state_once(announcing: Any, sockets: FakeSockets) -> None:
    for _ in range(2):
        answer = announcing.lambda_handler(samples.event("sqs-announcement"), None)
        assert answer == {"batchItemFailures": []}
    assert [json.loads(m)["state"] for sent in sockets.sent.values() for m in sent] == 2 * ["UPLOADED"]


def test_one_that_fails_is_handed_back_by_its_id(
    announcing: Any, sockets: FakeSockets, caplog: pytest.LogCaptureFixture
) -> None:
    sockets.failures.append(ProcessingInterrupted("socket_unreachable", "busy"))
    event = samples.event("sqs-announcement")
    identifier = event["Records"][0]["messageId"]
    answer = announcing.lambda_handler(event, None)
    assert answer == {"batchItemFailures": [{"itemIdentifier": identifier}]}
    assert "sockets could not be told" in caplog.text
    assert len(sockets.sent) == 1


def test_the_lag_of_a_batch_is_measured(announcing: Any, capsys: pytest.CaptureFixture[str]) -> None:
    announcing.lambda_handler(samples.event("sqs-announcement"), None)
    assert "PushLag" in capsys.readouterr().out
