"""The path of the status stream, which is a WebSocket's, where a client asks it for a plain answer."""

from reelway.errors import RequestRefused, bad_request


def upgrade_required() -> RequestRefused:
    return bad_request(
        "upgrade_required",
        "This path speaks WebSocket only: send a GET with 'Connection: Upgrade' and 'Upgrade: websocket'.",
    )
