"""The emulator passes on the subprotocol of a socket; tests/e2e has the real one."""

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest
from ministack.services import apigateway

from local import socket_protocols
from local.named_errors import UnknownEmulator


def accepted(answer: Mapping[str, Any] | None) -> Any:
    """How a socket is accepted after this answer of the function of $connect."""
    sent: list[Any] = []

    async def invoke(*_: Any, **__: Any) -> Any:
        return answer

    async def send(message: Any) -> None:
        sent.append(message)

    asking = socket_protocols.noting_protocols(invoke)

    async def handle(scope: Any, receive: Any, send: Any, *, api_id: str) -> None:
        assert api_id == "a1"
        await asking("a1", kind="CONNECT")
        await send({"type": "websocket.accept"})
        await send({"type": "websocket.send", "text": "hi"})

    passing = socket_protocols.passing_protocols(handle)
    asyncio.run(_awaited(passing({}, None, send, api_id="a1")))
    first, second = sent
    assert second == {"type": "websocket.send", "text": "hi"}
    return first


async def _awaited(answer: Any) -> Any:
    return await answer


@pytest.mark.parametrize("name", ["Sec-WebSocket-Protocol", "sec-websocket-protocol"])
def test_what_the_function_chooses_is_what_the_client_gets(name: str) -> None:
    answer = {"statusCode": 200, "headers": {name: "reelway"}}
    assert accepted(answer) == {"type": "websocket.accept", "subprotocol": "reelway"}


@pytest.mark.parametrize("answer", [None, {"statusCode": 200}, {"headers": None}, {"headers": {"A": "b"}}])
def test_without_a_choice_there_is_none(answer: Any) -> None:
    assert accepted(answer) == {"type": "websocket.accept"}


def test_another_version_of_the_emulator_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(apigateway, "handle_websocket")

    with pytest.raises(UnknownEmulator):
        socket_protocols.install()
