"""The rules of the guard, without an emulator. tests/integration/test_guard.py attacks the real one."""

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest

from local.guard import SECRET_HEADER, Guard

HOST = {"host": "127.0.0.1:4566"}
PAGE = HOST | {"origin": "http://localhost:3000"}


class Signatures:
    """Knows one bucket, `films`, and takes the signature `good`."""

    def has_bucket(self, path: str) -> bool:
        return path.split("/")[1] == "films"

    def is_presigned(
        self, method: str, path: str, headers: Mapping[str, str], query: Mapping[str, list[str]]
    ) -> bool:
        return query.get("X-Amz-Signature") == ["good"]

    def is_signed_form(self, fields: Mapping[str, str]) -> bool:
        return fields == {"x-amz-signature": "good"}


def ask(
    headers: dict[str, str],
    *,
    method: str = "GET",
    path: str = "/films/1",
    query: str = "",
    kind: str = "http",
    body: bytes = b"",
) -> list[Any]:
    """What the application was called with if the guard let the request pass, and what was sent."""
    happened: list[Any] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        happened.append((dict(scope["headers"]), (await receive()).get("body")))

    async def receive() -> Any:
        return {"type": "http.request", "body": body}

    async def send(message: Any) -> None:
        happened.append(message.get("status") or message["type"])

    scope = {
        "type": kind,
        "method": method,
        "path": path,
        "query_string": query.encode(),
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }
    asyncio.run(Guard(app, "the secret", Signatures())(scope, receive, send))
    return happened


def passes(headers: dict[str, str], **asked: Any) -> bool:
    happened = ask(headers, **asked)
    return isinstance(happened[0], tuple)


def test_programs_pass_whatever_they_ask_for() -> None:
    assert passes(HOST, method="POST", path="/_ministack/reset")
    assert passes(HOST, kind="websocket")


def test_a_foreign_host_is_refused() -> None:
    assert ask({"host": "cats.example"}) == [403, "http.response.body"]


def test_who_knows_the_secret_passes_and_the_secret_goes_no_further() -> None:
    [(headers, _)] = ask(PAGE | {SECRET_HEADER: "the secret"}, path="/_aws/execute-api/a/v1/upload")

    assert SECRET_HEADER.encode() not in headers
    assert headers[b"origin"] == b"http://localhost:3000"
    assert not passes(PAGE | {SECRET_HEADER: "another"}, path="/_aws/execute-api/a/v1/upload")


@pytest.mark.parametrize("path", ["/", "/_ministack/reset", "/2015-03-31/functions", "/other/1"])
def test_pages_get_nothing_but_objects(path: str) -> None:
    assert not passes(PAGE, path=path, query="X-Amz-Signature=good")
    assert not passes(PAGE, path=path, method="OPTIONS")


def test_pages_get_objects_by_a_good_signature_alone() -> None:
    assert passes(PAGE, query="X-Amz-Signature=good")
    assert passes(PAGE, method="OPTIONS")
    assert not passes(PAGE)
    assert not passes(PAGE, query="X-Amz-Signature=000")


@pytest.mark.parametrize(
    "more", [{"authorization": "x"}, {"x-amz-target": "x"}, {"host": "a.execute-api.localhost:1"}], ids=str
)
def test_what_another_service_might_take_is_no_request_for_an_object(more: dict[str, str]) -> None:
    assert not passes(PAGE | more, query="X-Amz-Signature=good")


def test_pages_send_forms_that_are_signed_and_the_emulator_gets_them_whole() -> None:
    form = PAGE | {"content-type": "multipart/form-data; boundary=b"}
    field = b'--b\r\nContent-Disposition: form-data; name="X-Amz-Signature"\r\n\r\n%s\r\n'
    file = b'--b\r\nContent-Disposition: form-data; name="file"\r\n\r\nx\r\n--b--\r\n'

    assert ask(form, method="POST", body=field % b"good" + file)[0][1] == field % b"good" + file
    assert not passes(form, method="POST", body=field % b"bad" + file)
    assert not passes(form, method="POST", body=field % b"good" + file, query="delete")
    assert not passes(form, method="PUT", body=field % b"good" + file)


def test_pages_open_no_sockets() -> None:
    assert ask(PAGE, kind="websocket", path="/_aws/execute-api/a/ws") == ["websocket.close"]


def test_the_emulator_starts_and_ends_through_the_guard() -> None:
    assert passes({}, kind="lifespan")
