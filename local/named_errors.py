"""Has MiniStack report a function's errors under the names that Lambda gives them.

MiniStack 1.5.33 knows only the text of an exception, and reports each as `Runtime.HandlerError`. A Retry or
Catch of a state machine that names an exception's class would never match here, and processing would end
where it goes on in AWS. `install` changes the running program, not the installed files: the script of the
Python workers passes the class and the stack on as well, and their answers are named by them.
"""

import functools
from collections.abc import Callable
from typing import Any

from ministack.core import lambda_runtime
from ministack.services import lambda_svc

_EXIT = "Runtime.ExitError"
_TIMEOUT = "Sandbox.Timedout"
# What the worker's script answers when its handler has raised: once in the script, or it is another version.
_ANSWER = '"error": str(e), "trace": traceback.format_exc()'
# The first frame is the script's own.
_NAMED = '"type": type(e).__name__, "stack": traceback.format_tb(e.__traceback__)[1:]'

Answer = dict[str, Any]


class UnknownEmulator(Exception):
    """The installed MiniStack is not built like the version that this module was written for."""


class _Message(str):
    """The text of an error, with what else Lambda would tell of it."""

    name: str
    stack: list[str]


def install() -> None:
    """Raises UnknownEmulator, and then has changed nothing."""
    try:
        script, invoke = lambda_runtime._PYTHON_WORKER_SCRIPT, lambda_runtime.Worker.invoke
        execute = lambda_svc._execute_function_warm
    except AttributeError as error:
        raise UnknownEmulator(str(error)) from error
    if script.count(_ANSWER) != 1:
        raise UnknownEmulator(f"its worker's script has no single {_ANSWER!r}")
    lambda_runtime._PYTHON_WORKER_SCRIPT = script.replace(_ANSWER, f"{_NAMED}, {_ANSWER}")
    lambda_runtime.Worker.invoke = _naming(invoke)
    lambda_svc._execute_function_warm = _documented(execute)


def _naming(invoke: Callable[..., Answer]) -> Callable[..., Answer]:
    """The worker's `invoke`, whose errors carry their names."""

    @functools.wraps(invoke)
    def named(worker: Any, *args: Any, **kwargs: Any) -> Answer:
        try:
            answer = invoke(worker, *args, **kwargs)
        except (
            RuntimeError
        ) as error:  # it did not start; MiniStack would end the function's other workers as well
            worker.kill()
            answer = {"status": "error", "error": str(error), "cold_start": True, "log": ""}
        if answer["status"] == "error":
            answer["error"] = _message(answer)
        return answer

    return named


def _documented(execute: Callable[..., Answer]) -> Callable[..., Answer]:
    """The function's execution, whose error document is like that of Lambda's Python runtime."""

    @functools.wraps(execute)
    def documented(func: Answer, event: Any, request_id: str) -> Answer:
        answer = execute(func, event, request_id)
        text = answer["body"].get("errorMessage") if answer.get("error") else None
        if isinstance(text, _Message):
            answer["body"] = {
                "errorMessage": str(text),
                "errorType": text.name,
                "requestId": request_id,
                "stackTrace": text.stack,
            }
        return answer

    return documented


def _message(answer: Answer) -> _Message:
    """Only the script names what it has caught; whatever else went wrong has ended the worker."""
    message = _Message(answer["error"])
    ended = _TIMEOUT if message.startswith("Task timed out after ") else _EXIT
    message.name, message.stack = answer.get("type", ended), answer.get("stack", [])
    return message
