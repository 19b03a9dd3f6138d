"""One start of a function in a bare interpreter: `python -I -S child.py ASKED.json`.

ASKED.json has `path` (folders to import from), `event`, and either `handler`, the module that serves it, or
`clients` and `calls`: what a handler made in an earlier start with `record`. Prints a JSON object: `cpu_ms`,
from the first line of this file to the answer, and `outcome`; with `record` also `clients` and `calls`.
"""

import time

_STARTED_S = time.process_time()

import base64  # noqa: E402  the clock starts before whatever is imported
import importlib  # noqa: E402
import json  # noqa: E402
import sys  # noqa: E402
from contextlib import suppress  # noqa: E402
from typing import Any  # noqa: E402


class _Context:
    """What Lambda tells a handler about the call."""

    aws_request_id = "8f6d3c1e-52d4-4bb0-9a0f-1f2e3d4c5b6a"
    function_name = "function"
    memory_limit_in_mb = "1024"
    invoked_function_arn = "arn:aws:lambda:us-east-1:123456789012:function:function"

    def get_remaining_time_in_millis(self) -> int:
        return 20_000


def main(asked: dict[str, Any]) -> dict[str, Any]:
    sys.path += asked["path"]
    recorded = _record() if asked.get("record") else {}
    outcome = _serve(asked) if "handler" in asked else _repeat(asked["clients"], asked["calls"])
    return {"cpu_ms": (time.process_time() - _STARTED_S) * 1000, "outcome": outcome, **recorded}


def _serve(asked: dict[str, Any]) -> str:
    handler = importlib.import_module(asked["handler"])
    try:
        answer = handler.lambda_handler(asked["event"], _Context())
    except Exception as error:  # that is an answer, too
        return type(error).__name__
    return str(answer["statusCode"]) if isinstance(answer, dict) and "statusCode" in answer else "done"


def _repeat(clients: list[list[Any]], calls: list[list[Any]]) -> str:
    import boto3
    from botocore import xform_name
    from botocore.config import Config
    from botocore.exceptions import ClientError

    make: Any = boto3.client
    made = [make(service, config=Config(**options)) for service, options in clients]
    for client in made:  # as reelway.adapters.key_value_store does
        client.meta.events.register("before-call.cloudfront-keyvaluestore", _without_account)
    for number, operation, parameters in calls:
        with suppress(ClientError):
            getattr(made[number], xform_name(operation))(**_with_bytes(parameters))
    return "done"


def _without_account(params: dict[str, Any], **_kept: Any) -> None:
    scheme, _, rest = params["url"].partition("://")
    params["url"] = f"{scheme}://{rest.partition('.')[2]}"


def _record() -> dict[str, list[Any]]:
    """Lists that fill with each client that is made, and with each call that is sent."""
    import boto3

    clients: list[Any] = []
    calls: list[Any] = []
    module: Any = boto3
    make = module.client

    def note_client(service: str, config: Any = None, **credentials: str) -> Any:
        client, number = make(service, config=config, **credentials), len(clients)
        clients.append([service, dict(config._user_provided_options)])
        given: dict[str, Any] = {}

        def note_parameters(params: dict[str, Any], model: Any, **_: object) -> None:
            given[model.name] = dict(params)

        def note_call(model: Any, **_: object) -> None:
            calls.append([number, model.name, _without_bytes(given[model.name])])

        client.meta.events.register_first("provide-client-params.*.*", note_parameters)
        client.meta.events.register("before-call.*.*", note_call)
        return client

    module.client = note_client
    return {"clients": clients, "calls": calls}


def _without_bytes(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_bytes(entry) for name, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return [_without_bytes(entry) for entry in value]
    return {"bytes": base64.b64encode(value).decode()} if isinstance(value, bytes) else value


def _with_bytes(value: Any) -> Any:
    """The inverse of `_without_bytes`."""
    if isinstance(value, dict) and value.keys() == {"bytes"}:
        return base64.b64decode(value["bytes"])
    if isinstance(value, dict):
        return {name: _with_bytes(entry) for name, entry in value.items()}
    return [_with_bytes(entry) for entry in value] if isinstance(value, list) else value


if __name__ == "__main__":
    with open(sys.argv[1]) as _file:  # noqa: PTH123  pathlib is not for the bare handler to load
        _found = main(json.load(_file))
    print(json.dumps(_found))
