"""REST API events → `POST /upload` and `/uploads`, and under `/s3` what Uppy asks of its companion."""

from http import HTTPStatus
from typing import Any

from reelway.adapters import clients, http_api, telemetry, upload_wiring
from reelway.adapters.idempotency import HEADER
from reelway.adapters.multipart_form import form_of
from reelway.adapters.settings import UploadSettings
from reelway.caller import Caller
from upload import companion, naming
from upload.receiving import DIRECT_ROUTE, GRANTS_ROUTE, MULTIPART_ROUTE, UPLOAD_ROUTE, checked
from upload.taking import Taking

settings, logger = UploadSettings.from_environ(), telemetry.logger_for("upload")
stores = upload_wiring.stores(settings, clients.ANSWERING)
uploads, videos, parts, policy = stores.uploads, stores.videos, stores.parts, settings.playback_policy
use = Taking.of(stores, settings)
api = http_api.HttpApi(logger, settings.allowed_origins, settings.access)


def caller() -> Caller:
    return use.bearers.of(api.caller, api.headers)


@api.route("/upload", "POST")
def upload() -> http_api.Answer:
    form, key = form_of(api.headers.get("content-type", ""), api.body), api.headers.get(HEADER)
    who = caller()
    allowed = use.allowances.of(naming.details(form.texts, form.file_name, who, policy), who)
    video_id = use.accepting.accept(checked(form.file, allowed), allowed, key=key, context=api.context)
    logger.set_correlation_id(video_id)
    logger.info("uploaded", size_bytes=len(form.file))
    return http_api.json_response(HTTPStatus.CREATED, {"videoId": video_id})


@api.route(GRANTS_ROUTE, "POST")
def grant() -> http_api.Answer:
    granted = use.granting.grant(api.json_object(), api.caller)
    logger.set_correlation_id(granted["videoId"])
    logger.info("granted", expires=granted["expires"])
    return http_api.json_response(HTTPStatus.CREATED, granted)


@api.route(DIRECT_ROUTE, "GET")
def direct_upload() -> http_api.Answer:
    who = caller()
    allowed = use.allowances.of(naming.details(api.query, api.query.get("filename"), who, policy), who)
    form = use.receiver.direct_form(allowed, size_bytes=companion.declared_size(api.query))
    return http_api.json_response(HTTPStatus.OK, form)


@api.route(MULTIPART_ROUTE, "POST")
def begin() -> http_api.Answer:
    document, who = api.json_object(), caller()
    content_type, size_bytes = companion.type_and_size(document)
    allowed = use.allowances.of(naming.details_of_document(document, who, policy), who)
    begun = use.multipart.begin(content_type, allowed, size_bytes=size_bytes)
    logger.set_correlation_id(begun.video_id)
    logger.info("multipart upload begun")
    return http_api.json_response(HTTPStatus.OK, companion.begun(begun, uploads.name))


@api.route(UPLOAD_ROUTE, "GET", "DELETE")
def stored_parts_or_abort(uploadId: str) -> http_api.Answer:  # noqa: N803  the path parameter's public name
    if api.method == "DELETE":
        use.multipart.abort(_key(), companion.upload_id(uploadId), caller())
        return http_api.json_response(HTTPStatus.OK, {})
    stored = use.multipart.stored_parts(_key(), companion.upload_id(uploadId), caller())
    return http_api.json_response(HTTPStatus.OK, companion.stored(stored))


@api.route(f"{UPLOAD_ROUTE}/batch", "GET")
def part_urls(uploadId: str) -> http_api.Answer:  # noqa: N803  the path parameter's public name
    numbers = companion.part_numbers(api.query.get("partNumbers", ""))
    size_bytes = companion.size(api.query.get("size"))
    urls = use.multipart.urls(_key(), companion.upload_id(uploadId), numbers, caller(), size_bytes=size_bytes)
    return http_api.json_response(HTTPStatus.OK, companion.urls(urls))


@api.route(f"{UPLOAD_ROUTE}/complete", "POST")
def complete(uploadId: str) -> http_api.Answer:  # noqa: N803  the path parameter's public name
    key, listed = _key(), companion.listed_parts(api.json_object())
    video_id = use.multipart.complete(key, companion.upload_id(uploadId), listed, caller())
    logger.set_correlation_id(video_id)
    logger.info("uploaded", parts=len(listed))
    place = {"location": parts.location(key), "bucket": uploads.name}
    return http_api.json_response(HTTPStatus.OK, companion.completed(key, video_id=video_id, **place))


@api.route(f"{UPLOAD_ROUTE}/<partNumber>", "GET")
def part_url(uploadId: str, partNumber: str) -> http_api.Answer:  # noqa: N803  the path parameters' public names
    number = companion.part_number(partNumber)
    size_bytes = companion.size(api.query.get("size"))
    urls = use.multipart.urls(
        _key(), companion.upload_id(uploadId), [number], caller(), size_bytes=size_bytes
    )
    return http_api.json_response(HTTPStatus.OK, companion.url(urls[number]))


def lambda_handler(event: http_api.Event, context: object) -> dict[str, Any]:
    return api.serve(event, context)


def _key() -> str:
    return api.query.get("key", "")
