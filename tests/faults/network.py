"""What lies between botocore and AWS's services: here calls are counted, and broken."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

import boto3
import moto.core.models
from botocore.awsrequest import AWSPreparedRequest, AWSResponse

from tests.faults.clock import Clock

_LATENCY_S = 0.01
_MOTO = moto.core.models.botocore_stubber


class Killed(BaseException):
    """The sandbox ends here; no code of the function sees it."""


class TimedOut(Killed):
    """Lambda ends a function at its timeout."""


class Call(NamedTuple):
    """The n-th call of an operation by a function, since the world began."""

    function: str
    service: str
    operation: str
    number: int

    @property
    def kind(self) -> tuple[str, str, str]:
        return self.function, self.service, self.operation

    def __str__(self) -> str:
        return f"{self.function} {self.service}:{self.operation} {self.number}"


@dataclass(slots=True)
class Request:
    """A call with its parameters, and the HTTP status of each answer that the service gave."""

    call: Call
    parameters: Mapping[str, Any]
    statuses: list[int] = field(default_factory=list)


class Fault(Protocol):
    def concerns(self, call: Call) -> bool: ...

    def answer(
        self, call: Call, apply: Callable[[], AWSResponse], request: AWSPreparedRequest
    ) -> AWSResponse:
        """What one attempt gets, by `apply()` if the service is to do what it is asked; or an exception."""
        ...


# Answers a request for an operation.
Service = Callable[[str, AWSPreparedRequest], AWSResponse]


@dataclass(frozen=True, slots=True)
class Frame:
    """A function that is running."""

    function: str
    ends_s: float


@dataclass
class Network:
    """`services` are those that moto does not play, by botocore's name of the service.

    `on_done(service, operation, parameters)` is called after each request that succeeded.
    """

    clock: Clock
    services: Mapping[str, Service]
    on_done: Callable[[str, str, Mapping[str, Any]], None] = lambda *_: None
    faults: list[Fault] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    frames: list[Frame] = field(default_factory=list)
    broken_s: float = 0.0  # when a fault last did something
    _counts: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    _parameters: Mapping[str, Any] = field(default_factory=dict)
    _request: Request | None = None
    _unwatched: int = 0

    def attach(self, session: boto3.Session) -> None:
        # What is returned is the answer, which botocore's stubs do not know.
        session.events.register_first("before-send", self._send)  # type: ignore[arg-type]
        session.events.register("provide-client-params", self._hear)
        session.events.register("before-call", self._count)

    def forget(self) -> None:
        self._counts.clear()
        self.requests.clear()
        self.faults.clear()

    @property
    def calls(self) -> list[Call]:
        return [request.call for request in self.requests]

    @contextmanager
    def unwatched(self) -> Iterator[None]:
        """Calls of the body are those of clients and tests."""
        self._unwatched += 1
        try:
            yield
        finally:
            self._unwatched -= 1

    @contextmanager
    def running(self, frame: Frame) -> Iterator[None]:
        """Calls of the body are those of a function, which may run in the middle of another one's call."""
        asked, parameters, unwatched = self._request, self._parameters, self._unwatched
        self.frames.append(frame)
        self._unwatched = 0
        try:
            yield
        finally:
            self.frames.pop()
            self._unwatched = unwatched
            self._request, self._parameters = asked, parameters

    @property
    def _is_watched(self) -> bool:
        return bool(self.frames) and not self._unwatched

    def _hear(self, params: Mapping[str, Any], **_: Any) -> None:
        self._parameters = params

    def _count(self, model: Any, **_: Any) -> None:
        if self._is_watched:
            service = model.service_model.service_id.hyphenize()
            kind = self.frames[-1].function, service, model.name
            self._counts[kind] += 1
            self._request = Request(Call(*kind, self._counts[kind]), self._parameters)
            self.requests.append(self._request)

    def _send(self, event_name: str, request: AWSPreparedRequest, **_: Any) -> AWSResponse:
        service, operation = event_name.split(".")[1:]
        # As they are now: somebody else may act before the answer.
        parameters, asked = self._parameters, self._request if self._is_watched else None
        _MOTO.enabled = False  # it would answer the request once more

        def apply() -> AWSResponse:
            done = self._apply(event_name, service, operation, request)
            if asked:
                asked.statuses.append(done.status_code)
            if done.status_code < 300:
                self.on_done(service, operation, parameters)
            return done

        if asked is None:
            return apply()
        self.clock.sleep(_LATENCY_S)
        if self.clock.now() > self.frames[-1].ends_s:
            raise TimedOut
        for fault in self.faults:
            if fault.concerns(asked.call):
                self.broken_s = self.clock.now()
                return fault.answer(asked.call, apply, request)
        return apply()

    def _apply(
        self, event_name: str, service: str, operation: str, request: AWSPreparedRequest
    ) -> AWSResponse:
        if service in self.services:
            return self.services[service](operation, request)
        _MOTO.enabled = True
        try:
            answered = _MOTO(event_name=event_name, request=request)
        finally:
            _MOTO.enabled = False
        assert answered
        return answered
