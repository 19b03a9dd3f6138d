"""Has MiniStack run few steps of state machines at once, as AWS does by an account's concurrency.

Each step is a process, and each may run ffmpeg: without a limit, a hundred uploads need more memory than a
laptop has. A step for which there is no place is throttled as by Lambda, and tried again by its own Retry.
"""

import functools
import threading
from collections.abc import Callable
from typing import Any

from ministack.services import stepfunctions

from local.named_errors import UnknownEmulator

_PATIENCE_S = 20
"""Longer than most steps take: places are not left empty while all others wait for their next try."""

_THROTTLED = "Lambda.TooManyRequestsException"


def install(steps: int) -> None:
    """Raises UnknownEmulator, and then has changed nothing."""
    try:
        call, error = stepfunctions._call_lambda, stepfunctions._ExecutionError
    except AttributeError as missing:
        raise UnknownEmulator(str(missing)) from missing
    stepfunctions._call_lambda = bounded(call, steps, throttled=error)


def bounded(
    call: Callable[..., Any],
    steps: int,
    *,
    throttled: Callable[[str, str], Exception],
    patience_s: float = _PATIENCE_S,
) -> Callable[..., Any]:
    """`call`, of which at most `steps` run at once."""
    places = threading.BoundedSemaphore(steps)

    @functools.wraps(call)
    def waiting(*args: Any) -> Any:
        if not places.acquire(timeout=patience_s):
            raise throttled(_THROTTLED, f"{steps} steps are running, as many as this machine can.")
        try:
            return call(*args)
        finally:
            places.release()

    return waiting
