"""One viewer request from its arrival to its answer."""

import logging
import uuid
from collections.abc import Mapping
from contextlib import AsyncExitStack
from http import HTTPStatus

import aiohttp
from aiohttp import web
from multidict import CIMultiDict

from local.edge import limits, websockets
from local.edge.access import Access
from local.edge.distribution import Api, ApiProtocol, Behavior, Origin
from local.edge.forwarding import returned_headers
from local.edge.gateway_responses import GatewayResponse, RenderedResponse, render
from local.edge.problems import EdgeError, problem
from local.edge.routes import Route, route_for
from local.edge.upstream import Body, Upstream
from local.edge.viewer_event import ForwardRequest, FunctionError, FunctionResponse, ViewerRequest
from local.edge.viewer_function import ViewerFunction

HEALTH_PATH = "/_edge/health"

_BODYLESS_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_REFUSALS = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND})

logger = logging.getLogger(__name__)


class GatewayError(Exception):
    """API Gateway itself answers, with one of the API's gateway responses."""

    def __init__(self, response: GatewayResponse) -> None:
        super().__init__(response.message)
        self.response = response


class Edge:
    """Answers viewers' requests as the distribution would; `functions` maps ARN to function."""

    def __init__(self, upstream: Upstream, functions: Mapping[str, ViewerFunction], access: Access) -> None:
        self._upstream = upstream
        self._access = access
        self._distribution = upstream.distribution
        self._functions = functions

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer one request; whatever goes wrong becomes the answer CloudFront or API Gateway would give."""
        request_id = str(uuid.uuid4())
        try:
            response = await self._handle(request, request_id)
        except EdgeError as error:
            logger.warning("%s %s: %d %s", request.method, request.raw_path, error.status, error.detail)
            response = problem(error)
        except GatewayError as error:
            response = _gateway_answer(error.response, request, request_id)
        if _leaves_bytes(request):
            response.force_close()
        return response

    async def _handle(self, request: web.BaseRequest, request_id: str) -> web.StreamResponse:
        viewer = viewer_request(request)
        self._access.check(request, viewer.path, is_upgrade=websockets.wants_upgrade(viewer.headers))
        if viewer.path == HEALTH_PATH:
            return web.json_response({"distribution": self._distribution.id})
        behavior = self._distribution.behavior_for(viewer.path)
        _check_method(request, behavior)
        outcome = await self._run_function(behavior, viewer, request_id)
        if isinstance(outcome, FunctionResponse):
            return _function_answer(outcome)
        route = self._route(behavior, outcome)
        if self._is_websocket(route.primary):
            return await self._upgrade(request, viewer, outcome.request, route.primary, behavior)
        return await self._forward(request, route, outcome.request, behavior, request_id)

    async def _run_function(
        self, behavior: Behavior, viewer: ViewerRequest, request_id: str
    ) -> ForwardRequest | FunctionResponse:
        if behavior.function_arn is None:
            return ForwardRequest(viewer, None)
        try:
            return await self._functions[behavior.function_arn].run(viewer, request_id)
        except FunctionError as fault:
            raise EdgeError(503, f"the viewer-request function failed: {fault}") from fault

    async def _run_on_response(
        self, arn: str, viewer: ViewerRequest, status: int, headers: CIMultiDict[str], request_id: str
    ) -> CIMultiDict[str]:
        try:
            return await self._functions[arn].run_on_response(viewer, status, headers, request_id)
        except FunctionError as fault:
            raise EdgeError(503, f"the viewer-response function failed: {fault}") from fault

    def _route(self, behavior: Behavior, outcome: ForwardRequest) -> Route:
        try:
            return route_for(self._distribution, behavior, outcome.origin)
        except FunctionError as fault:
            raise EdgeError(503, f"the viewer-request function failed: {fault}") from fault

    def _is_websocket(self, origin: Origin) -> bool:
        api = self._upstream.api(origin)
        return api is not None and api.protocol is ApiProtocol.WEBSOCKET

    async def _upgrade(
        self,
        request: web.BaseRequest,
        original: ViewerRequest,
        changed: ViewerRequest,
        origin: Origin,
        behavior: Behavior,
    ) -> web.StreamResponse:
        websockets.check_handshake(request)
        try:
            return await websockets.relay(request, self._upstream, origin, changed, behavior)
        except websockets.RefusedError as refused:
            if refused.status in _REFUSALS:
                return await self._refusal(request, original, changed, refused.status)
            raise EdgeError(refused.status, "the WebSocket API refused the connection") from refused

    async def _refusal(
        self, request: web.BaseRequest, original: ViewerRequest, changed: ViewerRequest, status: int
    ) -> web.StreamResponse:
        """Answer a refused upgrade as the default behavior's origin refuses this path, else with `status`.

        It has a problem document that says why; the answer to a handshake has only its status.
        """
        default = self._distribution.default_behavior
        plain = ViewerRequest("GET", original.path, original.query, changed.headers, original.viewer_ip)
        async with AsyncExitStack() as stack:
            route = route_for(self._distribution, default)
            origin, answer = await self._upstream.answer(stack, route, plain, default, None)
            if refusal := self._gateways_refusal(origin, answer):
                raise GatewayError(refusal)
            if answer.status in _REFUSALS:
                return await self._stream(request, answer, _headers_of(answer))
        raise EdgeError(status, "the WebSocket API refused the connection")

    def _gateways_refusal(self, origin: Origin, answer: aiohttp.ClientResponse) -> GatewayResponse | None:
        """What API Gateway itself answers where a token is missing, or the authorizer has refused it."""
        api = self._upstream.api(origin)
        return api.refusals.get(answer.headers.get("x-amzn-ErrorType", "")) if api else None

    async def _forward(
        self,
        request: web.BaseRequest,
        route: Route,
        viewer: ViewerRequest,
        behavior: Behavior,
        request_id: str,
    ) -> web.StreamResponse:
        async with AsyncExitStack() as stack:
            body = await self._body(request, route.primary, viewer)
            origin, answer = await self._upstream.answer(stack, route, viewer, behavior, body)
            refusal = self._gateways_refusal(origin, answer)
            rendered = refusal and _rendered(refusal, request, request_id)
            headers = rendered.headers if rendered else _headers_of(answer)
            if behavior.response_policy:
                behavior.response_policy.apply(headers, request=viewer.headers, method=viewer.method)
            if rendered:
                return web.Response(status=rendered.status, headers=headers, body=rendered.body)
            # CloudFront runs no function on an origin's errors.
            if behavior.response_function_arn and answer.status < HTTPStatus.BAD_REQUEST:
                headers = await self._run_on_response(
                    behavior.response_function_arn, viewer, answer.status, headers, request_id
                )
            api = self._upstream.api(origin)
            if api is not None and request.method != "HEAD":
                return await self._api_answer(request, api, answer, headers)
            return await self._stream(request, answer, headers)

    async def _body(self, request: web.BaseRequest, origin: Origin, viewer: ViewerRequest) -> Body:
        """Return the body to send; an API's is read whole first, as API Gateway reads it."""
        if request.method in _BODYLESS_METHODS or not request.can_read_body:
            return None
        api = self._upstream.api(origin)
        if api is None:
            await _continue(request)
            return request.content
        limit_bytes = limits.request_body_limit(viewer.path, viewer.query, viewer.headers)
        if (request.content_length or 0) > limit_bytes:
            raise GatewayError(api.request_too_large)
        await _continue(request)
        try:
            return await limits.read_at_most(request.content, limit_bytes)
        except limits.BodyTooLargeError:
            raise GatewayError(api.request_too_large) from None

    async def _api_answer(
        self, request: web.BaseRequest, api: Api, answer: aiohttp.ClientResponse, headers: CIMultiDict[str]
    ) -> web.StreamResponse:
        limit_bytes = limits.response_body_limit(headers)
        if (answer.content_length or 0) > limit_bytes:
            raise GatewayError(api.malformed_reply)
        if answer.content_length is not None:
            return await self._stream(request, answer, headers)
        try:
            body = await limits.read_at_most(answer.content, limit_bytes)
        except limits.BodyTooLargeError:
            raise GatewayError(api.malformed_reply) from None
        return web.Response(status=answer.status, reason=answer.reason, headers=headers, body=body)

    async def _stream(
        self, request: web.BaseRequest, answer: aiohttp.ClientResponse, headers: CIMultiDict[str]
    ) -> web.StreamResponse:
        response = web.StreamResponse(status=answer.status, reason=answer.reason, headers=headers)
        if _leaves_bytes(request):
            response.force_close()
        await response.prepare(request)
        async for chunk in answer.content.iter_any():
            await response.write(chunk)
        await response.write_eof()
        return response


