"""Has MiniStack answer a handshake as the function of `$connect` does: with its status and its subprotocol.

MiniStack 1.5.33 refuses every socket with 403, also where the function has failed, so that a client cannot
know whether to try again. And it accepts a socket without a subprotocol, which browsers that have offered
some give up. API Gateway passes on the status and the header Sec-WebSocket-Protocol of the function's answer.
"""

import functools
from collections.abc import Awaitable, Callable, Mapping
from contextvars import ContextVar
from http import HTTPStatus
from types import MappingProxyType
from typing import Any, Final

from ministack.services import apigateway

from local.named_errors import UnknownEmulator

_HEADER = "sec-websocket-protocol"
_NONE: Final[Mapping[str, Any]] = MappingProxyType({})
_answered: ContextVar[Mapping[str, Any]] = ContextVar("the answer to the handshake", default=_NONE)


def install() -> None:
    """Raises UnknownEmulator, and then has changed nothing."""
    try:
        invoke, handle = apigateway._invoke_ws_lambda, apigateway.handle_websocket
    except AttributeError as error:
        raise UnknownEmulator(str(error)) from error
    apigateway._invoke_ws_lambda = noting_answers(invoke)
    apigateway.handle_websocket = passing_answers(handle)


def noting_answers(invoke: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    """`invoke`, after which it is known what the function has answered."""

    @functools.wraps(invoke)
    async def noting(*called: Any, **more: Any) -> Any:
        answer = await invoke(*called, **more)
        _answered.set(answer or _NONE)
        return answer

    return noting


def passing_answers(handle: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    """`handle`, which accepts or refuses a socket in the words of the function."""

    @functools.wraps(handle)
    async def passing(
        scope: Any, receive: Any, send: Callable[[Any], Awaitable[None]], *more: Any, **named: Any
    ) -> Any:
        is_open = False

        async def sending(message: Mapping[str, Any]) -> None:
            nonlocal is_open
            if message["type"] == "websocket.accept":
                is_open = True
                protocol = _chosen_protocol(_answered.get())
                await send({**message, "subprotocol": protocol} if protocol else message)
            elif message["type"] == "websocket.close" and not is_open and _is_refusal(_answered.get()):
                await _refuse(send, _status(_answered.get()))
            else:
                await send(message)

        return await handle(scope, receive, sending, *more, **named)

    return passing


async def _refuse(send: Callable[[Any], Awaitable[None]], status: int) -> None:
    await send({"type": "websocket.http.response.start", "status": status, "headers": []})
    await send({"type": "websocket.http.response.body", "body": b""})


def _status(answer: Mapping[str, Any]) -> int:
    return int(answer.get("statusCode", HTTPStatus.OK))


def _is_refusal(answer: Mapping[str, Any]) -> bool:
    return _status(answer) >= HTTPStatus.MULTIPLE_CHOICES


def _chosen_protocol(answer: Mapping[str, Any]) -> str | None:
    headers: Mapping[str, str] = answer.get("headers") or {}
    return next((value for name, value in headers.items() if name.lower() == _HEADER), None)
