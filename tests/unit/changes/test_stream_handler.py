import copy
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from changes.sockets import SocketsListener
from reelway.adapters.announcement_queue import AnnouncementQueue
from reelway.errors import ProcessingInterrupted
from reelway.ports.announcements import Announcement
from reelway.ports.connections import Connection
from tests.support import samples
from tests.support.doubles import moto_aws
from tests.support.doubles.fakes.connections import FakeConnections, FakeSockets
from tests.support.doubles.fakes.videos import FakeVideos
from tests.support.readers import events
from tests.support.samples import VIDEO_ID
from tests.unit.changes.broadcasting import broadcast_to

Load = Callable[[str], Any]
CONNECTION_ID = samples.event("websocket-connect")["requestContext"]["connectionId"]


@pytest.fixture
def sockets() -> FakeSockets:
    return FakeSockets()


@pytest.fixture
def connections() -> FakeConnections:
    return FakeConnections()


@pytest.fixture
def changes(
    handlers: Load, connections: FakeConnections, sockets: FakeSockets, monkeypatch: pytest.MonkeyPatch
) -> Any:
    """The handler beside the sample events' socket, which is open and recorded."""
    handler = handlers("changes.stream_handler")
    videos = FakeVideos()
    videos.create(VIDEO_ID, size_bytes=1)
    connections.add(Connection(VIDEO_ID, CONNECTION_ID, 1_771_238_431, wants_progress=False))
    broadcast = broadcast_to(connections, sockets, handler.live.announcements, videos)
    _, *others = handler.listeners
    live = replace(handler.live, announcer=broadcast.announcer, broadcast=broadcast)
    monkeypatch.setattr(handler, "live", live)
    monkeypatch.setattr(handler, "listeners", (SocketsListener(broadcast), *others))
    return handler


def ordered_removals() -> list[str]:
    """The bodies of the messages in the removal queue."""
    return moto_aws.messages("RemovalQueue")


def states(sockets: FakeSockets) -> list[str]:
    return [json.loads(message)["state"] for message in sockets.sent.get(CONNECTION_ID, [])]


def test_a_new_socket_is_sent_the_present_state(changes: Any, sockets: FakeSockets) -> None:
    answer = changes.lambda_handler(samples.event("dynamodb-connection-inserted"), None)
    assert answer == {"batchItemFailures": []}
    assert states(sockets) == ["UPLOADED"]


def test_a_change_is_sent_once_even_if_its_record_comes_twice(changes: Any, sockets: FakeSockets) -> None:
    for _ in range(2):
        changes.lambda_handler(samples.event("dynamodb-video-modified"), None)
    [message] = sockets.sent[CONNECTION_ID]
    assert json.loads(message) == {
        "videoId": VIDEO_ID,
        "state": "PROCESSING",
        "timestamp": "2026-02-16T10:40:32.250000Z",
    }


def test_a_change_of_progress_alone_is_sent_to_those_that_asked(
    changes: Any, connections: FakeConnections, sockets: FakeSockets
) -> None:
    connections.add(Connection(VIDEO_ID, "curious", 1_771_238_431, wants_progress=True))
    event = samples.event("dynamodb-video-modified")
    images = event["Records"][0]["dynamodb"]
    images["OldImage"] = copy.deepcopy(images["NewImage"])
    images["NewImage"]["encodedFrames"] = {"N": "66"}
    changes.lambda_handler(event, None)
    assert states(sockets) == []
    assert [json.loads(message)["progress"] for message in sockets.sent["curious"]] == [0.5]


