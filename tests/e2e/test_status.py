"""GET /video/{id}/status/stream, as clients use it at the edge."""

import json
import socket
import struct
import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import datetime, timedelta

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection

from reelway.live_status.broadcast import MAX_PAGE
from tests.support.media import corpus
from tests.support.smoke import checks
from tests.support.system.client import Client, eventually
from tests.support.system.cloud import Cloud


def reset_connection(connection: ClientConnection) -> None:
    """End a connection by a TCP reset, without a close frame, as when a network is lost."""
    connection.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.socket.close()


def refusal(client: Client, video_id: str) -> InvalidStatus:
    with pytest.raises(InvalidStatus) as refused, client.open_socket(video_id):
        pass
    return refused.value


@pytest.mark.smoke("status by socket")
def test_a_watcher_sees_every_state_once_in_order_and_is_closed_with_1000(client: Client) -> None:
    watched = client.watch(client.upload(corpus.file("bikes.mp4")))

    expected = ["UPLOADED", "PROCESSING", "READY"]
    assert watched.states == expected[-len(watched.states) :]
    assert watched.close_code == 1000


def test_a_watcher_of_a_file_that_is_not_a_video_sees_it_fail(client: Client) -> None:
    watched = client.watch(client.upload(b"no video at all" * 1000))

    assert watched.states[-1] == "FAILED"
    assert watched.close_code == 1000


@pytest.mark.smoke("status by socket")
def test_a_message_has_exactly_the_fields_of_the_contract(client: Client) -> None:
    video_id = client.upload(corpus.file("carphone_pristine.mp4"))

    for message in client.watch(video_id).messages:
        assert set(message) == {"videoId", "state", "timestamp"}
        assert message["videoId"] == video_id
        assert message["state"] in {"UPLOADED", "PROCESSING", "READY", "FAILED"}
        assert datetime.fromisoformat(message["timestamp"]).utcoffset() == timedelta(0)


def test_timestamps_never_go_back(client: Client) -> None:
    messages = client.watch(client.upload(corpus.file("carphone_pristine.mp4"))).messages

    times = [datetime.fromisoformat(message["timestamp"]) for message in messages]
    assert times == sorted(times)


def test_the_first_message_is_sent_at_once_even_if_nothing_changes(
    client: Client, processing_video: str
) -> None:
    with client.open_socket(processing_video) as watching:
        message = json.loads(watching.recv(timeout=10))

    assert message["state"] == "PROCESSING"


@pytest.mark.smoke("status by socket")
def test_a_late_watcher_gets_the_final_state_and_is_closed(client: Client, short_video: str) -> None:
    watched = client.watch(short_video)

    assert (watched.states, watched.close_code) == (["READY"], 1000)


def test_progress_is_sent_on_request_and_never_decreases(client: Client, cloud: Cloud) -> None:
    with cloud.environment("PlanFunction", CHUNK_SECONDS="4"):  # 15 chunks; each reports progress at its end
        messages = client.watch(client.upload(corpus.file("demo.mov")), "?progress=true").messages

    progress = [message["progress"] for message in messages]
    assert progress == sorted(progress)
    assert progress[-1] == 1
    assert len(progress) > 3
    assert all(set(m) == {"videoId", "state", "timestamp", "progress"} for m in messages)


def test_a_socket_until_complete_is_told_ready_and_then_the_ladder_until_its_end(client: Client) -> None:
    video_id = client.upload(corpus.file("bigbuckbunny.mp4"))  # is READY with its source alone

    watched = client.watch(video_id, "?progress=true&until=complete")

    told = [message["ladder"] for message in watched.messages if message["state"] == "READY"]
    assert [ladder["state"] for ladder in told] == ["encoding"] * (len(told) - 1) + ["complete"]
    assert len(told) > 1
    progress = [ladder["progress"] for ladder in told]
    assert progress == sorted({*progress})
    assert (progress[-1], watched.close_code) == (1, 1000)
    late = client.watch(video_id, "?until=complete")
    assert [message["ladder"] for message in late.messages] == [{"state": "complete", "progress": 1}]


def test_twenty_watchers_each_get_each_change_once(client: Client, cloud: Cloud) -> None:
    video_id = str(uuid.uuid4())
    cloud.put_video(video_id)
    with ExitStack() as opened:
        sockets = [opened.enter_context(client.open_socket(video_id)) for _ in range(20)]
        for watching in sockets:
            assert json.loads(watching.recv(timeout=20))["state"] == "UPLOADED"

        cloud.invoke("FailFunction", {"videoId": video_id, "error": {"Cause": "null"}})

        for watching in sockets:
            assert [json.loads(message)["state"] for message in watching] == ["FAILED"]
            assert watching.close_code == 1000


