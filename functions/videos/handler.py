"""REST API events → `/video/{videoId}`, the socket's path without an upgrade, and all unknown paths."""

from http import HTTPStatus
from typing import Any

from reelway.adapters import http_api, telemetry, wiring
from reelway.errors import RequestRefused, deleted_video, unknown_video
from reelway.video import Video, is_video_id
from videos.description import describe

logger = telemetry.logger_for("videos")
videos = wiring.videos_table(**wiring.ANSWERING)
api = http_api.Api(logger)


@api.route("/video/<videoId>", "GET", "HEAD", "DELETE")
def video(videoId: str) -> http_api.Answer:  # noqa: N803  the path parameter's public name
    if api.method == "DELETE":
        return _delete(videoId)
    found = videos.find(videoId) if is_video_id(videoId) else None
    if found is None:
        raise _unknown_or_deleted(videoId)
    return http_api.json_response(HTTPStatus.OK, describe(found))


def _delete(video_id: str) -> http_api.Answer:
    """204 also for a video that was deleted before; what it leaves in storage goes a little later."""
    if is_video_id(video_id) and (videos.delete(video_id) or videos.was_deleted(video_id)):
        logger.info("deleted")
        return http_api.response(HTTPStatus.NO_CONTENT, headers={"Cache-Control": "no-store"})
    raise unknown_video(video_id)


def _unknown_or_deleted(video_id: str) -> RequestRefused:
    was_here = is_video_id(video_id) and videos.was_deleted(video_id)
    return deleted_video(video_id) if was_here else unknown_video(video_id)


@api.route("/video/<videoId>/status/stream", "GET")
def no_upgrade(videoId: str) -> http_api.Answer:  # noqa: N803  the path parameter's public name
    _known(videoId)
    raise RequestRefused(
        HTTPStatus.BAD_REQUEST,
        "upgrade_required",
        "This path speaks WebSocket only: send a GET with 'Connection: Upgrade' and 'Upgrade: websocket'.",
    )


def lambda_handler(event: http_api.Event, context: Any) -> dict[str, Any]:
    return api.serve(event, context)


def _known(video_id: str) -> Video:
    found = videos.find(video_id) if is_video_id(video_id) else None
    if found is None:
        raise unknown_video(video_id)
    return found