def test_a_socket_that_cannot_be_told_holds_no_record_up(
    changes: Any, sockets: FakeSockets, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    sent: list[tuple[Announcement, int]] = []
    monkeypatch.setattr(
        AnnouncementQueue, "send", lambda self, announcement, delay_s=0: sent.append((announcement, delay_s))
    )
    sockets.failures.append(ProcessingInterrupted("socket_unreachable", "busy"))
    event = samples.event("dynamodb-video-modified")
    assert changes.lambda_handler(event, None) == {"batchItemFailures": []}
    assert sent == [(Announcement(VIDEO_ID), 12)]


def test_a_write_to_a_pending_upload_that_is_read_late_disturbs_nobody(
    changes: Any, connections: FakeConnections, sockets: FakeSockets
) -> None:
    """The video has been recorded and is watched since."""
    event = samples.event("dynamodb-video-modified")
    images = event["Records"][0]["dynamodb"]
    row = {name: images["OldImage"][name] for name in ("videoId", "createdAt", "listedAt")}
    images["NewImage"] = images["OldImage"] = row | {"listing": {"S": "pending"}}
    assert changes.lambda_handler(event, None) == {"batchItemFailures": []}
    assert (sockets.sent, sockets.closed, ordered_removals()) == ({}, [], [])
    assert len(list(connections.all())) == 1


def test_a_change_is_published_with_the_same_id_each_time(changes: Any) -> None:
    queue = moto_aws.hear_events()
    for _ in range(2):
        changes.lambda_handler(samples.event("dynamodb-video-modified"), None)
    first, second = moto_aws.heard(queue)
    assert (first["type"], events.faults(first)) == ("video.processing", [])
    assert first == second


def test_sockets_are_told_of_a_change_that_cannot_be_published(changes: Any, sockets: FakeSockets) -> None:
    """The record comes again, and sockets are told nothing twice."""
    moto_aws.client("events").delete_event_bus(Name=moto_aws.EVENT_BUS)
    event = samples.event("dynamodb-video-modified")
    number = event["Records"][0]["dynamodb"]["SequenceNumber"]
    for _ in range(2):
        answer = changes.lambda_handler(event, None)
        assert answer == {"batchItemFailures": [{"itemIdentifier": number}]}
    assert states(sockets) == ["PROCESSING"]


def test_a_record_that_failed_is_handed_back_by_its_number(changes: Any, sockets: FakeSockets) -> None:
    """There is no queue that would take an announcement."""
    moto_aws.client("sqs").delete_queue(QueueUrl=moto_aws.REFERENCES["AnnouncementQueue"])
    sockets.failures.append(ProcessingInterrupted("socket_unreachable", "busy"))
    event = samples.event("dynamodb-video-modified")
    answer = changes.lambda_handler(event, None)
    number = event["Records"][0]["dynamodb"]["SequenceNumber"]
    assert answer == {"batchItemFailures": [{"itemIdentifier": number}]}
    assert changes.lambda_handler(event, None) == {"batchItemFailures": []}
    assert states(sockets) == ["PROCESSING"]


def test_a_record_that_cannot_be_read_fails_alone(
    changes: Any, sockets: FakeSockets, caplog: pytest.LogCaptureFixture
) -> None:
    event = samples.event("dynamodb-video-modified")
    broken = copy.deepcopy(event["Records"][0])
    broken["dynamodb"]["SequenceNumber"] = "1"
    del broken["dynamodb"]["NewImage"]["state"]
    event["Records"].insert(0, broken)
    assert changes.lambda_handler(event, None) == {"batchItemFailures": [{"itemIdentifier": "1"}]}
    assert states(sockets) == ["PROCESSING"]
    assert "a record cannot be read" in caplog.text


def test_a_greeting_that_fails_holds_no_other_record_up(
    changes: Any, connections: FakeConnections, sockets: FakeSockets
) -> None:
    connections.add(Connection(VIDEO_ID, "other", 1_771_238_431, wants_progress=False))
    event = samples.event("dynamodb-connection-inserted")
    event["Records"].append(copy.deepcopy(event["Records"][0]))
    event["Records"][1]["dynamodb"]["SequenceNumber"] = "2"
    for part in ("Keys", "NewImage"):
        event["Records"][0]["dynamodb"][part]["connectionId"] = {"S": "other"}
    sockets.failures.append(ProcessingInterrupted("socket_unreachable", "busy"))
    assert changes.lambda_handler(event, None) == {"batchItemFailures": []}
    assert states(sockets) == ["UPLOADED"]


def test_new_sockets_are_handed_back_where_no_announcement_can_be_made(
    changes: Any, sockets: FakeSockets
) -> None:
    moto_aws.client("sqs").delete_queue(QueueUrl=moto_aws.REFERENCES["AnnouncementQueue"])
    event = samples.event("dynamodb-connection-inserted")
    sockets.failures.append(ProcessingInterrupted("socket_unreachable", "busy"))
    number = event["Records"][0]["dynamodb"]["SequenceNumber"]
    assert changes.lambda_handler(event, None) == {"batchItemFailures": [{"itemIdentifier": number}]}
    assert changes.lambda_handler(event, None) == {"batchItemFailures": []}
    assert states(sockets) == ["UPLOADED"]


def test_the_lag_of_a_batch_is_measured(changes: Any, capsys: pytest.CaptureFixture[str]) -> None:
    changes.lambda_handler(samples.event("dynamodb-video-modified"), None)
    [measured] = [line for line in map(json.loads, capsys.readouterr().out.splitlines()) if "PushLag" in line]
    assert measured["PushLag"][0] > 0
    assert changes.live.push_lag.latest_s() == measured["PushLag"][0]
    changes.lambda_handler(samples.event("dynamodb-video-modified"), None)
    assert "PushLag" not in capsys.readouterr().out


def test_a_lag_that_cannot_be_noted_is_measured_all_the_same(
    changes: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    moto_aws.client("dynamodb").delete_table(TableName=moto_aws.IDEMPOTENCY)
    assert changes.lambda_handler(samples.event("dynamodb-video-modified"), None) == {"batchItemFailures": []}
    assert "PushLag" in capsys.readouterr().out


def test_a_deleted_videos_sockets_are_closed_and_its_removal_ordered(
    changes: Any, sockets: FakeSockets
) -> None:
    assert changes.lambda_handler(samples.event("dynamodb-video-deleted"), None) == {"batchItemFailures": []}
    assert sockets.closed == [CONNECTION_ID]
    assert ordered_removals() == [samples.event("sqs-removal")["Records"][0]["body"]]


def test_a_video_that_is_there_is_not_removed(changes: Any) -> None:
    changes.lambda_handler(samples.event("dynamodb-video-modified"), None)
    assert ordered_removals() == []
