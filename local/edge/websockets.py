"""WebSocket connections: the origin's handshake first, then frames both ways."""

import asyncio
import base64
import binascii
import logging
from typing import Final

import aiohttp
from aiohttp import ClientWSTimeout, WSMsgType, web
from multidict import CIMultiDict

from local.edge.distribution import Behavior, Origin
from local.edge.problems import EdgeError
from local.edge.upstream import Upstream
from local.edge.viewer_event import ViewerRequest

MAX_MESSAGE_BYTES: Final = 128 * 1024  # API Gateway's quota
HEARTBEAT_S: Final = 30.0  # detects clients that are gone, long before API Gateway's idle timeout of 10 min
CLOSE_TIMEOUT_S: Final = 2.0  # to wait for the other side's close frame

_PROTOCOL_VERSION = "13"  # RFC 6455, 4.1

logger = logging.getLogger(__name__)

Socket = web.WebSocketResponse | aiohttp.ClientWebSocketResponse


class RefusedError(Exception):
    """The origin answered the handshake with `status` instead of an upgrade."""

    def __init__(self, status: int) -> None:
        super().__init__(f"the origin answered {status}")
        self.status = status


def wants_upgrade(headers: CIMultiDict[str]) -> bool:
    """Whether a request asks for a WebSocket, by a valid handshake or not."""
    return headers.get("Upgrade", "").strip().lower() == "websocket"


def handshake_fault(method: str, headers: CIMultiDict[str]) -> str | None:
    """Return what is wrong with an opening handshake (RFC 6455, section 4.2.1), or None."""
    connection = [token.strip().lower() for token in headers.get("Connection", "").split(",")]
    version = headers.get("Sec-WebSocket-Version")
    if not wants_upgrade(headers):
        return f"Upgrade {headers.get('Upgrade')!r}: expected websocket"
    if method != "GET":
        return f"method {method}: expected GET"
    if "upgrade" not in connection:
        return f"Connection {headers.get('Connection')!r}: expected Upgrade"
    if version != _PROTOCOL_VERSION:
        return f"Sec-WebSocket-Version {version!r}: expected {_PROTOCOL_VERSION}"
    if not _is_key(headers.get("Sec-WebSocket-Key", "")):
        return f"Sec-WebSocket-Key {headers.get('Sec-WebSocket-Key')!r}: expected 16 bytes in base64"
    return None


def check_handshake(request: web.BaseRequest) -> None:
    """Raise EdgeError 400 unless the request is a valid opening handshake."""
    fault = handshake_fault(request.method, CIMultiDict(request.headers))
    if fault:
        raise EdgeError(400, f"invalid WebSocket upgrade request: {fault}")


async def relay(
    request: web.BaseRequest, upstream: Upstream, origin: Origin, viewer: ViewerRequest, behavior: Behavior
) -> web.StreamResponse:
    """Connect to the origin, only then answer the viewer, and pass frames until either side ends.

    Raises RefusedError with the origin's status, or EdgeError 502 when it cannot be reached.
    """
    origin_socket = await _connect(upstream, origin, viewer, behavior)
    try:
        viewer_socket = web.WebSocketResponse(
            autoping=False,
            autoclose=False,
            compress=False,
            heartbeat=HEARTBEAT_S,
            max_msg_size=MAX_MESSAGE_BYTES + 1,
            protocols=(origin_socket.protocol,) if origin_socket.protocol else (),
            timeout=CLOSE_TIMEOUT_S,
        )
        await viewer_socket.prepare(request)
        await _pump_both(viewer_socket, origin_socket)
    finally:
        await origin_socket.close(code=aiohttp.WSCloseCode.GOING_AWAY)
    return viewer_socket


def passed_close_code(code: int | None) -> int:
    """Return the close code to forward; codes that stand for none (RFC 6455, 7.4.1) cannot be sent."""
    if code in (None, 0, 1005):
        return aiohttp.WSCloseCode.OK
    return aiohttp.WSCloseCode.GOING_AWAY if code == 1006 else int(code or 0)


async def _connect(
    upstream: Upstream, origin: Origin, viewer: ViewerRequest, behavior: Behavior
) -> aiohttp.ClientWebSocketResponse:
    outgoing = upstream.request_to(origin, viewer, behavior)
    offered = ",".join(viewer.headers.getall("Sec-WebSocket-Protocol", []))
    try:
        async with upstream.admission.place():
            return await upstream.session.ws_connect(
                outgoing.url,
                headers=outgoing.headers,
                protocols=[protocol.strip() for protocol in offered.split(",") if protocol.strip()],
                autoping=False,
                autoclose=False,
                compress=0,
                max_msg_size=0,
                timeout=ClientWSTimeout(ws_close=CLOSE_TIMEOUT_S),
            )
    except aiohttp.WSServerHandshakeError as error:
        raise RefusedError(error.status) from error
    except (aiohttp.ClientError, OSError) as error:
        raise EdgeError(502, f"origin {origin.id!r} cannot be reached: {error}") from error


async def _pump_both(viewer: web.WebSocketResponse, origin: aiohttp.ClientWebSocketResponse) -> None:
    """Pass frames both ways; when one side ends, its close goes to the other after all it sent before."""
    pumps = {
        asyncio.create_task(_pump(viewer, origin), name="viewer to origin"): origin,
        asyncio.create_task(_pump(origin, viewer), name="origin to viewer"): viewer,
    }
    ended: set[asyncio.Task[aiohttp.WSMessage]] = set()
    try:
        ended, _ = await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for pump in pumps:
            pump.cancel()
        await asyncio.gather(*pumps, return_exceptions=True)
    last = next(iter(ended))
    await _close_both(viewer, origin, last.result() if not last.exception() else None)


async def _pump(source: Socket, sink: Socket) -> aiohttp.WSMessage:
    """Pass frames from one side to the other; returns the message that ended it."""
    while True:
        message = await source.receive()
        match message.type:
            case WSMsgType.TEXT:
                await sink.send_str(message.data)
            case WSMsgType.BINARY:
                await sink.send_bytes(message.data)
            case WSMsgType.PING:
                await sink.ping(message.data)
            case WSMsgType.PONG:
                await sink.pong(message.data)
            case _:
                return message


async def _close_both(
    viewer: web.WebSocketResponse, origin: aiohttp.ClientWebSocketResponse, last: aiohttp.WSMessage | None
) -> None:
    """Forward the close; if one side vanished without one, the other gets "going away"."""
    if last is not None and last.type is WSMsgType.CLOSE:
        code, reason = passed_close_code(last.data), (last.extra or "").encode()
    else:
        code, reason = int(aiohttp.WSCloseCode.GOING_AWAY), b""
    logger.debug("closing both sides with %d", code)
    await asyncio.gather(
        viewer.close(code=code, message=reason),
        origin.close(code=code, message=reason),
        return_exceptions=True,
    )


def _is_key(value: str) -> bool:
    try:
        return len(base64.b64decode(value, validate=True)) == 16
    except (binascii.Error, ValueError):
        return False
