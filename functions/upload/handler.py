"""REST API events → `POST /upload` and `GET /s3/params`."""

import os
from http import HTTPStatus
from typing import Any

from reelway.adapters import clients, telemetry, web
from upload.form import file_of
from upload.receiving import DIRECT_ROUTE, direct_form, receive

logger = telemetry.logger_for("upload")
uploads = clients.uploads_bucket(**clients.ANSWERING)
videos = clients.videos_table(**clients.ANSWERING)
max_upload_bytes = int(os.environ["MAX_UPLOAD_BYTES"])
api = web.Api(logger)


@api.route("/upload", "POST")
def upload() -> web.Answer:
    file = file_of(api.headers.get("content-type", ""), api.body)
    video_id = receive(file, uploads=uploads, videos=videos)
    logger.set_correlation_id(video_id)
    logger.info("uploaded", size_bytes=len(file))
    return web.json_response(HTTPStatus.CREATED, {"videoId": video_id})


@api.route(DIRECT_ROUTE, "GET")
def direct_upload() -> web.Answer:
    return web.json_response(HTTPStatus.OK, direct_form(uploads=uploads, max_bytes=max_upload_bytes))


def lambda_handler(event: web.Event, context: Any) -> dict[str, Any]:
    return api.serve(event, context)
