"""REST API events → `POST /upload`, and under `/s3` what Uppy asks of its companion."""

from http import HTTPStatus
from typing import Any

from reelway.adapters import api_wiring, clients, http_api, telemetry, wiring
from reelway.adapters.idempotency import HEADER
from reelway.adapters.multipart_form import form_of
from reelway.adapters.settings import UploadSettings
from upload import companion, naming
from upload.accepting import Accepting
from upload.multipart import MultipartUploads
from upload.receiving import DIRECT_ROUTE, MULTIPART_ROUTE, UPLOAD_ROUTE, Receiver, checked

settings, logger, config = UploadSettings.from_environ(), telemetry.logger_for("upload"), clients.ANSWERING
uploads = wiring.bucket(settings.uploads_bucket, config)
videos = wiring.videos_table(settings.videos_table, stack=settings.stack_name, config=config)
parts = api_wiring.part_uploads(settings.uploads_bucket, config)
pending = wiring.pending_uploads(settings.videos_table, config)
receiver = Receiver(uploads, videos, pending)
multipart = MultipartUploads(parts, uploads, videos, pending, settings.max_upload_bytes)
repeats = api_wiring.repeats(settings.idempotency_table, receiver.receive_as, videos.was_deleted)
accepting = Accepting(receiver, repeats.call)
api = http_api.HttpApi(logger, settings.allowed_origins, settings.access)


@api.route("/upload", "POST")
def upload() -> http_api.Answer:
    form, key = form_of(api.headers.get("content-type", ""), api.body), api.headers.get(HEADER)
    file, details = checked(form.file), naming.details(form.texts, form.file_name, api.caller)
    video_id = accepting.accept(file, details, granted=api.caller.video_id, key=key, context=api.context)
    logger.set_correlation_id(video_id)
    logger.info("uploaded", size_bytes=len(file))
    return http_api.json_response(HTTPStatus.CREATED, {"videoId": video_id})


@api.route(DIRECT_ROUTE, "GET")
def direct_upload() -> http_api.Answer:
    details = naming.details(api.query, api.query.get("filename"), api.caller)
    form = receiver.direct_form(details, api.caller.video_id, max_bytes=settings.max_upload_bytes)
    return http_api.json_response(HTTPStatus.OK, form)


@api.route(MULTIPART_ROUTE, "POST")
def begin() -> http_api.Answer:
    document = api.json_object()
    content_type, size_bytes = companion.type_and_size(document)
    details = naming.details_of_document(document, api.caller)
    begun = multipart.begin(content_type, details, api.caller.video_id, size_bytes=size_bytes)
    logger.set_correlation_id(begun.video_id)
    logger.info("multipart upload begun")
    return http_api.json_response(HTTPStatus.OK, companion.begun(begun, uploads.name))


@api.route(UPLOAD_ROUTE, "GET", "DELETE")
def stored_parts_or_abort(uploadId: str) -> http_api.Answer:  # noqa: N803  the path parameter's public name
    if api.method == "DELETE":
        multipart.abort(_key(), companion.upload_id(uploadId), api.caller)
        return http_api.json_response(HTTPStatus.OK, {})
    stored = multipart.stored_parts(_key(), companion.upload_id(uploadId), api.caller)
    return http_api.json_response(HTTPStatus.OK, companion.stored(stored))


@api.route(f"{UPLOAD_ROUTE}/batch", "GET")
def part_urls(uploadId: str) -> http_api.Answer:  # noqa: N803  the path parameter's public name
    numbers = companion.part_numbers(api.query.get("partNumbers", ""))
    size_bytes = companion.size(api.query.get("size"))
    urls = multipart.urls(_key(), companion.upload_id(uploadId), numbers, api.caller, size_bytes=size_bytes)
    return http_api.json_response(HTTPStatus.OK, companion.urls(urls))


@api.route(f"{UPLOAD_ROUTE}/complete", "POST")
def complete(uploadId: str) -> http_api.Answer:  # noqa: N803  the path parameter's public name
    key, listed = _key(), companion.listed_parts(api.json_object())
    video_id = multipart.complete(key, companion.upload_id(uploadId), listed, api.caller)
    logger.set_correlation_id(video_id)
    logger.info("uploaded", parts=len(listed))
    place = {"location": parts.location(key), "bucket": uploads.name}
    return http_api.json_response(HTTPStatus.OK, companion.completed(key, video_id=video_id, **place))


@api.route(f"{UPLOAD_ROUTE}/<partNumber>", "GET")
def part_url(uploadId: str, partNumber: str) -> http_api.Answer:  # noqa: N803  the path parameters' public names
    number = companion.part_number(partNumber)
    size_bytes = companion.size(api.query.get("size"))
    urls = multipart.urls(_key(), companion.upload_id(uploadId), [number], api.caller, size_bytes=size_bytes)
    return http_api.json_response(HTTPStatus.OK, companion.url(urls[number]))


def lambda_handler(event: http_api.Event, context: object) -> dict[str, Any]:
    return api.serve(event, context)


def _key() -> str:
    return api.query.get("key", "")
