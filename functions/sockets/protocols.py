"""The subprotocol of a socket (RFC 6455, section 1.9): offered where the token is the second one."""

from collections.abc import Mapping
from typing import Any, Final

PROTOCOL: Final = "reelway"
_HEADER = "Sec-WebSocket-Protocol"


def chosen_protocol(event: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """A part of the answer to `$connect`: browsers give up a socket if none that they offer is chosen."""
    headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    offered = [name.strip() for name in headers.get(_HEADER.lower(), "").split(",")]
    return {"headers": {_HEADER: PROTOCOL}} if PROTOCOL in offered else {}
