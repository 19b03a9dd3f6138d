"""REST API events → the ready list, playlists, stills and segments."""

from http import HTTPStatus
from typing import Any

from reelway import keys
from reelway.adapters import api_wiring, clients, http_api, telemetry, wiring
from reelway.adapters.settings import StreamingSettings
from streaming import admitted, answers, listing, own_list, playback
from streaming.ranges import byte_range
from streaming.ready_list import ReadyList

settings = StreamingSettings.from_environ()
logger = telemetry.logger_for("streaming")
media = wiring.bucket(settings.media_bucket, clients.ANSWERING)
videos = wiring.videos_table(settings.videos_table, stack=settings.stack_name, config=clients.ANSWERING)
metrics = telemetry.Metrics(settings.stack_name)
report = telemetry.reporter(logger, metrics, "ReadyListFaults")
ready_list = ReadyList(*api_wiring.ready_lists(settings, clients.ANSWERING), report)
browser = api_wiring.browser(settings.videos_table, clients.ANSWERING)
api = http_api.HttpApi(logger, settings.allowed_origins, settings.access)


@api.route("/stream/ready", "GET", "HEAD")
def ready() -> http_api.Answer:
    if api.caller.sees_all:
        ids, link = listing.ready(api.query, ready_list, max_ids=answers.max_ids(api.headers))
    else:
        ids, link = own_list.ready(api.query, api.caller, browser)
    return answers.ids(ids, link, api.headers)


@api.route("/stream/<videoId>/manifest", "GET", "HEAD")
@api.route("/stream/<videoId>/manifest.m3u8", "GET", "HEAD")
def manifest(videoId: str) -> http_api.Answer:  # noqa: N803  the path parameter's public name
    if "token" in api.query:
        return answers.moved(*admitted.place(videoId, api.path, api.query))
    found = playback.playlist(
        videoId, rendition=api.query.get("rendition"), videos=admitted.to(videos, api.headers), media=media
    )
    return answers.playlist(found, api.headers)


@api.route("/stream/<videoId>/master", "GET", "HEAD")
@api.route("/stream/<videoId>/master.m3u8", "GET", "HEAD")
def master(videoId: str) -> http_api.Answer:  # noqa: N803  the path parameter's public name
    if "token" in api.query:
        return answers.moved(*admitted.place(videoId, api.path, api.query))
    return answers.playlist(
        playback.master(videoId, videos=admitted.to(videos, api.headers), media=media), api.headers
    )


@api.route("/stream/<videoId>/iframes", "GET", "HEAD")
def i_frames(videoId: str) -> http_api.Answer:  # noqa: N803  the path parameter's public name
    found = playback.i_frames(
        videoId,
        rendition=api.query.get("rendition", ""),
        videos=admitted.to(videos, api.headers),
        media=media,
    )
    return answers.playlist(found, api.headers)


@api.route("/stream/<videoId>/poster", "GET", "HEAD")
def poster(videoId: str) -> http_api.Answer:  # noqa: N803  the path parameter's public name
    return _still(videoId, keys.poster(videoId))


@api.route("/stream/<videoId>/storyboard", "GET", "HEAD")
def storyboard(videoId: str) -> http_api.Answer:  # noqa: N803  the path parameter's public name
    return _still(videoId, keys.storyboard(videoId))


@api.route(f"/stream/<videoId>/{keys.SPRITE_NAME}", "GET", "HEAD")
def sprite(videoId: str) -> http_api.Answer:  # noqa: N803  the path parameter's public name
    return _still(videoId, keys.sprite(videoId))


@api.route("/stream/<videoId>/segment/<segmentId>", "GET", "HEAD")
def segment(videoId: str, segmentId: str) -> http_api.Answer:  # noqa: N803  the path parameters' public names
    asked, known = byte_range(api.headers), admitted.to(videos, api.headers)
    found = playback.segment(videoId, segmentId, byte_range=asked, videos=known, media=media)
    answer = answers.segment(found, api.headers)
    if answer.status != HTTPStatus.NOT_MODIFIED:
        metrics.count("SegmentsThroughFunction")
    return answer


def lambda_handler(event: http_api.Event, context: object) -> dict[str, Any]:
    return api.serve(event, context)


def _still(video_id: str, key: str) -> http_api.Answer:
    return answers.still(
        playback.still(video_id, key, videos=admitted.to(videos, api.headers), media=media), api.headers
    )
