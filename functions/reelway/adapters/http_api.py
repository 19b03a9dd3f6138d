"""HTTP as all API functions serve it: routing, problem documents, and CORS headers on every answer."""

import base64
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from types import MappingProxyType
from typing import Any

from aws_lambda_powertools import Logger

from reelway import access
from reelway.access import Access
from reelway.adapters.cors import AllowedOrigins
from reelway.adapters.redaction import redacted
from reelway.adapters.routing import Route, find
from reelway.caller import ANYBODY, Caller
from reelway.errors import AnswerCode, RequestRefused, StorageFailed, bad_request
from reelway.video import is_video_id

_PROBLEM_TYPE = "application/problem+json"

Event = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """A response to a client. A text body is passed to API Gateway as it is, a body of bytes in base64."""

    status: HTTPStatus
    headers: Mapping[str, str]
    body: str | bytes = ""

    def for_api_gateway(self) -> dict[str, Any]:
        is_binary = isinstance(self.body, bytes)
        return {
            "statusCode": int(self.status),
            "multiValueHeaders": {name: [value] for name, value in self.headers.items()},
            "body": base64.b64encode(self.body).decode() if isinstance(self.body, bytes) else self.body,
            "isBase64Encoded": is_binary,
        }


class HttpApi:
    """The routes of one function; `allowed_origins` as in `cors`, `allowed` as in `access`.

    Unknown paths are 404, known paths with other methods 405, what is not allowed is 401 or 403.
    """

    def __init__(self, logger: Logger, allowed_origins: str, allowed: Access) -> None:
        self._logger = logger
        self._access = allowed
        self._origins = AllowedOrigins(allowed_origins)
        self._routes: list[Route] = []
        self._event: Event = {}
        self._context: Any = None

    def route(self, rule: str, *methods: str) -> Callable[[Callable[..., Answer]], Callable[..., Answer]]:
        """Register a handler for `methods`; the path's other methods answer 405 with Allow."""

        def register(handler: Callable[..., Answer]) -> Callable[..., Answer]:
            self._routes.append(Route(rule, methods, handler))
            return handler

        return register

    @property
    def routes(self) -> Mapping[str, tuple[str, ...]]:
        """The methods of each rule."""
        return {route.rule: route.methods for route in self._routes}

    @property
    def headers(self) -> Mapping[str, str]:
        """The request's headers by lower-case name."""
        return _headers_of(self._event)

    @property
    def query(self) -> Mapping[str, str]:
        return self._event.get("queryStringParameters") or {}

    @property
    def body(self) -> bytes:
        """The request's body as the client sent it."""
        body = str(self._event.get("body") or "")
        return base64.b64decode(body) if self._event.get("isBase64Encoded") else body.encode()

    @property
    def method(self) -> str:
        return str(self._event["httpMethod"])

    @property
    def path(self) -> str:
        return str(self._event["path"])

    @property
    def caller(self) -> Caller:
        """Who is asking; everybody where no token is asked for. Not for routes that anybody may play."""
        caller = self._caller()
        if caller is None:
            raise RuntimeError("this route answers without a token, and so knows no caller")
        return caller

    @property
    def context(self) -> Any:
        """Lambda's context of the request that is being answered."""
        return self._context

    def json_object(self) -> dict[str, Any]:
        """The body as a JSON object, {} when it is empty. Raises RequestRefused 400 `malformed_json`."""
        try:
            document = json.loads(self.body or b"{}")
        except (ValueError, RecursionError) as error:
            raise _bad_json(str(error)) from error
        if not isinstance(document, dict):
            raise _bad_json(f"it is a {type(document).__name__}")
        return document

    def serve(self, event: Event, context: Any) -> dict[str, Any]:
        """Answer an API Gateway proxy event with a proxy response."""
        asked = _headers_of(event)
        if event["httpMethod"] == "OPTIONS":
            headers = self._origins.preflight_headers(asked)
            return {"statusCode": HTTPStatus.NO_CONTENT, "headers": headers, "body": ""}
        self._event, self._context = event, context
        path = redacted(event["path"])
        # Of an upload in parts the id, which may be a UUID, is not its video's; the key has that.
        named = f"{path}/{self.query.get('key', '')}".split("/")
        self._logger.set_correlation_id(next(filter(is_video_id, named), None))
        answer = self._answer().for_api_gateway()
        for name, value in self._origins.headers(asked).items():
            answer["multiValueHeaders"].setdefault(name, []).append(value)
        self._logger.info("answered", method=self.method, path=path, status=answer["statusCode"])
        return answer

    def _answer(self) -> Answer:
        failed = HTTPStatus.INTERNAL_SERVER_ERROR
        try:
            return self._routed()
        except RequestRefused as error:
            return self._problem(error.status, error.code, error.detail, error.headers)
        except StorageFailed as error:
            self._logger.exception("storage failed")
            return self._problem(failed, error.code, "Storage did not take the request. Try again later.")
        except Exception:
            self._logger.exception("unhandled error")
            return self._problem(failed, "internal_error", "Something failed here. Try again later.")

    def _routed(self) -> Answer:
        """Raises RequestRefused 404, 405, 401 or 403, and what the route's handler raises."""
        route, parameters = find(self._routes, self.method, self._event["path"])
        access.check(self._access, self.method, route.rule, self._caller())
        answer: Answer = route.handler(**parameters)
        return answer

    def _caller(self) -> Caller | None:
        if self._access is not Access.TOKEN:
            return ANYBODY
        return Caller.of(self._event["requestContext"].get("authorizer"), time.time())

    def _problem(
        self, status: HTTPStatus, code: AnswerCode, detail: str, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """A problem document (RFC 9457); `message` and `error` repeat it for clients that read those."""
        document = {
            "type": f"urn:reelway:problem:{code}",
            "title": status.phrase,
            "status": status,
            "detail": detail,
            "instance": self._event["path"],
            "code": code,
            "requestId": self._event["requestContext"]["requestId"],
            "message": detail,
            "error": code,
        }
        sent = {"Content-Type": _PROBLEM_TYPE, "Cache-Control": "no-store", **(headers or {})}
        return Answer(status, sent, json.dumps(document))


def json_response(
    status: HTTPStatus, document: Any, headers: Mapping[str, str] = MappingProxyType({})
) -> Answer:
    sent = {"Content-Type": "application/json", "Cache-Control": "no-store", **headers}
    return Answer(status, sent, json.dumps(document))


def _headers_of(event: Mapping[str, Any]) -> dict[str, str]:
    return {name.lower(): value for name, value in (event.get("headers") or {}).items()}


def _bad_json(why: str) -> RequestRefused:
    return bad_request("malformed_json", f"The body must be a JSON object, but {why}.")
