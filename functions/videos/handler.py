"""REST API events → `GET /video/{videoId}`, the socket's path without an upgrade, and all unknown paths."""

from http import HTTPStatus
from typing import Any

from reelway.adapters import clients, telemetry, web
from reelway.errors import RequestRefused, unknown_video
from reelway.video import Video, is_video_id
from videos.description import describe

logger = telemetry.logger_for("videos")
videos = clients.videos_table(**clients.ANSWERING)
api = web.Api(logger)


@api.route("/video/<videoId>", "GET", "HEAD")
def video(videoId: str) -> web.Answer:  # noqa: N803  the path parameter's public name
    return web.json_response(HTTPStatus.OK, describe(_known(videoId)))


@api.route("/video/<videoId>/status/stream", "GET")
def no_upgrade(videoId: str) -> web.Answer:  # noqa: N803  the path parameter's public name
    _known(videoId)
    raise RequestRefused(
        HTTPStatus.BAD_REQUEST,
        "upgrade_required",
        "This path speaks WebSocket only: send a GET with 'Connection: Upgrade' and 'Upgrade: websocket'.",
    )


def lambda_handler(event: web.Event, context: Any) -> dict[str, Any]:
    return api.serve(event, context)


def _known(video_id: str) -> Video:
    found = videos.find(video_id) if is_video_id(video_id) else None
    if found is None:
        raise unknown_video(video_id)
    return found