def viewer_request(request: web.BaseRequest) -> ViewerRequest:
    """Read the request line and headers; raises EdgeError 400 for a target that is no ASCII path."""
    path, _, query = request.raw_path.partition("?")
    if not path.startswith("/") or not request.raw_path.isascii():
        raise EdgeError(400, f"request target {request.raw_path!r}: expected a percent-encoded path")
    return ViewerRequest(
        request.method, path, query, CIMultiDict(request.headers), request.remote or "127.0.0.1"
    )


def _check_method(request: web.BaseRequest, behavior: Behavior) -> None:
    if request.method not in behavior.allowed_methods:
        raise EdgeError(
            403,
            "This distribution is not configured to allow the HTTP request method that was used: "
            f"{request.method} is not among the methods of behavior {behavior.path_pattern!r}.",
        )
    if request.method == "GET" and request.can_read_body:
        raise EdgeError(403, "CloudFront refuses a GET request that has a body")


def _headers_of(answer: aiohttp.ClientResponse) -> CIMultiDict[str]:
    headers = returned_headers(CIMultiDict(answer.headers))
    headers.setdefault("Server", "CloudFront")
    headers["X-Cache"] = "Error from cloudfront" if answer.status >= 400 else "Miss from cloudfront"
    return headers


def _function_answer(outcome: FunctionResponse) -> web.Response:
    headers = returned_headers(outcome.headers)
    headers.popall("Content-Length", None)
    headers["X-Cache"] = "FunctionGeneratedResponse from cloudfront"
    headers.setdefault("Server", "CloudFront")
    return web.Response(status=outcome.status, reason=outcome.reason, headers=headers, body=outcome.body)


def _gateway_answer(response: GatewayResponse, request: web.BaseRequest, request_id: str) -> web.Response:
    rendered = _rendered(response, request, request_id)
    return web.Response(status=rendered.status, headers=rendered.headers, body=rendered.body)


def _rendered(response: GatewayResponse, request: web.BaseRequest, request_id: str) -> RenderedResponse:
    return render(response, request_id=request_id, path=request.raw_path.partition("?")[0])


def _leaves_bytes(request: web.BaseRequest) -> bool:
    """Whether bytes of this request may be unread, so that the connection cannot be used for another one.

    The server reads and discards them for a while, so that a viewer that is still sending gets the answer
    instead of a reset.
    """
    return not request.content.is_eof() or websockets.wants_upgrade(CIMultiDict(request.headers))


async def _continue(request: web.BaseRequest) -> None:
    """Ask a viewer that waits for it to send its body."""
    if request.headers.get("Expect", "").lower() == "100-continue":
        await request.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        request.writer.output_size = 0
