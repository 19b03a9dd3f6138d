"""The emulator passes on how $connect is answered; tests/e2e has the real one."""

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest
from ministack.services import apigateway

from local import socket_answers
from local.named_errors import UnknownEmulator

ACCEPT = {"type": "websocket.accept"}
CLOSE = {"type": "websocket.close", "code": 1008}
TEXT = {"type": "websocket.send", "text": "hi"}


def sent_after(answer: Mapping[str, Any] | None, *messages: Mapping[str, Any]) -> list[Any]:
    """What reaches the client of the messages that follow this answer of the function of $connect."""
    sent: list[Any] = []

    async def invoke(*_: Any, **__: Any) -> Any:
        return answer

    async def send(message: Any) -> None:
        sent.append(message)

    asking = socket_answers.noting_answers(invoke)

    async def handle(scope: Any, receive: Any, send: Any, *, api_id: str) -> None:
        assert api_id == "a1"
        await asking("a1", kind="CONNECT")
        for message in messages:
            await send(message)

    passing = socket_answers.passing_answers(handle)
    asyncio.run(_awaited(passing({}, None, send, api_id="a1")))
    return sent


async def _awaited(answer: Any) -> Any:
    return await answer


@pytest.mark.parametrize("name", ["Sec-WebSocket-Protocol", "sec-websocket-protocol"])
def test_the_protocol_that_the_function_chooses_is_what_the_client_gets(name: str) -> None:
    answer = {"statusCode": 200, "headers": {name: "reelway"}}

    assert sent_after(answer, ACCEPT, TEXT) == [{**ACCEPT, "subprotocol": "reelway"}, TEXT]


@pytest.mark.parametrize("answer", [None, {"statusCode": 200}, {"headers": None}, {"headers": {"A": "b"}}])
def test_without_a_choice_there_is_none(answer: Any) -> None:
    assert sent_after(answer, ACCEPT, TEXT) == [ACCEPT, TEXT]


@pytest.mark.parametrize("status", [401, 403, 404, 500])
def test_a_refusal_has_the_functions_status(status: int) -> None:
    start, body = sent_after({"statusCode": status}, CLOSE)

    assert start == {"type": "websocket.http.response.start", "status": status, "headers": []}
    assert body == {"type": "websocket.http.response.body", "body": b""}


def test_a_socket_that_no_function_was_asked_about_is_refused_as_before() -> None:
    assert sent_after(None, CLOSE) == [CLOSE]


@pytest.mark.parametrize("status", [200, 500])
def test_an_open_socket_is_closed_as_before(status: int) -> None:
    assert sent_after({"statusCode": status}, ACCEPT, CLOSE) == [ACCEPT, CLOSE]


def test_another_version_of_the_emulator_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(apigateway, "handle_websocket")

    with pytest.raises(UnknownEmulator):
        socket_answers.install()
