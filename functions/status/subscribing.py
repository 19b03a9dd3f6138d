"""Opening and closing a client's socket on one video."""

from collections.abc import Mapping
from http import HTTPStatus

from reelway.ports import Connection, Connections, Videos
from reelway.video import is_video_id


def subscribe(
    query: Mapping[str, str], connection_id: str, *, now_s: int, videos: Videos, connections: Connections
) -> HTTPStatus:
    """404 for an unknown video; else record the socket, whose first message the record's stream sends.

    Nothing is sent here: a socket cannot take messages until this call has been answered.
    """
    video_id = query.get("videoId", "")
    if not is_video_id(video_id) or videos.find(video_id) is None:
        return HTTPStatus.NOT_FOUND
    wants_progress = query.get("progress") == "true"
    connections.add(Connection(video_id, connection_id, now_s, wants_progress))
    return HTTPStatus.OK
