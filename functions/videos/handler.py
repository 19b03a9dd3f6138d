"""REST API events → a video, its retry and return, its socket's path, lists, `/status`, unknown paths."""

from http import HTTPStatus
from typing import Any

from reelway import keys
from reelway.adapters import api_wiring, clients, http_api, telemetry, wiring
from reelway.adapters.settings import VideosSettings
from reelway.lookup import known_video
from videos import deleting, listing, upgrading
from videos.annotating import Annotating
from videos.description import describe
from videos.restoring import Restoring
from videos.retrying import Retries
from videos.service_status import CACHED_S, ServiceStatus

settings = VideosSettings.from_environ()
logger, config = telemetry.logger_for("videos"), clients.ANSWERING
table, stack = settings.videos_table, settings.stack_name
uploads = wiring.bucket(settings.uploads_bucket, config)
videos, reruns, deleted = wiring.video_tables(table, stack=stack, config=config)
events = wiring.event_queue(settings.event_queue_url, stack=stack, config=config)
retries = Retries(uploads, videos, reruns, lambda video_id: events.send(keys.upload(video_id)))
restoring = Restoring(videos, deleted, settings.window_days)
browser, annotating = api_wiring.browser(table), Annotating(videos, api_wiring.annotations(table))
service = ServiceStatus(api_wiring.service_figures(table, settings.idempotency_table), logger.exception)
api = http_api.HttpApi(logger, settings.allowed_origins, settings.access)


@api.route("/videos", "GET", "HEAD")
def list_videos() -> http_api.Answer:
    document, link = listing.page(api.query, api.caller, browser)
    return http_api.json_response(HTTPStatus.OK, document, {"Link": link} if link else {})


@api.route("/video/<videoId>", "GET", "HEAD", "PATCH", "DELETE")
def video(videoId: str) -> http_api.Answer:  # noqa: N803  the path parameter's public name
    if api.method == "DELETE":
        deleting.delete(videoId, videos, api.caller)
        logger.info("deleted")
        return http_api.Answer(HTTPStatus.NO_CONTENT, {"Cache-Control": "no-store"})
    patch = api.json_object() if api.method == "PATCH" else {}
    return http_api.json_response(HTTPStatus.OK, describe(annotating.patch(videoId, patch, api.caller)))


@api.route("/video/<videoId>/retry", "POST")
def retry(videoId: str) -> http_api.Answer:  # noqa: N803  the path parameter's public name
    waiting = retries.retry(videoId, api.caller)
    logger.info("begun again", run_id=waiting.run_id, reruns=waiting.reruns)
    return http_api.json_response(HTTPStatus.ACCEPTED, describe(waiting))


@api.route("/video/<videoId>/restore", "POST")
def restore(videoId: str) -> http_api.Answer:  # noqa: N803  the path parameter's public name
    found, is_coming = restoring.restore(videoId, api.caller)
    logger.info("is restored" if is_coming else "is there")
    return http_api.json_response(HTTPStatus.ACCEPTED if is_coming else HTTPStatus.OK, describe(found))


@api.route("/video/<videoId>/status/stream", "GET")
def no_upgrade(videoId: str) -> http_api.Answer:  # noqa: N803  the path parameter's public name
    known_video(videoId, videos, api.caller)
    raise upgrading.upgrade_required()


@api.route("/status", "GET", "HEAD")
def status() -> http_api.Answer:
    """Never 5xx: what cannot be read is null."""
    cached = {"Cache-Control": f"public, max-age={CACHED_S}"}
    return http_api.json_response(HTTPStatus.OK, service.describe(), cached)


def lambda_handler(event: http_api.Event, context: object) -> dict[str, Any]:
    return api.serve(event, context)
