"""What lies between botocore and AWS's services: here calls are counted, and broken."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

import boto3
from botocore.awsrequest import AWSPreparedRequest, AWSResponse

from tests.faults.answers import refusal
from tests.faults.clock import Clock
from tests.faults.sts import SIGNATURE, Session, Sts

_LATENCY_S = 0.01


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
    """A call with its parameters, and the HTTP status of each answer that the service gave.

    `session` is that of the role by which it was made; None for the function's own role.

    `unheard` is what kept the function from hearing the last one that it did not hear.
    """

    call: Call
    parameters: Mapping[str, Any]
    session: Session | None = None
    statuses: list[int] = field(default_factory=list)
    unheard: BaseException | None = None


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
    """`services` are by botocore's names of them."""

    clock: Clock
    services: Mapping[str, Service]
    sts: Sts
    faults: list[Fault] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    frames: list[Frame] = field(default_factory=list)
    broken_s: float = 0.0  # when a fault last did something
    _counts: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    _parameters: Mapping[str, Any] = field(default_factory=dict)
    _request: Request | None = None

    def attach(self, session: boto3.Session) -> None:
        # What is returned is the answer, or the signature's version, which botocore's stubs do not know.
        session.events.register_first("before-send", self._send)  # type: ignore[arg-type]
        session.events.register("provide-client-params", self._hear)
        session.events.register("before-call", self._count)
        session.events.register("choose-signer", _naming)  # type: ignore[arg-type]

    def forget(self) -> None:
        self._counts.clear()
        self.requests.clear()
        self.faults.clear()

    @property
    def calls(self) -> list[Call]:
        return [request.call for request in self.requests]

    @contextmanager
    def running(self, frame: Frame) -> Iterator[None]:
        """Calls of the body are those of a function, which may run in the middle of another one's call."""
        asked, parameters = self._request, self._parameters
        self.frames.append(frame)
        try:
            yield
        finally:
            self.frames.pop()
            self._request, self._parameters = asked, parameters

    def _hear(self, params: Mapping[str, Any], **_: Any) -> None:
        self._parameters = params

    def _count(self, model: Any, **_: Any) -> None:
        service = model.service_model.service_id.hyphenize()
        kind = self.frames[-1].function, service, model.name
        self._counts[kind] += 1
        self._request = Request(Call(*kind, self._counts[kind]), self._parameters)
        self.requests.append(self._request)

    def _send(self, event_name: str, request: AWSPreparedRequest, **_: Any) -> AWSResponse:
        service, operation = event_name.split(".")[1:]
        asked = self._request  # as it is now: somebody else may act before the answer
        assert asked

        asked.session = self.sts.session_of(request)

        def apply() -> AWSResponse:
            is_expired = self.sts.has_expired(request)
            done = (
                refusal(request, service, "expired")
                if is_expired
                else self.services[service](operation, request)
            )
            asked.statuses.append(done.status_code)
            return done

        self.clock.sleep(_LATENCY_S)
        if self.clock.now() > self.frames[-1].ends_s:
            raise TimedOut
        for fault in self.faults:
            if fault.concerns(asked.call):
                self.broken_s = self.clock.now()
                return self._broken(fault, asked, apply, request)
        return apply()

    @staticmethod
    def _broken(
        fault: Fault, asked: Request, apply: Callable[[], AWSResponse], request: AWSPreparedRequest
    ) -> AWSResponse:
        given = len(asked.statuses)
        try:
            return fault.answer(asked.call, apply, request)
        except BaseException as reason:
            if len(asked.statuses) > given:
                asked.unheard = reason
            raise


def _naming(signature_version: str, **_: Any) -> str | None:
    """Nobody looks at signatures but those of URLs and forms, which clients are given."""
    is_for_clients = signature_version.endswith(("-query", "-presign-post"))
    return None if is_for_clients else SIGNATURE
