"""REST API events → the contract's streaming endpoints."""

from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import Response

from reelway import keys
from reelway.adapters import clients, telemetry, web
from reelway.ports import StoredObject
from streaming import listing, playback
from streaming.ranges import byte_range, is_unchanged

_PLAYLIST_CACHE_CONTROL = "public, max-age=5"

logger = telemetry.logger_for("streaming")
media = clients.media_bucket(**clients.ANSWERING)
videos = clients.videos_table(**clients.ANSWERING)
api = web.Api(logger)


@api.route("/stream/ready", "GET", "HEAD")
def ready() -> web.Answer:
    ids, link = listing.ready(api.query, videos)
    return web.json_response(HTTPStatus.OK, ids, {"Link": link} if link else {})


@api.route("/stream/<videoId>/manifest", "GET", "HEAD")
def manifest(videoId: str) -> web.Answer:  # noqa: N803  the path parameter's public name
    found = playback.playlist(videoId, rendition=api.query.get("rendition"), videos=videos, media=media)
    return _answer(found, found.body.decode(), _PLAYLIST_CACHE_CONTROL)


@api.route("/stream/<videoId>/master", "GET", "HEAD")
def master(videoId: str) -> web.Answer:  # noqa: N803  the path parameter's public name
    found = playback.playlist(videoId, master=True, videos=videos, media=media)
    return _answer(found, found.body.decode(), _PLAYLIST_CACHE_CONTROL)


@api.route("/stream/<videoId>/poster", "GET", "HEAD")
def poster(videoId: str) -> web.Answer:  # noqa: N803  the path parameter's public name
    return _picture(videoId, keys.poster(videoId))


@api.route("/stream/<videoId>/storyboard", "GET", "HEAD")
def storyboard(videoId: str) -> web.Answer:  # noqa: N803  the path parameter's public name
    return _picture(videoId, keys.storyboard(videoId))


@api.route(f"/stream/<videoId>/{keys.SPRITE_NAME}", "GET", "HEAD")
def sprite(videoId: str) -> web.Answer:  # noqa: N803  the path parameter's public name
    return _picture(videoId, keys.sprite(videoId))


@api.route("/stream/<videoId>/segment/<segmentId>", "GET", "HEAD")
def segment(videoId: str, segmentId: str) -> web.Answer:  # noqa: N803  the path parameters' public names
    found = playback.segment(
        videoId, segmentId, byte_range=byte_range(api.headers), videos=videos, media=media
    )
    return _answer(found, found.body, found.cache_control or "no-store", {"Accept-Ranges": "bytes"})


def lambda_handler(event: web.Event, context: Any) -> dict[str, Any]:
    return api.serve(event, context)


def _picture(video_id: str, key: str) -> web.Answer:
    found = playback.picture(video_id, key, videos=videos, media=media)
    body = found.body.decode() if found.content_type.startswith("text/") else found.body
    return _answer(found, body, found.cache_control or "no-store")


def _answer(
    found: StoredObject, body: str | bytes, cache_control: str, headers: dict[str, str] | None = None
) -> web.Answer:
    """200, 206 for a part, or 304 when the client has it already.

    Text goes as text, because bytes pass API Gateway as base64 that it must decode.
    """
    headers = {"Cache-Control": cache_control, "ETag": found.etag, **(headers or {})}
    if is_unchanged(api.headers, found.etag):
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers, body="")
    if found.content_range:
        headers["Content-Range"] = found.content_range
    status = HTTPStatus.PARTIAL_CONTENT if found.content_range else HTTPStatus.OK
    return Response(status_code=status, content_type=found.content_type, headers=headers, body=body)
