import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from reelway.errors import ProcessingInterrupted
from reelway.live_status import Pusher
from reelway.ports import Connection
from tests.support import samples
from tests.support.doubles import moto_aws
from tests.support.doubles.fakes import FakeSockets
from tests.support.samples import RUN_ID, UNKNOWN_ID, VIDEO_ID

Load = Callable[[str], Any]
CONNECTION_ID = samples.event("websocket-connect")["requestContext"]["connectionId"]


@pytest.fixture
def socket(handlers: Load) -> Any:
    handler = handlers("status.socket_handler")
    handler.videos.create(VIDEO_ID, size_bytes=1)
    return handler


def test_a_socket_on_a_known_video_is_taken(socket: Any) -> None:
    assert socket.lambda_handler(samples.event("websocket-connect"), None) == {"statusCode": 200}
    assert [(c.video_id, c.connection_id) for c in socket.connections.all()] == [(VIDEO_ID, CONNECTION_ID)]


@pytest.mark.parametrize("query", [None, {"videoId": UNKNOWN_ID}])
def test_a_socket_on_an_unknown_video_is_refused_with_404(socket: Any, query: dict[str, str] | None) -> None:
    event = samples.event("websocket-connect") | {"queryStringParameters": query}
    assert socket.lambda_handler(event, None) == {"statusCode": 404}
    assert list(socket.connections.all()) == []


def test_a_socket_that_leaves_is_forgotten(socket: Any) -> None:
    socket.lambda_handler(samples.event("websocket-connect"), None)
    assert socket.lambda_handler(samples.event("websocket-disconnect"), None) == {"statusCode": 200}
    assert list(socket.connections.all()) == []


def test_what_clients_say_is_ignored(socket: Any) -> None:
    socket.lambda_handler(samples.event("websocket-connect"), None)
    assert socket.lambda_handler(samples.event("websocket-default"), None) == {"statusCode": 200}
    assert len(list(socket.connections.all())) == 1


@pytest.fixture
def sockets() -> FakeSockets:
    return FakeSockets()


@pytest.fixture
def push(socket: Any, handlers: Load, sockets: FakeSockets, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The push handler beside the sample events' socket, which is open and listed."""
    socket.connections.add(Connection(VIDEO_ID, CONNECTION_ID, 1_771_238_431, wants_progress=False))
    handler = handlers("status.push_handler")
    monkeypatch.setattr(handler, "pusher", Pusher(socket.videos, socket.connections, sockets))
    return handler


def states(sockets: FakeSockets) -> list[str]:
    return [json.loads(message)["state"] for message in sockets.sent.get(CONNECTION_ID, [])]


def test_a_new_socket_is_told_the_present_state(push: Any, sockets: FakeSockets) -> None:
    answer = push.lambda_handler(samples.event("dynamodb-connection-inserted"), None)
    assert answer == {"batchItemFailures": []}
    assert states(sockets) == ["UPLOADED"]


def test_a_change_is_told_once_even_if_its_record_comes_twice(push: Any, sockets: FakeSockets) -> None:
    for _ in range(2):
        push.lambda_handler(samples.event("dynamodb-video-modified"), None)
    [message] = sockets.sent[CONNECTION_ID]
    assert json.loads(message) == {
        "videoId": VIDEO_ID,
        "state": "PROCESSING",
        "timestamp": "2026-02-16T10:40:32.250000Z",
    }


def test_a_change_of_progress_alone_is_told_to_those_that_asked(
    push: Any, socket: Any, sockets: FakeSockets
) -> None:
    socket.connections.add(Connection(VIDEO_ID, "curious", 1_771_238_431, wants_progress=True))
    event = samples.event("dynamodb-video-modified")
    images = event["Records"][0]["dynamodb"]
    images["OldImage"] = copy.deepcopy(images["NewImage"])
    images["NewImage"]["encodedFrames"] = {"N": "66"}
    push.lambda_handler(event, None)
    assert states(sockets) == []
    assert [json.loads(message)["progress"] for message in sockets.sent["curious"]] == [0.5]


def test_a_record_that_could_not_be_told_is_handed_back_by_its_number(
    push: Any, sockets: FakeSockets
) -> None:
    sockets.failures.append(ProcessingInterrupted("socket_unreachable", "busy"))
    event = samples.event("dynamodb-video-modified")
    answer = push.lambda_handler(event, None)
    number = event["Records"][0]["dynamodb"]["SequenceNumber"]
    assert answer == {"batchItemFailures": [{"itemIdentifier": number}]}
    assert push.lambda_handler(event, None) == {"batchItemFailures": []}
    assert states(sockets) == ["PROCESSING"]


def test_a_change_waits_for_the_retry_of_the_one_before_it(push: Any, sockets: FakeSockets) -> None:
    event = samples.event("dynamodb-video-modified")
    later = copy.deepcopy(event["Records"][0])
    later["dynamodb"]["SequenceNumber"] = "999"
    later["dynamodb"]["NewImage"] |= {"state": {"S": "FAILED"}, "version": {"N": "9"}}
    event["Records"].append(later)
    sockets.failures.append(ProcessingInterrupted("socket_unreachable", "busy"))
    answer = push.lambda_handler(event, None)
    assert [failed["itemIdentifier"] for failed in answer["batchItemFailures"]][1:] == ["999"]
    assert states(sockets) == []
    assert push.lambda_handler(event, None) == {"batchItemFailures": []}
    assert states(sockets) == ["PROCESSING", "FAILED"]


def test_maintenance_repeats_the_state_and_finds_lost_work(
    socket: Any, handlers: Load, sockets: FakeSockets, monkeypatch: pytest.MonkeyPatch
) -> None:
    handler = handlers("maintenance.handler")
    monkeypatch.setattr(handler, "pusher", Pusher(handler.videos, handler.connections, sockets))
    monkeypatch.setattr(handler, "utc_now", lambda ago: "9999")
    socket.connections.add(Connection(VIDEO_ID, CONNECTION_ID, 1_771_238_431, wants_progress=False))
    handler.sweeper.uploads.put(f"uploads/{VIDEO_ID}", b"film", content_type="x/y")
    assert handler.lambda_handler(samples.event("schedule"), None) == {
        "settled": 1,
        "removed": 0,
        "sockets": 1,
    }
    assert states(sockets) == ["UPLOADED"]
    [body] = moto_aws.messages()
    assert json.loads(body) == {"Records": [{"s3": {"object": {"key": f"uploads%2F{VIDEO_ID}"}}}]}


def test_maintenance_goes_on_after_a_socket_that_cannot_be_reached(
    socket: Any, handlers: Load, sockets: FakeSockets, monkeypatch: pytest.MonkeyPatch
) -> None:
    handler = handlers("maintenance.handler")
    monkeypatch.setattr(handler, "pusher", Pusher(handler.videos, handler.connections, sockets))
    handler.videos.start(VIDEO_ID, run_id=RUN_ID, duration_s=1.0, total_frames=25)
    for name in ("a", "b"):
        socket.connections.add(Connection(VIDEO_ID, name, 1_771_238_431, wants_progress=False))
    sockets.failures.append(ProcessingInterrupted("socket_unreachable", "busy"))
    assert handler.lambda_handler(samples.event("schedule"), None)["sockets"] == 1
    assert len(sockets.sent) == 1
