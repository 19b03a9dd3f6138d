"""Lambda: handlers as they are imported, called, killed, and called again."""

import importlib
import io
import json
import os
import sys
from collections import Counter
from collections.abc import Callable
from contextlib import redirect_stdout
from dataclasses import dataclass
from types import ModuleType
from typing import Any
from unittest import mock

from tests.faults.cloudformation import REGION, arn
from tests.faults.declared import Function
from tests.faults.network import Frame, Killed, Network, TimedOut
from tests.faults.timeline import Timeline

_ASYNC_PAUSES_S = (60, 120)  # Lambda's own, between the tries of an asynchronous event
_ROOMS = (
    "reelway",
    "upload",
    "streaming",
    "videos",
    "changes",
    "sockets",
    "transcode",
    "maintenance",
    "webhooks",
)
ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_DEFAULT_REGION": REGION,
    "AWS_REGION": REGION,
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
    # Bodies as they are, instead of chunks with a checksum behind them.
    "AWS_REQUEST_CHECKSUM_CALCULATION": "when_required",
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an invocation gave: a result, or the name of an error with its message."""

    result: Any = None
    error: str | None = None
    message: str = ""

    @property
    def document(self) -> dict[str, str]:
        """How Lambda reports the error."""
        return {"errorType": self.error or "", "errorMessage": self.message}


class Context:
    """Lambda's, of one invocation."""

    aws_request_id = "3f0e8f3a-4c39-4ea1-9d1f-27a4f1f4b0c7"
    function_version = "1"

    def __init__(self, function: Function, now_s: Callable[[], float]) -> None:
        self.function_name = function.name
        self.memory_limit_in_mb = int(function.environment["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"])
        self.invoked_function_arn = arn(function.name)
        self._now_s = now_s
        self._ends_s = now_s() + function.timeout_s

    def get_remaining_time_in_millis(self) -> int:
        return max(0, int((self._ends_s - self._now_s()) * 1000))


class Lambdas:
    """`crashes` counts invocations that failed, `killed` those whose sandbox died; `dropped` are events that
    Lambda has given up.

    `on_failure(queue, event, outcome)` takes events to their destination. `log` is what all functions wrote.
    """

    def __init__(self, functions: dict[str, Function], network: Network, timeline: Timeline) -> None:
        self.functions = functions
        self._network = network
        self._timeline = timeline
        self._modules: dict[str, ModuleType] = {}
        self.crashes: Counter[str] = Counter()
        self.dropped: list[str] = []
        self.killed = 0
        self.on_failure: Callable[[str, Any, Outcome], object] = lambda *_: None
        self.log = io.StringIO()

    def load(self) -> None:
        """Import every handler in its own environment; their modules are forgotten before."""
        forget()
        for function in self.functions.values():
            with mock.patch.dict(os.environ, ENVIRONMENT | function.environment), redirect_stdout(self.log):
                self._modules[function.name] = importlib.import_module(function.module)

    def clear(self) -> None:
        self.crashes.clear()
        self.dropped.clear()
        self.killed = 0
        self.log.seek(0)
        self.log.truncate()

    def module(self, name: str) -> ModuleType:
        return self._modules[name]

    def invoke(self, name: str, event: Any) -> Outcome:
        """Call the handler with the event as JSON would carry it, until it returns or the sandbox ends."""
        function, now_s = self.functions[name], self._timeline.clock.now
        frame, context = Frame(name, now_s() + function.timeout_s), Context(function, now_s)
        handler = getattr(self._modules[name], function.handler.rpartition(".")[2])
        try:
            with self._network.running(frame), redirect_stdout(self.log):
                return Outcome(_as_json(handler(_as_json(event), context)))
        except TimedOut:
            outcome = Outcome(
                error="Sandbox.Timedout", message=f"Task timed out after {function.timeout_s} s"
            )
        except Killed:
            self.killed += 1
            outcome = Outcome(error="Runtime.ExitError", message="exit status 1")
        except Exception as error:
            outcome = Outcome(error=type(error).__name__, message=str(error))
        self.crashes[name] += 1
        return outcome

    def invoke_async(self, name: str, event: Any, attempt: int = 0) -> None:
        """Lambda tries so often as the function's configuration says."""

        def go() -> None:
            outcome = self.invoke(name, event)
            function = self.functions[name]
            if outcome.error is None:
                return
            if attempt < function.retries:
                self._timeline.at(
                    _ASYNC_PAUSES_S[attempt], lambda: self.invoke_async(name, event, attempt + 1)
                )
            elif function.on_failure:
                self.on_failure(function.on_failure, event, outcome)
            else:
                self.dropped.append(name)

        self._timeline.at(0.1, go)


def forget() -> None:
    """The next import of a module of functions/ runs it again."""
    for module in [name for name in sys.modules if name.split(".")[0] in _ROOMS]:
        del sys.modules[module]


def _as_json(value: Any) -> Any:
    return json.loads(json.dumps(value, default=str))
