"""Has MiniStack ask for an API key where a WebSocket API's `$connect` route requires one.

MiniStack 1.5.33 does so for REST APIs, but does not heed the setting of routes. API Gateway answers 403, and
calls no function.
"""

import functools
from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import Any

from ministack.services import apigateway, apigateway_v1

from local.named_errors import UnknownEmulator

Invoke = Callable[..., Awaitable[Any]]


def install() -> None:
    """Raises UnknownEmulator, and then has changed nothing."""
    try:
        invoke, check = apigateway._invoke_ws_lambda, apigateway_v1._check_api_key
    except AttributeError as error:
        raise UnknownEmulator(str(error)) from error
    apigateway._invoke_ws_lambda = asking_for_keys(invoke, check)


def asking_for_keys(invoke: Invoke, check: Callable[..., tuple[Any, Any]]) -> Invoke:
    """`invoke`, which opens a socket only if `check` finds no fault with the key in the headers."""

    @functools.wraps(invoke)
    async def asking(
        api_id: str,
        account: str,
        region: str,
        route: Mapping[str, Any],
        stage: str,
        connection_id: str,
        kind: str,
        request_id: str,
        body: str,
        source_ip: str,
        headers: Mapping[str, str],
        **more: Any,
    ) -> Any:
        if kind == "CONNECT" and check(route, api_id, stage, headers)[0] is not None:
            return {"statusCode": HTTPStatus.FORBIDDEN}
        called = (api_id, account, region, route, stage, connection_id, kind, request_id, body)
        return await invoke(*called, source_ip, headers, **more)

    return asking
