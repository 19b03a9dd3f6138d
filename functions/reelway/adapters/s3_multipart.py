"""Multipart uploads to one S3 bucket as `ports.storage.PartUploads`."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypedDict

from botocore.exceptions import BotoCoreError, ClientError

from reelway.adapters.s3_errors import error_code
from reelway.errors import AnswerCode, ReelwayError, StorageFailed, bad_request
from reelway.ports.storage import Part

if TYPE_CHECKING:
    from types_boto3_s3.client import S3Client
    from types_boto3_s3.type_defs import CompletedPartTypeDef

# Error codes of S3.
_NO_SUCH_UPLOAD = frozenset({"NoSuchUpload", "404"})
_PRESENT = frozenset({"PreconditionFailed", "412"})  # an object that the upload would replace
_FAULTS_OF_CLIENTS: dict[str, tuple[AnswerCode, str]] = {
    "EntityTooSmall": ("part_too_small", "All parts but the last have 5242880 bytes (5 MiB) at least."),
    "InvalidPart": ("invalid_part", "A part is not stored, or its ETag is another one."),
    "InvalidPartOrder": ("invalid_part", "Parts must be in the order of their numbers."),
    "EntityTooLarge": ("file_too_large", "S3 takes no object as large as all parts together."),
}


class _Upload(TypedDict):
    Bucket: str
    Key: str
    UploadId: str


class S3PartUploads:
    """`client` is a boto3 S3 client with Signature Version 4."""

    def __init__(self, client: "S3Client", bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def begin(self, key: str, *, content_type: str) -> str:
        try:
            answer = self._client.create_multipart_upload(
                Bucket=self._bucket, Key=key, ContentType=content_type
            )
        except (ClientError, BotoCoreError) as error:
            raise _ours(error) from error
        return answer["UploadId"]

    def parts(self, key: str, upload_id: str) -> list[Part] | None:
        try:
            pages = self._client.get_paginator("list_parts").paginate(**self._upload(key, upload_id))
            return [
                Part(part["PartNumber"], part["ETag"], part["Size"])
                for page in pages
                for part in page.get("Parts", [])
            ]
        except (ClientError, BotoCoreError) as error:
            _raise_unless_unknown(error)
            return None

    def part_url(
        self, key: str, upload_id: str, number: int, *, size_bytes: int | None, expires_s: int
    ) -> str:
        asked: dict[str, Any] = {**self._upload(key, upload_id), "PartNumber": number}
        if size_bytes is not None:
            asked["ContentLength"] = size_bytes
        return self._client.generate_presigned_url("upload_part", asked, ExpiresIn=expires_s)

    def complete(self, key: str, upload_id: str, parts: Sequence[Part]) -> bool:
        listed: list[CompletedPartTypeDef] = [
            {"PartNumber": part.number, "ETag": part.etag} for part in parts
        ]
        try:
            self._client.complete_multipart_upload(
                **self._upload(key, upload_id), MultipartUpload={"Parts": listed}, IfNoneMatch="*"
            )
        except (ClientError, BotoCoreError) as error:
            _raise_unless_unknown(error, or_in=_PRESENT)
            return False
        return True

    def abort(self, key: str, upload_id: str) -> bool:
        try:
            self._client.abort_multipart_upload(**self._upload(key, upload_id))
        except (ClientError, BotoCoreError) as error:
            _raise_unless_unknown(error)
            return False
        return True

    def location(self, key: str) -> str:
        asked = {"Bucket": self._bucket, "Key": key}
        return self._client.generate_presigned_url("get_object", asked).partition("?")[0]

    def _upload(self, key: str, upload_id: str) -> _Upload:
        return {"Bucket": self._bucket, "Key": key, "UploadId": upload_id}


def _raise_unless_unknown(error: ClientError | BotoCoreError, *, or_in: frozenset[str] = frozenset()) -> None:
    if error_code(error) not in _NO_SUCH_UPLOAD | or_in:
        raise _ours(error) from error


def _ours(error: ClientError | BotoCoreError) -> ReelwayError:
    refusal = _FAULTS_OF_CLIENTS.get(error_code(error))
    if refusal:
        return bad_request(*refusal)
    return StorageFailed("storage_failed", f"S3 did not take a multipart upload: {error}")
