"""The API of webhooks: each refusal names the field, another owner's webhook is 404."""

import json
import socket
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from reelway.webhooks.webhook import Result
from tests.support import samples
from tests.support.doubles import moto_aws
from tests.support.doubles.fakes.receivers import FakeReceivers
from tests.unit.webhooks.house import an_event, order_of

URL = "https://backend.example/reelway"
OTHER = "11111111-2222-3333-4444-555555555555"


@pytest.fixture(autouse=True)
def resolved(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Names and their addresses; all others have a public one."""
    known: dict[str, str] = {}

    def getaddrinfo(host: str, port: int, **_: Any) -> Any:
        if known.get(host) == "":
            raise OSError("no such name")
        return [(2, 1, 6, "", (known.get(host, "93.184.216.34"), port))]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return known


class Api:
    """Asks a handler; with an `owner` in token mode."""

    def __init__(self, handler: Any, owner: str | None = None, scope: str = "webhooks:manage") -> None:
        self._handler = handler
        self._authorizer = None if owner is None else {"owner": owner, "scope": scope, "until": "9e9"}

    def __call__(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        headers: dict[str, str] | None = None,
        query: dict[str, str] | None = None,
    ) -> tuple[int, Any, dict[str, Any]]:
        event = samples.event("rest-webhook")
        event |= {"path": path, "httpMethod": method, "queryStringParameters": query}
        event |= {"body": body if isinstance(body, str) else json.dumps(body or {}), "isBase64Encoded": False}
        event["headers"] = event["headers"] | (headers or {})
        event["requestContext"] = event["requestContext"] | {"authorizer": self._authorizer}
        answer = self._handler.lambda_handler(event, None)
        return answer["statusCode"], json.loads(answer["body"] or "{}"), answer["multiValueHeaders"]

    def made(self, **fields: Any) -> dict[str, Any]:
        status, document, _ = self("POST", "/webhooks", {"url": URL, **fields})
        assert status == 201, document
        return dict(document)


@pytest.fixture
def api(handlers: Callable[..., Any]) -> Api:
    return Api(handlers("webhooks.handler"))


def test_a_webhook_is_made_with_a_secret_that_is_shown_once(api: Api) -> None:
    made = api.made(events=["video.failed", "video.ready", "video.ready"], description="Mine")
    assert made["secret"].startswith("whsec_")
    assert made["events"] == ["video.failed", "video.ready"]
    status, found, _ = api("GET", f"/webhooks/{made['webhookId']}")
    assert status == 200
    assert found == {name: value for name, value in made.items() if name != "secret"}
    assert (found["url"], found["description"], found["state"]) == (URL, "Mine", "enabled")
    assert api("GET", "/webhooks")[1] == {"webhooks": [found]}


@pytest.mark.parametrize(
    ("fields", "code", "named"),
    [
        ({"url": None}, "bad_url", "url"),
        ({"url": 5}, "bad_url", "url"),
        ({"url": "http://backend.example/"}, "bad_url", "https"),
        ({"url": "https://127.0.0.1/"}, "bad_url", "url"),
        ({"url": f"https://backend.example/{'a' * 2048}"}, "bad_url", "2048"),
        ({"url": "https://inside.example/"}, "bad_url", "inside.example"),
        ({"url": "https://nowhere.example/"}, "bad_url", "nowhere.example"),
        ({"events": "video.ready"}, "bad_events", "events"),
        ({"events": ["video.*"]}, "bad_events", "video.ready"),
        ({"events": [["video.ready"]]}, "bad_events", "events"),
        ({"events": [None]}, "bad_events", "events"),
        ({"events": ["webhook.test"]}, "bad_events", "events"),
        ({"description": 5}, "bad_description", "description"),
        ({"description": "a" * 201}, "bad_description", "200"),
        ({"description": "two\nlines"}, "bad_description", "description"),
    ],
)
def test_a_bad_field_is_named(
    api: Api, resolved: dict[str, str], fields: dict[str, Any], code: str, named: str
) -> None:
    resolved |= {"inside.example": "10.0.0.7", "nowhere.example": ""}
    status, problem, _ = api("POST", "/webhooks", {"url": URL} | fields)
    assert (status, problem["code"]) == (400, code)
    assert named in problem["detail"]
    assert api("GET", "/webhooks")[1] == {"webhooks": []}


@pytest.mark.parametrize("body", ["[]", "no", '"text"', "{", "[" * 5000])
def test_a_body_that_is_no_object_is_400(api: Api, body: str) -> None:
    assert api("POST", "/webhooks", body)[1]["code"] == "malformed_json"


def test_an_owner_has_ten_webhooks_at_most(api: Api) -> None:
    made = [api.made() for _ in range(10)]
    status, problem, _ = api("POST", "/webhooks", {"url": URL})
    assert (status, problem["code"]) == (409, "too_many_webhooks")
    assert api("DELETE", f"/webhooks/{made[0]['webhookId']}")[0] == 204
    api.made()


def test_a_deleted_webhook_is_unknown(api: Api) -> None:
    path = f"/webhooks/{api.made()['webhookId']}"
    assert api("DELETE", path)[0] == 204
    assert {api(method, path)[0] for method in ("GET", "DELETE")} == {404}


@pytest.mark.parametrize("identifier", [OTHER, "no-id", "..", OTHER.upper().replace("1", "A")])
@pytest.mark.parametrize(
    ("method", "below"),
    [
        ("GET", ""),
        ("DELETE", ""),
        ("POST", "/secret"),
        ("POST", "/test"),
        ("GET", "/deliveries"),
        ("POST", f"/deliveries/{OTHER}/redeliver"),
    ],
)
def test_an_unknown_webhook_is_404(api: Api, identifier: str, method: str, below: str) -> None:
    status, problem, _ = api(method, f"/webhooks/{identifier}{below}")
    assert (status, problem["code"]) == (404, "unknown_webhook")


@pytest.mark.parametrize("delivery", [OTHER, "no-id"])
def test_an_unknown_delivery_is_404(api: Api, delivery: str) -> None:
    made = api.made()
    status, problem, _ = api("POST", f"/webhooks/{made['webhookId']}/deliveries/{delivery}/redeliver")
    assert (status, problem["code"]) == (404, "unknown_delivery")


def test_another_owners_webhook_is_404_everywhere(handlers: Callable[..., Any]) -> None:
    handler = handlers("webhooks.handler", ACCESS="token")
    mia, noah = Api(handler, "mia"), Api(handler, "noah")
    made = mia.made()
    path = f"/webhooks/{made['webhookId']}"
    sent = mia("POST", f"{path}/test")[1]
    again = f"{path}/deliveries/{sent['deliveryId']}/redeliver"

    asked = [
        *(("GET", path), ("POST", f"{path}/secret"), ("POST", f"{path}/test"), ("GET", f"{path}/deliveries")),
        *(("POST", again), ("DELETE", path)),
    ]
    assert [noah(*each)[0] for each in asked] == 6 * [404]
    assert noah("GET", "/webhooks")[1] == {"webhooks": []}
    assert [mia(*each)[0] for each in asked] == [200, 200, 202, 200, 202, 204]


@pytest.mark.parametrize(
    ("owner", "scope", "status"), [(None, "", 401), ("mia", "videos:read", 403), ("mia", "admin", 200)]
)
def test_a_token_needs_the_scope(
    handlers: Callable[..., Any], owner: str | None, scope: str, status: int
) -> None:
    api = Api(handlers("webhooks.handler", ACCESS="token"), owner, scope)
    assert api("GET", "/webhooks")[0] == status


def test_a_read_only_server_has_no_webhooks(handlers: Callable[..., Any]) -> None:
    api = Api(handlers("webhooks.handler", ACCESS="read-only"))
    assert [api(method, "/webhooks")[0] for method in ("GET", "POST")] == [403, 403]


def test_a_secret_is_changed_and_the_former_one_is_good_for_a_day(api: Api) -> None:
    made = api.made()
    status, changed, _ = api("POST", f"/webhooks/{made['webhookId']}/secret")
    assert status == 200
    assert changed["secret"] != made["secret"]
    assert changed["oldSecretUntil"] > changed["createdAt"]
    assert "secret" not in api("GET", f"/webhooks/{made['webhookId']}")[1]


def test_a_secret_that_is_changed_twice_at_a_time_is_changed_once(
    api: Api, handlers: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = api.made()
    registry = handlers("webhooks.handler").registry
    found = registry.find("", made["webhookId"])
    stale = replace(found, secret="whsec_b2xk")  # noqa: S106  no secret
    monkeypatch.setattr(type(registry.webhooks), "find", lambda *_: stale)
    status, problem, _ = api("POST", f"/webhooks/{made['webhookId']}/secret")
    assert (status, problem["code"]) == (409, "secret_changed")


def test_a_test_is_delivered_once_and_seen_among_the_deliveries(
    api: Api, handlers: Callable[..., Any]
) -> None:
    made = api.made()
    status, ordered, _ = api("POST", f"/webhooks/{made['webhookId']}/test")
    assert (status, ordered["type"], ordered["state"], ordered["attempts"]) == (
        202,
        "webhook.test",
        "pending",
        0,
    )
    deliver(handlers, Result(status=500))
    status, listed, _ = api("GET", f"/webhooks/{made['webhookId']}/deliveries")
    [found] = listed["deliveries"]
    assert status == 200
    assert found["deliveryId"] == ordered["deliveryId"]
    assert (found["state"], found["attempts"], found["lastStatus"]) == ("failed", 1, 500)
    assert moto_aws.messages("DeliveryQueue") == []


def test_a_test_that_succeeds_enables_a_webhook_again(api: Api, handlers: Callable[..., Any]) -> None:
    made = api.made()
    path = f"/webhooks/{made['webhookId']}"
    for result, state in (
        (Result(status=410), "disabled"),
        (Result(status=500), "disabled"),
        (Result(status=200), "enabled"),
    ):
        api("POST", f"{path}/test")
        deliver(handlers, result)
        assert api("GET", path)[1]["state"] == state


def test_a_failed_delivery_is_sent_again_on_demand_and_then_as_a_new_one(
    api: Api, handlers: Callable[..., Any]
) -> None:
    made = api.made()
    path = f"/webhooks/{made['webhookId']}"
    registry = handlers("webhooks.handler").registry
    fan_out(handlers, an_event())
    deliver(handlers, Result(status=410))
    webhook = registry.find("", made["webhookId"])
    registry.webhooks.note_success(webhook)
    [failed] = api("GET", f"{path}/deliveries")[1]["deliveries"]
    assert failed["state"] == "failed"

    status, ordered, _ = api("POST", f"{path}/deliveries/{failed['deliveryId']}/redeliver")

    assert (status, ordered["state"], ordered["attempts"]) == (202, "pending", 1)
    deliver(handlers, Result(status=500))
    [found] = api("GET", f"{path}/deliveries")[1]["deliveries"]
    assert (found["state"], found["attempts"]) == ("pending", 2)
    assert found["nextAttemptAt"] > found["lastAttemptAt"]


def test_a_delivery_that_changes_meanwhile_is_409(
    api: Api, handlers: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = api.made()
    path = f"/webhooks/{made['webhookId']}"
    sent = api("POST", f"{path}/test")[1]
    deliveries = handlers("webhooks.handler").registry.deliveries
    stale = replace(deliveries.find(made["webhookId"], sent["deliveryId"]), attempts=7)
    monkeypatch.setattr(type(deliveries), "find", lambda *_: stale)
    status, problem, _ = api("POST", f"{path}/deliveries/{sent['deliveryId']}/redeliver")
    assert (status, problem["code"]) == (409, "delivery_changed")


def test_deliveries_are_listed_in_pages_newest_first(api: Api, handlers: Callable[..., Any]) -> None:
    path = f"/webhooks/{api.made()['webhookId']}/deliveries"
    for minute in range(5):
        fan_out(handlers, an_event(event_id=f"e{minute}") | {"time": f"2026-11-26T12:0{minute}:00.000000Z"})
    status, listed, headers = api("GET", path, query={"limit": "2"})
    assert status == 200
    seen = [each["eventId"] for each in listed["deliveries"]]
    while "Link" in headers:
        cursor = headers["Link"][0].partition("cursor=")[2].partition(">")[0]
        _, listed, headers = api("GET", path, query={"limit": "2", "cursor": cursor})
        seen += [each["eventId"] for each in listed["deliveries"]]
    assert seen == ["e4", "e3", "e2", "e1", "e0"]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        *(({"limit": limit}, "bad_limit") for limit in ("0", "101", "-1", "1.5", "²", "", "9" * 99)),
        *(({"cursor": cursor}, "bad_cursor") for cursor in ("", "no", "W10=", OTHER + "0")),
    ],
)
def test_a_bad_page_is_400(api: Api, query: dict[str, str], code: str) -> None:
    status, problem, _ = api("GET", f"/webhooks/{api.made()['webhookId']}/deliveries", query=query)
    assert (status, problem["code"]) == (400, code)


def test_a_webhook_to_this_api_orders_no_other(api: Api) -> None:
    """Its message would order a test, whose message would order the next one."""
    path = f"/webhooks/{api.made()['webhookId']}"
    for below in ("/test", f"/deliveries/{OTHER}/redeliver"):
        status, problem, _ = api("POST", f"{path}{below}", headers={"Webhook-Id": "event-1"})
        assert (status, problem["code"]) == (409, "webhook_loop")
    assert moto_aws.messages("DeliveryQueue") == []


def test_an_event_that_cannot_be_read_comes_again_alone(handlers: Callable[..., Any], api: Api) -> None:
    api.made()
    good, bad = (
        {"messageId": name, "body": body} for name, body in (("g", bus_message(an_event())), ("b", "{}"))
    )
    handler = handlers("webhooks.fan_out_handler")
    assert handler.lambda_handler({"Records": [bad, good]}, None) == {
        "batchItemFailures": [{"itemIdentifier": "b"}]
    }
    assert len(moto_aws.messages("DeliveryQueue")) == 1


def bus_message(event: dict[str, Any]) -> str:
    return json.dumps({"source": "reelway", "detail-type": event["type"], "detail": event})


def fan_out(handlers: Callable[..., Any], event: dict[str, Any]) -> None:
    handler = handlers("webhooks.fan_out_handler")
    message = {"messageId": "1", "body": bus_message(event)}
    assert handler.lambda_handler({"Records": [message]}, None) == {"batchItemFailures": []}


def deliver(handlers: Callable[..., Any], result: Result) -> None:
    """All messages that are in the queue, to a receiver that answers so."""
    handler = handlers("webhooks.deliver_handler")
    handler.deliverer = replace(handler.deliverer, receivers=FakeReceivers(result))
    records = [{"messageId": str(n), "body": body} for n, body in enumerate(moto_aws.taken("DeliveryQueue"))]
    assert records
    assert {order_of(each["body"]).webhook_id for each in records}
    assert handler.lambda_handler({"Records": records}, None) == {"batchItemFailures": []}
