"""The ways in which a call breaks."""

from collections.abc import Callable
from dataclasses import dataclass, field

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.exceptions import ConnectTimeoutError, ReadTimeoutError

from tests.faults.answers import refusal
from tests.faults.clock import Clock
from tests.faults.network import Call, Killed

Apply = Callable[[], AWSResponse]
_CONNECT_S, _READ_S = 2.0, 4.0  # the shorter of the functions' timeouts
MINUTE_S = 60.0


@dataclass
class Once:
    """One call breaks; `attempts` counts what the SDK has tried of it."""

    clock: Clock
    call: Call
    way: str
    attempts: int = 0

    def concerns(self, call: Call) -> bool:
        return call == self.call

    def answer(self, call: Call, apply: Apply, request: AWSPreparedRequest) -> AWSResponse:
        self.attempts += 1
        return WAYS[self.way](self, apply, request)


def _error_once(fault: Once, apply: Apply, request: AWSPreparedRequest) -> AWSResponse:
    return refusal(request, fault.call.service, "error") if fault.attempts == 1 else apply()


def _lost_once(fault: Once, apply: Apply, request: AWSPreparedRequest) -> AWSResponse:
    return _lost(fault, apply, request) if fault.attempts == 1 else apply()


def _lost(fault: Once, apply: Apply, request: AWSPreparedRequest) -> AWSResponse:
    """The service does what it is asked, and nobody hears of it."""
    apply()
    fault.clock.sleep(_READ_S)
    raise ReadTimeoutError(endpoint_url=request.url)


def _throttled(fault: Once, apply: Apply, request: AWSPreparedRequest) -> AWSResponse:
    return refusal(request, fault.call.service, "throttle")


def _timeout(fault: Once, apply: Apply, request: AWSPreparedRequest) -> AWSResponse:
    fault.clock.sleep(_CONNECT_S)
    raise ConnectTimeoutError(endpoint_url=request.url)


def _killed_before(fault: Once, apply: Apply, request: AWSPreparedRequest) -> AWSResponse:
    raise Killed


def _killed_after(fault: Once, apply: Apply, request: AWSPreparedRequest) -> AWSResponse:
    apply()
    raise Killed


WAYS: dict[str, Callable[[Once, Apply, AWSPreparedRequest], AWSResponse]] = {
    "error once": _error_once,
    "lost once": _lost_once,
    "lost": _lost,
    "throttled": _throttled,
    "timeout": _timeout,
    "killed before": _killed_before,
    "killed after": _killed_after,
}


@dataclass
class Outage:
    """An operation of a function does not work for so long, from the first call on that is broken."""

    clock: Clock
    kind: tuple[str, str, str]
    lasts_s: float
    is_denied: bool = False
    _ends_s: float | None = field(default=None)

    def concerns(self, call: Call) -> bool:
        if call.kind != self.kind:
            return False
        if self._ends_s is None:
            self._ends_s = self.clock.now() + self.lasts_s
        return self.clock.now() < self._ends_s

    def answer(self, call: Call, apply: Apply, request: AWSPreparedRequest) -> AWSResponse:
        if self.is_denied:
            return refusal(request, call.service, "denied")
        self.clock.sleep(_CONNECT_S)
        raise ConnectTimeoutError(endpoint_url=request.url)


@dataclass
class Soon:
    """Breaks one of the next calls of a function, `after` others."""

    clock: Clock
    function: str
    after: int
    way: str
    _chosen: Once | None = None

    def concerns(self, call: Call) -> bool:
        if self._chosen is None and call.function == self.function:
            self.after -= 1
            if self.after < 0:
                self._chosen = Once(self.clock, call, self.way)
        return self._chosen is not None and self._chosen.concerns(call)

    def answer(self, call: Call, apply: Apply, request: AWSPreparedRequest) -> AWSResponse:
        assert self._chosen
        return self._chosen.answer(call, apply, request)


@dataclass
class Meanwhile:
    """Somebody else acts right before a call is answered."""

    call: Call
    act: Callable[[], object]
    _has_acted: bool = field(default=False)

    def concerns(self, call: Call) -> bool:
        return call == self.call and not self._has_acted

    def answer(self, call: Call, apply: Apply, request: AWSPreparedRequest) -> AWSResponse:
        self._has_acted = True
        self.act()
        return apply()


# (name, seconds, whether access is denied)
OUTAGES = (
    ("20 s", 20.0, False),
    ("5 min", 5 * MINUTE_S, False),
    ("20 min", 20 * MINUTE_S, False),
    ("15 min denied", 15 * MINUTE_S, True),
)
