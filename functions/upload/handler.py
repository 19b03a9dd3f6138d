"""REST API events → `POST /upload`, and under `/s3` what Uppy asks of its companion."""

from collections.abc import Callable
from functools import cache
from http import HTTPStatus
from typing import Any

from reelway.adapters import api_wiring, clients, http_api, quota_wiring, telemetry, wiring
from reelway.adapters.idempotency import HEADER
from reelway.adapters.multipart_form import form_of
from reelway.adapters.settings import UploadSettings
from reelway.adapters.token_keys import TokenKeys, token_keys
from reelway.caller import Caller
from reelway.details import Details
from reelway.quotas import Quotas
from upload import companion, naming
from upload.accepting import Accepting
from upload.allowances import Allowance, Allowances
from upload.bearers import Bearers
from upload.granting import Granting
from upload.multipart import MultipartUploads
from upload.receiving import DIRECT_ROUTE, GRANTS_ROUTE, MULTIPART_ROUTE, UPLOAD_ROUTE, Receiver, checked

settings, logger, config = UploadSettings.from_environ(), telemetry.logger_for("upload"), clients.ANSWERING
uploads = wiring.bucket(settings.uploads_bucket, config)
videos = wiring.videos_table(settings.videos_table, stack=settings.stack_name, config=config)
parts = api_wiring.part_uploads(settings.uploads_bucket, config)
pending = wiring.pending_uploads(settings.videos_table, config)


@cache
def keys() -> TokenKeys:
    """Few uploads need them, and their client is made for no others."""
    return token_keys(settings.token_key_secret, config)


quotas = Quotas(settings.owner_bytes, settings.owner_minutes, settings.owner_at_once)
ledger = quota_wiring.quota_ledger(settings.idempotency_table, settings.videos_table, quotas, config)
allowances = Allowances(pending, ledger, quotas, settings.max_upload_bytes)
granting = Granting(pending, lambda: keys().present(), settings.max_upload_bytes, settings.max_duration_s)
receiver = Receiver(uploads, videos, allowances)
multipart = MultipartUploads(parts, uploads, videos, allowances)
repeats = api_wiring.repeats(settings.idempotency_table, receiver.receive_as, videos.was_deleted)
accepting = Accepting(receiver, repeats.call)
bearers = Bearers(settings.access, lambda kid: keys().find(kid))
api = http_api.HttpApi(logger, settings.allowed_origins, settings.access)


def caller() -> Caller:
    return bearers.of(api.caller, api.headers)


def allowed_for(stated: Callable[[Caller], Details]) -> Allowance:
    who = caller()
    return allowances.of(stated(who), who)


@api.route("/upload", "POST")
def upload() -> http_api.Answer:
    form, key = form_of(api.headers.get("content-type", ""), api.body), api.headers.get(HEADER)
    allowed = allowed_for(lambda who: naming.details(form.texts, form.file_name, who))
    file = checked(form.file, allowed)
    video_id = accepting.accept(file, allowed, key=key, context=api.context)
    logger.set_correlation_id(video_id)
    logger.info("uploaded", size_bytes=len(file))
    return http_api.json_response(HTTPStatus.CREATED, {"videoId": video_id})


@api.route(GRANTS_ROUTE, "POST")
def grant() -> http_api.Answer:
    granted = granting.grant(api.json_object(), api.caller)
    logger.set_correlation_id(granted["videoId"])
    logger.info("granted", expires=granted["expires"])
    return http_api.json_response(HTTPStatus.CREATED, granted)


@api.route(DIRECT_ROUTE, "GET")
def direct_upload() -> http_api.Answer:
    allowed = allowed_for(lambda who: naming.details(api.query, api.query.get("filename"), who))
    form = receiver.direct_form(allowed, size_bytes=companion.declared_size(api.query))
    return http_api.json_response(HTTPStatus.OK, form)


@api.route(MULTIPART_ROUTE, "POST")
def begin() -> http_api.Answer:
    document = api.json_object()
    content_type, size_bytes = companion.type_and_size(document)
    allowed = allowed_for(lambda who: naming.details_of_document(document, who))
    begun = multipart.begin(content_type, allowed, size_bytes=size_bytes)
    logger.set_correlation_id(begun.video_id)
    logger.info("multipart upload begun")
    return http_api.json_response(HTTPStatus.OK, companion.begun(begun, uploads.name))


@api.route(UPLOAD_ROUTE, "GET", "DELETE")
def stored_parts_or_abort(uploadId: str) -> http_api.Answer:  # noqa: N803  the path parameter's public name
    if api.method == "DELETE":
        multipart.abort(_key(), companion.upload_id(uploadId), caller())
        return http_api.json_response(HTTPStatus.OK, {})
    stored = multipart.stored_parts(_key(), companion.upload_id(uploadId), caller())
    return http_api.json_response(HTTPStatus.OK, companion.stored(stored))


@api.route(f"{UPLOAD_ROUTE}/batch", "GET")
def part_urls(uploadId: str) -> http_api.Answer:  # noqa: N803  the path parameter's public name
    numbers = companion.part_numbers(api.query.get("partNumbers", ""))
    size_bytes = companion.size(api.query.get("size"))
    urls = multipart.urls(_key(), companion.upload_id(uploadId), numbers, caller(), size_bytes=size_bytes)
    return http_api.json_response(HTTPStatus.OK, companion.urls(urls))


@api.route(f"{UPLOAD_ROUTE}/complete", "POST")
def complete(uploadId: str) -> http_api.Answer:  # noqa: N803  the path parameter's public name
    key, listed = _key(), companion.listed_parts(api.json_object())
    video_id = multipart.complete(key, companion.upload_id(uploadId), listed, caller())
    logger.set_correlation_id(video_id)
    logger.info("uploaded", parts=len(listed))
    place = {"location": parts.location(key), "bucket": uploads.name}
    return http_api.json_response(HTTPStatus.OK, companion.completed(key, video_id=video_id, **place))


@api.route(f"{UPLOAD_ROUTE}/<partNumber>", "GET")
def part_url(uploadId: str, partNumber: str) -> http_api.Answer:  # noqa: N803  the path parameters' public names
    number = companion.part_number(partNumber)
    size_bytes = companion.size(api.query.get("size"))
    urls = multipart.urls(_key(), companion.upload_id(uploadId), [number], caller(), size_bytes=size_bytes)
    return http_api.json_response(HTTPStatus.OK, companion.url(urls[number]))


def lambda_handler(event: http_api.Event, context: object) -> dict[str, Any]:
    return api.serve(event, context)


def _key() -> str:
    return api.query.get("key", "")
