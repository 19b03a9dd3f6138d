"""What each route of the WebSocket API does."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from reelway.access import Access
from reelway.caller import ANYBODY, Caller
from reelway.ports.connections import Connections
from reelway.ports.videos import Videos
from sockets.subscribing import subscribe


@dataclass(frozen=True, slots=True)
class SocketRoutes:
    access: Access
    videos: Videos
    connections: Connections

    def answer(self, event: dict[str, Any], *, now_s: int) -> HTTPStatus:
        """Handle API Gateway's event at `now_s` seconds since the epoch; the status of the answer.

        Only that of `$connect` reaches the client.
        """
        request = event["requestContext"]
        connection_id = request["connectionId"]
        if request["routeKey"] == "$connect":
            return self._connect(event, connection_id, now_s)
        if request["routeKey"] == "$disconnect":
            self.connections.remove_by_connection(connection_id)
        return HTTPStatus.OK

    def _connect(self, event: dict[str, Any], connection_id: str, now_s: int) -> HTTPStatus:
        caller = ANYBODY
        if self.access is Access.TOKEN:
            known = Caller.of(event["requestContext"].get("authorizer"), now_s)
            if known is None:
                return HTTPStatus.UNAUTHORIZED
            caller = known
        return subscribe(
            _query(event),
            connection_id,
            caller,
            now_s=now_s,
            videos=self.videos,
            connections=self.connections,
        )


def video_id_of(event: dict[str, Any]) -> str | None:
    """What the client asked to watch, valid or not; None on other routes than `$connect`."""
    return _query(event).get("videoId")


def _query(event: dict[str, Any]) -> dict[str, str]:
    return event.get("queryStringParameters") or {}
