"""Webhooks as a backend meets them: made by the API, told by events of the bus, verified by a library."""

import json
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from standardwebhooks import Webhook as Verifier

from reelway.timestamps import utc_now
from tests.support.samples import UNKNOWN_ID
from tests.support.system.client import Client, eventually
from tests.support.system.cloud import Cloud


@dataclass(slots=True)
class Receiver:
    """A backend's server. `answers` are the statuses of its next answers, the last one for ever."""

    url: str
    answers: list[int] = field(default_factory=lambda: [200])
    seen: list[tuple[dict[str, str], str]] = field(default_factory=list)

    def verified(self, secret: str) -> list[dict[str, Any]]:
        """All messages, each of which was signed with the secret."""
        return [dict(Verifier(secret).verify(body, headers)) for headers, body in self.seen]

    def types(self) -> list[str]:
        return [json.loads(body)["type"] for _, body in self.seen]


@contextmanager
def receiving() -> Iterator[Receiver]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            told.seen.append(({name.lower(): value for name, value in self.headers.items()}, body))
            answers = told.answers
            self.send_response(answers.pop(0) if len(answers) > 1 else answers[0])
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        told = Receiver(f"http://127.0.0.1:{server.server_port}/hook")
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield told
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as found:
        yield found


@pytest.fixture
def make(client: Client) -> Iterator[Callable[..., dict[str, Any]]]:
    """Makes webhooks, which are deleted in the end."""
    made: list[str] = []

    def make(url: str, **fields: Any) -> dict[str, Any]:
        answer = client.http.post("/webhooks", json={"url": url, **fields})
        assert answer.status_code == 201, answer.text
        made.append(answer.json()["webhookId"])
        return dict(answer.json())

    yield make
    for webhook_id in made:
        client.http.delete(f"/webhooks/{webhook_id}")


def publish(cloud: Cloud, video_id: str, event_type: str = "video.ready", *, event_id: str = "") -> str:
    """Put an event on the bus, as Reelway does; its id."""
    detail = {
        "specversion": "1.0",
        "id": event_id or str(uuid.uuid4()),
        "source": f"urn:reelway:{cloud.stack_name}",
        "type": event_type,
        "time": utc_now(),
        "subject": video_id,
        "datacontenttype": "application/json",
        "data": {"owner": "", "videoId": video_id, "state": "READY"},
    }
    entry = {
        "Source": "reelway",
        "DetailType": event_type,
        "Detail": json.dumps(detail),
        "EventBusName": cloud.physical_id("EventBus"),
    }
    answer = cloud.client("events").put_events(Entries=[entry])
    assert answer["FailedEntryCount"] == 0
    return str(detail["id"])


def deliveries(client: Client, webhook_id: str) -> list[dict[str, Any]]:
    answer = client.http.get(f"/webhooks/{webhook_id}/deliveries")
    assert answer.status_code == 200
    return list(answer.json()["deliveries"])


def test_an_event_of_the_bus_reaches_the_webhooks_that_want_it(
    client: Client, cloud: Cloud, receiver: Receiver, make: Callable[..., dict[str, Any]]
) -> None:
    ready, failed = (
        make(receiver.url, events=["video.ready"]),
        make(f"{receiver.url}?failed", events=["video.failed"]),
    )
    event_id = publish(cloud, UNKNOWN_ID)

    eventually(lambda: receiver.seen)
    eventually(lambda: deliveries(client, ready["webhookId"])[0]["state"] == "delivered")

    [event] = receiver.verified(ready["secret"])
    assert (event["id"], event["type"], event["subject"]) == (event_id, "video.ready", UNKNOWN_ID)
    assert receiver.seen[0][0]["webhook-id"] == event_id
    assert receiver.seen[0][0]["content-type"] == "application/cloudevents+json"
    [delivery] = deliveries(client, ready["webhookId"])
    assert (delivery["eventId"], delivery["videoId"], delivery["lastStatus"]) == (event_id, UNKNOWN_ID, 200)
    assert deliveries(client, failed["webhookId"]) == []


