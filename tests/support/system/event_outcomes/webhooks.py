"""Outcomes of events for webhooks."""

import json

from tests.support.system.event_outcomes.rest import json_of
from tests.support.system.event_outcomes.stage import TAKEN, Send, Stage

# Nobody listens on the port of `discard`.
_URL = "http://127.0.0.1:9/"


def webhooks_are_listed(stage: Stage, send: Send) -> None:
    made = stage.client.http.post("/webhooks", json={"url": _URL}).json()
    listed = json_of(send(), 200)["webhooks"]
    assert made["webhookId"] in {each["webhookId"] for each in listed}
    stage.client.http.delete(f"/webhooks/{made['webhookId']}")


def event_is_to_be_delivered(stage: Stage, send: Send) -> None:
    path = f"/webhooks/{stage.client.http.post('/webhooks', json={'url': _URL}).json()['webhookId']}"
    assert send() == TAKEN
    [message] = stage.event["Records"]
    event_id = json.loads(message["body"])["detail"]["id"]
    deliveries = stage.client.http.get(f"{path}/deliveries").json()["deliveries"]
    # The seed's own records, and videos of other tests, have events as well.
    assert [each["type"] for each in deliveries if each["eventId"] == event_id] == ["video.ready"]
    stage.client.http.delete(path)


def order_of_a_deleted_webhook_is_ignored(stage: Stage, send: Send) -> None:
    assert send() == TAKEN