def test_a_crowd_is_told_by_pages_each_socket_once(client: Client, cloud: Cloud) -> None:
    video_id, count = str(uuid.uuid4()), MAX_PAGE + 50
    cloud.put_video(video_id)
    with ThreadPoolExecutor(8) as pool, ExitStack() as opened:
        sockets = list(pool.map(lambda _: client.open_socket(video_id), range(count)))
        for watching in sockets:
            opened.enter_context(watching)
        for watching in sockets:
            assert json.loads(watching.recv(timeout=60))["state"] == "UPLOADED"

        cloud.invoke("FailFunction", {"videoId": video_id, "error": {"Cause": "null"}})

        for watching in sockets:
            assert json.loads(watching.recv(timeout=60))["state"] == "FAILED"
            assert list(watching) == []
            assert watching.close_code == 1000
        eventually(lambda: not cloud.connections(video_id))


def test_a_client_that_disconnects_does_not_affect_others(
    client: Client, cloud: Cloud, processing_video: str
) -> None:
    with client.open_socket(processing_video) as stays:
        stays.recv(timeout=10)
        with client.open_socket(processing_video):
            pass
        with client.open_socket(processing_video) as vanishes:
            vanishes.recv(timeout=10)
            reset_connection(vanishes)

        eventually(lambda: len(cloud.connections(processing_video)) == 1)
        cloud.invoke("FailFunction", {"videoId": processing_video, "error": {"Cause": "null"}})

        assert json.loads(stays.recv(timeout=10))["state"] == "FAILED"
        eventually(lambda: not cloud.connections(processing_video))


def test_messages_from_a_client_call_no_function(client: Client, cloud: Cloud, processing_video: str) -> None:
    """API Gateway may answer them itself; the socket goes on."""
    with client.open_socket(processing_video) as watching:
        watching.recv(timeout=10)
        watching.send("hello?")
        watching.send('{"action": "dance"}')
        cloud.invoke("FailFunction", {"videoId": processing_video, "error": {"Cause": "null"}})
        told = json.loads(watching.recv(timeout=10))
        while "videoId" not in told:
            assert set(told) == {"message", "connectionId", "requestId"}
            told = json.loads(watching.recv(timeout=10))
        assert told["state"] == "FAILED"


def test_an_upgrade_for_an_unknown_video_is_404(client: Client) -> None:
    refused = refusal(client, str(uuid.uuid4())).response

    assert refused.status_code == 404
    assert json.loads(bytes(refused.body or b""))["code"] == "unknown_video"
    assert refused.headers["access-control-allow-origin"] == "*"


@pytest.mark.smoke("status by socket")
@pytest.mark.parametrize("video_id", ["nonsense", "..", "0", "A1B2C3D4-0000-4000-8000-000000000000"])
def test_an_upgrade_for_a_malformed_id_is_404(client: Client, video_id: str) -> None:
    assert refusal(client, video_id).response.status_code == 404


def test_a_handshake_that_fails_is_not_a_refusal(client: Client, cloud: Cloud, processing_video: str) -> None:
    with cloud.denied("SocketFunction", "dynamodb:PutItem"):
        status = refusal(client, processing_video).response.status_code

    assert status == 500


@pytest.mark.smoke("status by socket")
def test_a_known_video_without_upgrade_headers_is_400(client: Client, short_video: str) -> None:
    answer = client.get(f"/video/{short_video}/status/stream")

    assert (answer.status_code, answer.json()["code"]) == (400, "upgrade_required")
    assert answer.headers["content-type"] == "application/problem+json"
    checks.is_readable_by_scripts(answer)


def test_an_incomplete_handshake_is_400(client: Client, short_video: str) -> None:
    answer = client.get(
        f"/video/{short_video}/status/stream", Connection="Upgrade", Upgrade="websocket",
        Sec_WebSocket_Key="short", Sec_WebSocket_Version="13",
    )  # fmt: skip

    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"]


@pytest.mark.smoke("status by socket")
def test_the_socket_path_allows_only_get(client: Client, short_video: str) -> None:
    answer = client.http.post(f"/video/{short_video}/status/stream")

    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")


def test_maintenance_repeats_the_state_to_keep_idle_sockets_open(
    client: Client, cloud: Cloud, processing_video: str
) -> None:
    with client.open_socket(processing_video) as watching:
        first = watching.recv(timeout=10)
        cloud.invoke("KeepAliveFunction", {})
        with pytest.raises(TimeoutError):  # a socket that was just opened needs no repetition
            watching.recv(timeout=1)

        cloud.age_connections(processing_video, seconds=60)
        cloud.invoke("KeepAliveFunction", {})

        assert json.loads(watching.recv(timeout=10)) == json.loads(first)
