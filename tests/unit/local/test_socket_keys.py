"""Sockets are opened with a key alone where a route requires one; tests/integration has the real emulator."""

import asyncio
from typing import Any

import pytest
from ministack.services import apigateway

from local import socket_keys
from local.named_errors import UnknownEmulator


def opened(kind: str, headers: dict[str, str], *, is_required: bool = True) -> Any:
    """The answer to an event of a socket, for which the function answers 200."""

    async def invoke(*_: Any, **more: Any) -> Any:
        assert more == {"query_params": {}}
        return {"statusCode": 200}

    def check(route: Any, api_id: str, stage: str, given: Any) -> tuple[Any, Any]:
        assert (api_id, stage) == ("a1", "ws")
        return ("refused" if route["apiKeyRequired"] and given.get("x-api-key") != "k" else None), None

    asking = socket_keys.asking_for_keys(invoke, check)
    route = {"apiKeyRequired": is_required}
    called = ("a1", "000000000000", "us-east-1", route, "ws", "c1", kind, "r1", "", "127.0.0.1", headers)
    return asyncio.run(_awaited(asking(*called, query_params={})))["statusCode"]


async def _awaited(answer: Any) -> Any:
    return await answer


@pytest.mark.parametrize(
    ("headers", "status"), [({}, 403), ({"x-api-key": "x"}, 403), ({"x-api-key": "k"}, 200)]
)
def test_a_handshake_needs_the_key(headers: dict[str, str], status: int) -> None:
    assert opened("CONNECT", headers) == status
    assert opened("CONNECT", headers, is_required=False) == 200


def test_an_open_socket_is_asked_for_nothing() -> None:
    assert opened("MESSAGE", {}) == opened("DISCONNECT", {}) == 200


def test_another_version_of_the_emulator_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(apigateway, "_invoke_ws_lambda")

    with pytest.raises(UnknownEmulator):
        socket_keys.install()
