"""API Gateway's sockets; CloudFront's invalidations and key value store, and the keys that sign tokens."""

from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote

from botocore.awsrequest import AWSPreparedRequest, AWSResponse

from tests.faults.answers import answer, body_of, error, xml, xml_error
from tests.faults.clock import Clock

LAST = 4.0
_INVALIDATION = "<Invalidation><Id>I1</Id><Status>InProgress</Status></Invalidation>"


@dataclass
class Socket:
    """What a client has heard: (when, message). One that `is_patient` wants to hear of the ladder, too."""

    video_id: str
    heard: list[tuple[float, dict[str, Any]]] = field(default_factory=list)
    opened_s: float = 0.0
    closed_s: float | None = None
    is_gone: bool = False
    is_patient: bool = False

    @property
    def states(self) -> list[str]:
        return [message["state"] for _, message in self.heard]

    @property
    def steps(self) -> list[float]:
        """The ranks of what was heard: 0 and 1 before READY, 2 to 3 of a ladder's progress, 4 at the end."""
        return [self._step(message) for _, message in self.heard]

    def _step(self, message: dict[str, Any]) -> float:
        state, ladder = message["state"], message.get("ladder")
        if state not in ("READY", "FAILED"):
            return float(state == "PROCESSING")
        if ladder and ladder["state"] == "encoding":
            return 2 + float(ladder["progress"])
        return LAST


@dataclass
class Sockets:
    """`on_closed(connection_id)` is called when the API has closed a socket."""

    clock: Clock
    on_closed: Callable[[str], None] = lambda _: None
    by_id: dict[str, Socket] = field(default_factory=dict)

    def __call__(self, operation: str, request: AWSPreparedRequest) -> AWSResponse:
        connection_id = unquote(request.url.rsplit("/", 1)[1])
        socket = self.by_id.get(connection_id)
        if socket is None or socket.is_gone or socket.closed_s is not None:
            return error(request, "GoneException", 410)
        if operation == "DeleteConnection":
            socket.closed_s = self.clock.now()
            self.on_closed(connection_id)
        elif operation == "PostToConnection":
            socket.heard.append((self.clock.now(), body_of(request)))
        return answer(request, {})


@dataclass
class Cdn:
    """`refusals` are how many requests it refuses next, because it has too much to do."""

    invalidations: int = 0
    refusals: int = 0

    def __call__(self, operation: str, request: AWSPreparedRequest) -> AWSResponse:
        if self.refusals:
            self.refusals -= 1
            return xml_error(request, "TooManyInvalidationsInProgress", HTTPStatus.BAD_REQUEST)
        self.invalidations += 1
        return xml(request, _INVALIDATION, 201)


@dataclass
class KeyValues:
    """The contents of the one key value store. A change names the state that it is one of."""

    pairs: dict[str, str] = field(default_factory=dict)
    etag: int = 0

    def __call__(self, operation: str, request: AWSPreparedRequest) -> AWSResponse:
        if operation == "ListKeys":
            items = [{"Key": key, "Value": value} for key, value in self.pairs.items()]
            return answer(request, {"Items": items})
        if operation == "GetKey":
            key = unquote(request.url.rsplit("/", 1)[1])
            if key not in self.pairs:
                return error(request, "ResourceNotFoundException", HTTPStatus.NOT_FOUND)
            return answer(request, {"Key": key, "Value": self.pairs[key]})
        if operation == "UpdateKeys":
            if request.headers["If-Match"] not in (str(self.etag), str(self.etag).encode()):
                return error(request, "ConflictException", HTTPStatus.CONFLICT)
            asked = body_of(request)
            self.etag += 1
            self.pairs |= {item["Key"]: item["Value"] for item in asked.get("Puts", [])}
            for item in asked.get("Deletes", []):
                self.pairs.pop(item["Key"], None)
        done = answer(request, {"ItemCount": len(self.pairs)})
        done.headers["ETag"] = str(self.etag)
        return done


def secrets(operation: str, request: AWSPreparedRequest) -> AWSResponse:
    """Secrets Manager: the key of the stack's own tokens, never changed, has stages; others have none."""
    assert operation == "GetSecretValue", operation
    stage = body_of(request).get("VersionStage")
    if stage is None:
        return answer(request, {"SecretString": "secret"})
    if stage != "AWSCURRENT":
        return error(request, "ResourceNotFoundException", HTTPStatus.BAD_REQUEST)
    return answer(request, {"SecretString": '{"kid": "1", "key": "of-the-stack"}'})


def socket_event(route: str, connection_id: str, query: dict[str, str] | None = None) -> dict[str, Any]:
    about = {"routeKey": route, "connectionId": connection_id, "eventType": route.strip("$").upper()}
    return {"requestContext": about, "queryStringParameters": query or None}
