"""Runs a CloudFront Function (runtime cloudfront-js-2.0) in V8."""

import asyncio
import json
import logging
import re
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from importlib import resources
from typing import Any, Protocol

from multidict import CIMultiDict
from py_mini_racer import (
    JSEvalException,
    JSOOMException,
    JSPromise,
    JSPromiseError,
    MiniRacer,
    init_mini_racer,
)

from local.edge.viewer_event import (
    ForwardRequest,
    FunctionError,
    FunctionResponse,
    ViewerRequest,
    changed_response_headers,
    event_for,
    outcome_of,
    with_response,
)

# CloudFront stops a function after about a millisecond of CPU time, and at 2 MB of memory. V8 itself needs
# tens of MB, and on a busy laptop a function takes longer.
TIME_LIMIT_S = 1.0
MEMORY_LIMIT_BYTES = 64 * 1024 * 1024

_IMPORT = re.compile(
    r"^[ \t]*import[ \t]+(\w+)[ \t]+from[ \t]+(['\"])(cloudfront|crypto)\2[ \t]*;?", re.MULTILINE
)
_SCRIPTS = ("viewer_crypto.js", "viewer_runtime.js")

logger = logging.getLogger(__name__)


class Store(Protocol):
    def pairs(self) -> Mapping[str, str]:
        """All keys and their values; another object when any has changed."""
        ...


class ViewerFunction:
    """One deployed function in its own engine and thread, so that it never blocks the event loop."""

    def __init__(
        self,
        source: str,
        *,
        distribution_id: str,
        domain_name: str,
        store: Store | None = None,
        time_limit_s: float = TIME_LIMIT_S,
    ):
        """`store` is the key value store that the function is associated with."""
        # On processors with memory protection keys V8 lets only the thread that initializes it, and those
        # that it starts afterwards, run JavaScript; any other is killed by SIGSEGV. So it is initialized
        # here, and not by the first of several functions' threads.
        init_mini_racer(ignore_duplicate_init=True)
        self._source = source
        self._store = store
        self._lent: Mapping[str, str] | None = None
        self._distribution_id = distribution_id
        self._domain_name = domain_name
        self._time_limit_s = time_limit_s
        self._engine: MiniRacer | None = None
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="viewer-function")

    async def run(self, request: ViewerRequest, request_id: str) -> ForwardRequest | FunctionResponse:
        """Run the function on a request; raises FunctionError when it fails or does not end in time."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, self.run_blocking, request, request_id)

    def run_blocking(self, request: ViewerRequest, request_id: str) -> ForwardRequest | FunctionResponse:
        """Do what `run` does in the calling thread; not for two threads at once."""
        return outcome_of(self._reply(self._event(request, request_id)), request)

    async def run_on_response(
        self, request: ViewerRequest, status: int, headers: CIMultiDict[str], request_id: str
    ) -> CIMultiDict[str]:
        """Run the function on an answer, and return the headers that it leaves; raises FunctionError."""
        event = with_response(self._event(request, request_id), status, headers)
        reply = await asyncio.get_running_loop().run_in_executor(self._thread, self._reply, event)
        return changed_response_headers(reply, headers)

    def _event(self, request: ViewerRequest, request_id: str) -> dict[str, Any]:
        return event_for(
            request,
            distribution_id=self._distribution_id,
            domain_name=self._domain_name,
            request_id=request_id,
        )

    def _reply(self, event: dict[str, Any]) -> dict[str, Any]:
        self._lend_pairs()
        # As a string, because a key "__proto__" in an object literal would set the prototype.
        reply: dict[str, Any] = json.loads(self._evaluate(f"__edgeRun({json.dumps(json.dumps(event))})"))
        for line in reply["log"]:
            logger.info("function: %s", line)
        return reply

    def _lend_pairs(self) -> None:
        if self._store is None:
            return
        pairs = self._store.pairs()
        if self._engine is None or pairs is not self._lent:
            self._lent = pairs
            self._evaluate(f"__edgePairs({json.dumps(json.dumps(dict(pairs)))})")

    def close(self) -> None:
        """Stop the thread and free the engine."""
        self._thread.shutdown(wait=True)
        self._discard_engine()

    def _evaluate(self, expression: str) -> str:
        is_new = self._engine is None
        try:
            value: Any = self._loaded_engine().eval(expression, timeout_sec=self._time_limit_s)
            if isinstance(value, JSPromise):
                value = value.get(timeout=self._time_limit_s)
        except JSOOMException as fault:
            # An engine at its memory limit cannot be used any more. Memory of earlier runs is not all freed,
            # so that it fills up over some ten thousand runs; that is not the last one's fault, which is
            # repeated.
            self._discard_engine()
            if is_new:
                raise FunctionError(str(fault)) from fault
            self._lend_pairs()
            return self._evaluate(expression)
        except (JSEvalException, JSPromiseError) as fault:
            raise FunctionError(str(fault)) from fault
        return str(value)

    def _loaded_engine(self) -> MiniRacer:
        if self._engine is None:
            engine = MiniRacer()
            try:
                self._load(engine)
            except JSEvalException:
                engine.close()
                raise
            self._engine = engine
        return self._engine

    def _load(self, engine: MiniRacer) -> None:
        engine.set_hard_memory_limit(MEMORY_LIMIT_BYTES)
        for script in _SCRIPTS:
            engine.eval(resources.files("local.edge").joinpath(script).read_text())
        engine.eval(factory_source(self._source), timeout_sec=self._time_limit_s)

    def _discard_engine(self) -> None:
        if self._engine is not None:
            self._engine.close()
            self._engine = None


def factory_source(source: str) -> str:
    """Wrap a function's source so that the engine compiles it once, its line numbers kept.

    The runtime's modules are strict; the import of one that the edge lends becomes a variable, any other
    stays the syntax error it is inside a function.
    """
    body = _IMPORT.sub(r"const \1 = __\3;", source)
    return f'__edgeLoad(function (__cloudfront, __crypto) {{ "use strict"; {body}\nreturn handler; }});'
