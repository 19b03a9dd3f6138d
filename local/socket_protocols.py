"""Has MiniStack pass on the subprotocol that the function of `$connect` chooses.

MiniStack 1.5.33 accepts a socket without one, which browsers that have offered some give up. API Gateway
passes on the header Sec-WebSocket-Protocol of the function's answer.
"""

import functools
from collections.abc import Awaitable, Callable, Mapping
from contextvars import ContextVar
from typing import Any

from ministack.services import apigateway

from local.named_errors import UnknownEmulator

_HEADER = "sec-websocket-protocol"
_chosen: ContextVar[str | None] = ContextVar("chosen subprotocol", default=None)


def install() -> None:
    """Raises UnknownEmulator, and then has changed nothing."""
    try:
        invoke, handle = apigateway._invoke_ws_lambda, apigateway.handle_websocket
    except AttributeError as error:
        raise UnknownEmulator(str(error)) from error
    apigateway._invoke_ws_lambda = noting_protocols(invoke)
    apigateway.handle_websocket = passing_protocols(handle)


def noting_protocols(invoke: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    """`invoke`, after which the subprotocol that a function has chosen is known."""

    @functools.wraps(invoke)
    async def noting(*called: Any, **more: Any) -> Any:
        answer = await invoke(*called, **more)
        headers: Mapping[str, str] = (answer or {}).get("headers") or {}
        _chosen.set(next((value for name, value in headers.items() if name.lower() == _HEADER), None))
        return answer

    return noting


def passing_protocols(handle: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    """`handle`, which accepts a socket with the subprotocol that was chosen."""

    @functools.wraps(handle)
    async def passing(
        scope: Any, receive: Any, send: Callable[[Any], Awaitable[None]], *more: Any, **named: Any
    ) -> Any:
        async def sending(message: Mapping[str, Any]) -> None:
            is_accepting = message["type"] == "websocket.accept" and _chosen.get()
            await send({**message, "subprotocol": _chosen.get()} if is_accepting else message)

        return await handle(scope, receive, sending, *more, **named)

    return passing
