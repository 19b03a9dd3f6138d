"""HTTP as all API functions serve it: routing, problem documents, and CORS headers on every answer."""

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from types import MappingProxyType
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response

from reelway.adapters.cors import AllowedOrigins
from reelway.errors import AnswerCode, RequestRefused, StorageFailed, bad_request
from reelway.video import is_video_id

_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
_PROBLEM_TYPE = "application/problem+json"

Event = dict[str, Any]
Answer = Response[Any]


class HttpApi:
    """The routes of one function; `routes` are the methods of each path, `allowed_origins` as in `cors`.

    Unknown paths are 404, known paths with other methods 405.
    """

    def __init__(self, logger: Logger, allowed_origins: str) -> None:
        self.routes: dict[str, tuple[str, ...]] = {}
        self._logger = logger
        self._origins = AllowedOrigins(allowed_origins)
        self._app = APIGatewayRestResolver()
        self._app.not_found(lambda _: self._refuse(_no_route()))
        self._app.exception_handler(RequestRefused)(self._refuse)
        self._app.exception_handler(StorageFailed)(self._storage_failed)
        self._app.exception_handler(Exception)(self._crashed)

    def route(self, rule: str, *methods: str) -> Callable[[Callable[..., Answer]], Callable[..., Answer]]:
        """Register a handler for `methods`; the path's other methods answer 405 with Allow."""
        self.routes[rule] = methods
        others = [method for method in _METHODS if method not in methods]
        self._app.route(rule, method=others)(lambda **_: self._refuse(_wrong_method(methods)))
        return self._app.route(rule, method=list(methods))

    @property
    def headers(self) -> Mapping[str, str]:
        """The request's headers by lower-case name."""
        return _headers_of(self._app.current_event)

    @property
    def query(self) -> Mapping[str, str]:
        return self._app.current_event.get("queryStringParameters") or {}

    @property
    def body(self) -> bytes:
        """The request's body as the client sent it."""
        event = self._app.current_event
        body = event.body or ""
        return base64.b64decode(body) if event.is_base64_encoded else body.encode()

    @property
    def method(self) -> str:
        return str(self._app.current_event.http_method)

    @property
    def context(self) -> Any:
        """Lambda's context of the request that is being answered."""
        return self._app.lambda_context

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
        self._logger.set_correlation_id(next(filter(is_video_id, event["path"].split("/")), None))
        answer = self._app.resolve(event, context)
        for name, value in self._origins.headers(asked).items():
            answer["multiValueHeaders"].setdefault(name, []).append(value)
        self._logger.info(
            "answered", method=event["httpMethod"], path=event["path"], status=answer["statusCode"]
        )
        return answer

    def _refuse(self, error: RequestRefused) -> Answer:
        return self._problem(error.status, error.code, error.detail, error.headers)

    def _storage_failed(self, error: StorageFailed) -> Answer:
        self._logger.exception("storage failed")
        return self._problem(
            HTTPStatus.INTERNAL_SERVER_ERROR, error.code, "Storage did not take the request. Try again later."
        )

    def _crashed(self, _: Exception) -> Answer:
        self._logger.exception("unhandled error")
        return self._problem(
            HTTPStatus.INTERNAL_SERVER_ERROR, "internal_error", "Something failed here. Try again later."
        )

    def _problem(
        self, status: HTTPStatus, code: AnswerCode, detail: str, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """A problem document (RFC 9457); `message` and `error` repeat it for clients that read those."""
        event = self._app.current_event
        document = {
            "type": f"urn:reelway:problem:{code}",
            "title": status.phrase,
            "status": status,
            "detail": detail,
            "instance": event.path,
            "code": code,
            "requestId": event.request_context.request_id,
            "message": detail,
            "error": code,
        }
        return Response(
            status_code=status,
            content_type=_PROBLEM_TYPE,
            headers={"Cache-Control": "no-store", **(headers or {})},
            body=json.dumps(document),
        )


def json_response(
    status: HTTPStatus, document: Any, headers: Mapping[str, str] = MappingProxyType({})
) -> Answer:
    return Response(
        status_code=status,
        content_type="application/json",
        headers={"Cache-Control": "no-store", **headers},
        body=json.dumps(document),
    )


def response(
    status: HTTPStatus,
    body: str | bytes = "",
    *,
    headers: Mapping[str, str],
    content_type: str | None = None,
) -> Answer:
    """A text body is passed to API Gateway as it is, a body of bytes in base64."""
    return Response(status_code=status, content_type=content_type, headers=dict(headers), body=body)


def _headers_of(event: Mapping[str, Any]) -> dict[str, str]:
    return {name.lower(): value for name, value in (event.get("headers") or {}).items()}


def _bad_json(why: str) -> RequestRefused:
    return bad_request("malformed_json", f"The body must be a JSON object, but {why}.")


def _no_route() -> RequestRefused:
    return RequestRefused(HTTPStatus.NOT_FOUND, "not_found", "There is nothing at this path.")


def _wrong_method(allowed: Sequence[str]) -> RequestRefused:
    listed = ", ".join([*allowed, "OPTIONS"])
    return RequestRefused(
        HTTPStatus.METHOD_NOT_ALLOWED,
        "method_not_allowed",
        f"This path takes {listed} only.",
        {"Allow": listed},
    )
