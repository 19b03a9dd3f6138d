"""The path of the status stream, which is a WebSocket's, where a client asks it for a plain answer."""

from http import HTTPStatus

from reelway.errors import RequestRefused


def upgrade_required() -> RequestRefused:
    return RequestRefused(
        HTTPStatus.BAD_REQUEST,
        "upgrade_required",
        "This path speaks WebSocket only: send a GET with 'Connection: Upgrade' and 'Upgrade: websocket'.",
    )
