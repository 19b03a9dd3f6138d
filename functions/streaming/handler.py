"""REST API events → the contract's streaming endpoints."""

from http import HTTPStatus
from typing import Any

from reelway import keys
from reelway.adapters import http_api, telemetry, wiring
from reelway.ports import StoredObject
from streaming import listing, playback
from streaming.ranges import byte_range, is_unchanged

_PLAYLIST_CACHE_CONTROL = "public, max-age=5"

logger = telemetry.logger_for("streaming")
media = wiring.media_bucket(**wiring.ANSWERING)
videos = wiring.videos_table(**wiring.ANSWERING)
api = http_api.Api(logger)


@api.route("/stream/ready", "GET", "HEAD")
def ready() -> http_api.Answer:
    ids, link = listing.ready(api.query, videos)
    return http_api.json_response(HTTPStatus.OK, ids, {"Link": link} if link else {})


@api.route("/stream/<videoId>/manifest", "GET", "HEAD")
def manifest(videoId: str) -> http_api.Answer:  # noqa: N803  the path parameter's public name
    found = playback.playlist(videoId, rendition=api.query.get("rendition"), videos=videos, media=media)
    return _answer(found, found.body.decode(), _PLAYLIST_CACHE_CONTROL)


@api.route("/stream/<videoId>/master", "GET", "HEAD")
def master(videoId: str) -> http_api.Answer:  # noqa: N803  the path parameter's public name
    found = playback.playlist(videoId, master=True, videos=videos, media=media)
    return _answer(found, found.body.decode(), _PLAYLIST_CACHE_CONTROL)


@api.route("/stream/<videoId>/poster", "GET", "HEAD")
def poster(videoId: str) -> http_api.Answer:  # noqa: N803  the path parameter's public name
    return _picture(videoId, keys.poster(videoId))


@api.route("/stream/<videoId>/storyboard", "GET", "HEAD")
def storyboard(videoId: str) -> http_api.Answer:  # noqa: N803  the path parameter's public name
    return _picture(videoId, keys.storyboard(videoId))


@api.route(f"/stream/<videoId>/{keys.SPRITE_NAME}", "GET", "HEAD")
def sprite(videoId: str) -> http_api.Answer:  # noqa: N803  the path parameter's public name
    return _picture(videoId, keys.sprite(videoId))


@api.route("/stream/<videoId>/segment/<segmentId>", "GET", "HEAD")
def segment(videoId: str, segmentId: str) -> http_api.Answer:  # noqa: N803  the path parameters' public names
    found = playback.segment(
        videoId, segmentId, byte_range=byte_range(api.headers), videos=videos, media=media
    )
    return _answer(found, found.body, found.cache_control or "no-store", {"Accept-Ranges": "bytes"})


def lambda_handler(event: http_api.Event, context: Any) -> dict[str, Any]:
    return api.serve(event, context)


def _picture(video_id: str, key: str) -> http_api.Answer:
    found = playback.picture(video_id, key, videos=videos, media=media)
    body = found.body.decode() if found.content_type.startswith("text/") else found.body
    return _answer(found, body, found.cache_control or "no-store")


def _answer(
    found: StoredObject, body: str | bytes, cache_control: str, headers: dict[str, str] | None = None
) -> http_api.Answer:
    """200, 206 for a part, or 304 when the client has it already."""
    headers = {"Cache-Control": cache_control, "ETag": found.etag, **(headers or {})}
    if is_unchanged(api.headers, found.etag):
        return http_api.response(HTTPStatus.NOT_MODIFIED, headers=headers)
    if found.content_range:
        headers["Content-Range"] = found.content_range
    status = HTTPStatus.PARTIAL_CONTENT if found.content_range else HTTPStatus.OK
    return http_api.response(status, body, headers=headers, content_type=found.content_type)
