"""Subscribing a client's socket to one video."""

from collections.abc import Mapping
from http import HTTPStatus

from reelway.caller import Caller, Scope
from reelway.ports.connections import Connection, Connections
from reelway.ports.videos import Videos
from reelway.video import is_video_id


def subscribe(
    query: Mapping[str, str],
    connection_id: str,
    caller: Caller,
    *,
    now_s: int,
    videos: Videos,
    connections: Connections,
) -> HTTPStatus:
    """The status that answers `$connect`: 200 once the socket is recorded.

    404 for an unknown video and another owner's, 403 where the caller's token does not allow reading.

    Nothing is sent here, because API Gateway opens the socket only after this answer. The first message
    is sent when the Connections table's stream delivers the new row.
    """
    video_id = query.get("videoId", "")
    if not caller.has(Scope.READ):
        return HTTPStatus.FORBIDDEN
    video = videos.find(video_id) if is_video_id(video_id) else None
    if video is None or not caller.may_see(video_id, video.owner):
        return HTTPStatus.NOT_FOUND
    wants_progress = query.get("progress") == "true"
    until_complete = query.get("until") == "complete"
    connections.add(Connection(video_id, connection_id, now_s, wants_progress, until_complete))
    return HTTPStatus.OK
