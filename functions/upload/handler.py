"""REST API events → `POST /upload`, and under `/s3` the S3 protocol of Uppy's companion."""

import os
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote

from reelway.adapters import http_api, telemetry, wiring
from reelway.adapters.idempotency import HEADER, Once
from reelway.adapters.multipart_form import file_of
from reelway.errors import RequestRefused
from upload.multipart import URL_EXPIRES_S, MultipartUploads, part_of
from upload.receiving import DIRECT_ROUTE, MULTIPART_ROUTE, direct_form, receive

_ONE = f"{MULTIPART_ROUTE}/<uploadId>"

logger = telemetry.logger_for("upload")
uploads = wiring.uploads_bucket(**wiring.ANSWERING)
videos = wiring.videos_table(**wiring.ANSWERING)
max_upload_bytes = int(os.environ["MAX_UPLOAD_BYTES"])
multipart = MultipartUploads(wiring.part_uploads(**wiring.ANSWERING), uploads, videos, max_upload_bytes)
once = Once(wiring.dynamodb(**wiring.ANSWERING), os.environ["IDEMPOTENCY_TABLE"])
api = http_api.Api(logger)


@api.route("/upload", "POST")
def upload() -> http_api.Answer:
    file = file_of(api.headers.get("content-type", ""), api.body)
    key = api.headers.get(HEADER)
    video_id = _receive(file) if key is None else once.call(key, file, _receive, api.context)
    logger.set_correlation_id(video_id)
    logger.info("uploaded", size_bytes=len(file))
    return http_api.json_response(HTTPStatus.CREATED, {"videoId": video_id})


@api.route(DIRECT_ROUTE, "GET")
def direct_upload() -> http_api.Answer:
    return http_api.json_response(HTTPStatus.OK, direct_form(uploads=uploads, max_bytes=max_upload_bytes))


@api.route(MULTIPART_ROUTE, "POST")
def begin() -> http_api.Answer:
    asked = api.json_object()
    metadata = asked.get("metadata")
    size_bytes = metadata.get("size") if isinstance(metadata, dict) else None
    begun = multipart.begin(asked.get("type"), size_bytes=size_bytes)
    logger.set_correlation_id(begun.video_id)
    logger.info("multipart upload begun")
    return http_api.json_response(
        HTTPStatus.OK, {"key": begun.key, "uploadId": begun.upload_id, "bucket": uploads.name}
    )


@api.route(_ONE, "GET", "DELETE")
def one(uploadId: str) -> http_api.Answer:  # noqa: N803  the path parameter's public name
    if api.method == "DELETE":
        multipart.abort(_key(), unquote(uploadId))
        return http_api.json_response(HTTPStatus.OK, {})
    stored = multipart.stored_parts(_key(), unquote(uploadId))
    document = [{"PartNumber": part.number, "ETag": part.etag, "Size": part.size_bytes} for part in stored]
    return http_api.json_response(HTTPStatus.OK, document)


@api.route(f"{_ONE}/batch", "GET")
def batch(uploadId: str) -> http_api.Answer:  # noqa: N803  the path parameter's public name
    numbers = [_number(text) for text in api.query.get("partNumbers", "").split(",")]
    urls = multipart.urls(_key(), unquote(uploadId), numbers)
    return http_api.json_response(HTTPStatus.OK, {"presignedUrls": {str(n): url for n, url in urls.items()}})


@api.route(f"{_ONE}/complete", "POST")
def complete(uploadId: str) -> http_api.Answer:  # noqa: N803  the path parameter's public name
    listed = api.json_object().get("parts")
    if not isinstance(listed, list) or not all(isinstance(part, dict) for part in listed):
        raise RequestRefused(HTTPStatus.BAD_REQUEST, "invalid_part", "The body lists no parts.")
    parts = [part_of(part.get("PartNumber"), part.get("ETag")) for part in listed]
    key = _key()
    video_id = multipart.complete(key, unquote(uploadId), parts)
    logger.set_correlation_id(video_id)
    logger.info("uploaded", parts=len(parts))
    document = {"location": multipart.parts.location(key), "key": key, "bucket": uploads.name}
    return http_api.json_response(HTTPStatus.OK, document | {"videoId": video_id})


@api.route(f"{_ONE}/<partNumber>", "GET")
def part_url(uploadId: str, partNumber: str) -> http_api.Answer:  # noqa: N803  the path parameters' public names
    number = _number(partNumber)
    urls = multipart.urls(_key(), unquote(uploadId), [number])
    return http_api.json_response(HTTPStatus.OK, {"url": urls[number], "expires": URL_EXPIRES_S})


def lambda_handler(event: http_api.Event, context: Any) -> dict[str, Any]:
    return api.serve(event, context)


def _receive(file: bytes) -> str:
    return receive(file, uploads=uploads, videos=videos)


def _key() -> str:
    return api.query.get("key", "")


def _number(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise RequestRefused(
            HTTPStatus.BAD_REQUEST, "bad_part_numbers", f"{text!r} is not the number of a part."
        )
    return int(text)
