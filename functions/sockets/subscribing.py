"""Subscribing a client's socket to one video."""

from collections.abc import Mapping
from http import HTTPStatus

from reelway.ports.connections import Connection, Connections
from reelway.ports.videos import Videos
from reelway.video import is_video_id


def subscribe(
    query: Mapping[str, str], connection_id: str, *, now_s: int, videos: Videos, connections: Connections
) -> HTTPStatus:
    """The status that answers `$connect`: 404 for an unknown video, else 200 once the socket is recorded.

    Nothing is sent here, because API Gateway opens the socket only after this answer. The first message
    is sent when the Connections table's stream delivers the new row.
    """
    video_id = query.get("videoId", "")
    if not is_video_id(video_id) or videos.find(video_id) is None:
        return HTTPStatus.NOT_FOUND
    wants_progress = query.get("progress") == "true"
    connections.add(Connection(video_id, connection_id, now_s, wants_progress))
    return HTTPStatus.OK