def test_a_receiver_that_fails_gets_the_event_again(
    client: Client, cloud: Cloud, receiver: Receiver, make: Callable[..., dict[str, Any]]
) -> None:
    webhook, receiver.answers = make(receiver.url), [500, 200]
    event_id = publish(cloud, UNKNOWN_ID)

    eventually(lambda: len(receiver.seen) == 1)
    eventually(lambda: deliveries(client, webhook["webhookId"])[0]["attempts"] == 1)
    [waiting] = deliveries(client, webhook["webhookId"])
    assert (waiting["state"], waiting["lastStatus"]) == ("pending", 500)
    assert waiting["nextAttemptAt"] > waiting["lastAttemptAt"]

    eventually(lambda: deliveries(client, webhook["webhookId"])[0]["state"] == "delivered")
    assert {event["id"] for event in receiver.verified(webhook["secret"])} == {event_id}
    assert len(receiver.seen) == 2


def test_a_webhook_is_tested_and_an_event_sent_again(
    client: Client, receiver: Receiver, make: Callable[..., dict[str, Any]]
) -> None:
    webhook = make(receiver.url)
    path = f"/webhooks/{webhook['webhookId']}"
    ordered = client.http.post(f"{path}/test")
    assert ordered.status_code == 202
    eventually(lambda: deliveries(client, webhook["webhookId"])[0]["state"] == "delivered")
    assert receiver.types() == ["webhook.test"]

    again = client.http.post(f"{path}/deliveries/{ordered.json()['deliveryId']}/redeliver")

    assert again.status_code == 202
    eventually(lambda: len(receiver.seen) == 2)
    first, second = receiver.verified(webhook["secret"])
    assert first == second
    eventually(lambda: deliveries(client, webhook["webhookId"])[0]["attempts"] == 2)


def test_a_changed_secret_signs_at_once(
    client: Client, receiver: Receiver, make: Callable[..., dict[str, Any]]
) -> None:
    webhook = make(receiver.url)
    path = f"/webhooks/{webhook['webhookId']}"
    changed = client.http.post(f"{path}/secret").json()
    client.http.post(f"{path}/test")
    eventually(lambda: receiver.seen)
    for secret in (webhook["secret"], changed["secret"]):
        assert receiver.verified(secret)


def test_a_receiver_that_is_gone_is_told_nothing_more(
    client: Client, cloud: Cloud, receiver: Receiver, make: Callable[..., dict[str, Any]]
) -> None:
    webhook, receiver.answers = make(receiver.url), [410]
    publish(cloud, UNKNOWN_ID)
    path = f"/webhooks/{webhook['webhookId']}"
    eventually(lambda: client.http.get(path).json()["state"] == "disabled")
    [delivery] = deliveries(client, webhook["webhookId"])
    assert (delivery["state"], delivery["lastStatus"]) == ("failed", 410)


@pytest.mark.parametrize(
    "url",
    [
        "http://169.254.169.254/latest/meta-data/",
        "http://10.0.0.1/",
        "http://[::ffff:127.0.0.1]/",
        "http://0x7f000001/",
        "http://user@127.0.0.1/",
        "gopher://127.0.0.1/",
    ],
)
def test_a_hostile_receiver_is_refused(client: Client, url: str) -> None:
    answer = client.http.post("/webhooks", json={"url": url})
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_url")


def test_a_receiver_that_hangs_holds_up_no_other(
    client: Client, cloud: Cloud, make: Callable[..., dict[str, Any]]
) -> None:
    """Ten events for a receiver that answers none, and one for a receiver that does, after them."""
    with receiving() as hanging, receiving() as good:
        stop = threading.Event()
        hang = make(hanging.url, events=["video.failed"])
        webhook = make(good.url, events=["video.ready"])
        hanging.answers = _Hanging(stop)
        try:
            for _ in range(10):
                publish(cloud, UNKNOWN_ID, "video.failed")
            began_s = time.monotonic()
            publish(cloud, UNKNOWN_ID)
            eventually(lambda: good.seen, within_s=45)
            assert time.monotonic() - began_s < 40
            assert good.verified(webhook["secret"])
        finally:
            client.http.delete(f"/webhooks/{hang['webhookId']}")
            stop.set()


class _Hanging(list[int]):
    """Has an answer when it is stopped."""

    def __init__(self, stop: threading.Event) -> None:
        super().__init__([200])
        self._stop = stop

    def __getitem__(self, index: Any) -> Any:
        self._stop.wait(60)
        return 200


def test_an_upload_is_told_to_a_backend(
    client: Client, receiver: Receiver, make: Callable[..., dict[str, Any]]
) -> None:
    """From the file to the verified message, without anything in between that is a test's."""
    webhook = make(receiver.url, events=["video.failed"])
    video_id = client.upload_until(b"this is no video at all " * 100, "FAILED")
    eventually(lambda: any(event["subject"] == video_id for event in receiver.verified(webhook["secret"])))
