"""One S3 bucket as a `ports.storage.Bucket`."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any

from boto3.exceptions import Boto3Error
from botocore.exceptions import BotoCoreError, ClientError

from reelway.errors import RequestRefused, StorageFailed
from reelway.ports.storage import ObjectHead, StoredObject

if TYPE_CHECKING:
    from types_boto3_s3.client import S3Client
    from types_boto3_s3.type_defs import (
        GetObjectRequestTypeDef,
        ObjectIdentifierTypeDef,
        PutObjectRequestTypeDef,
    )

# Error codes of S3; those of HEAD, which has no body, are HTTP statuses.
_ABSENT = {"NoSuchKey", "404", "NotFound"}
_PRESENT = {"PreconditionFailed", "412", "ConditionalRequestConflict"}
_BAD_RANGE = {"InvalidRange", "416"}
# The longest step ends after 15 minutes, as every Lambda function; its URL was made when it began.
_URL_EXPIRES_S = 3600


class S3Bucket:
    """`client` is a boto3 S3 client with Signature Version 4; URLs expire after `url_expires_s`."""

    def __init__(self, client: "S3Client", name: str, *, url_expires_s: int = _URL_EXPIRES_S) -> None:
        self._client = client
        self.name = name
        self._url_expires_s = url_expires_s

    def put(
        self,
        key: str,
        body: bytes,
        *,
        content_type: str,
        cache_control: str | None = None,
        metadata: Mapping[str, str] | None = None,
    ) -> None:
        asked: PutObjectRequestTypeDef = {
            "Bucket": self.name,
            "Key": key,
            "Body": body,
            "ContentType": content_type,
        }
        if cache_control:
            asked["CacheControl"] = cache_control
        if metadata:
            asked["Metadata"] = metadata
        with _storage_errors(key):
            self._client.put_object(**asked)

    def put_file(self, key: str, path: Path, *, content_type: str, cache_control: str | None = None) -> None:
        with _storage_errors(key):
            self._client.upload_file(
                str(path), self.name, key, ExtraArgs=_headers(content_type, cache_control)
            )

    def put_if_absent(self, key: str, body: bytes, *, content_type: str) -> bool:
        try:
            with _storage_errors(key):
                self._client.put_object(
                    Bucket=self.name, Key=key, Body=body, ContentType=content_type, IfNoneMatch="*"
                )
        except _PresentError:
            return False
        return True

    def read(self, key: str) -> bytes | None:
        found = self.get(key)
        return found.body if found else None

    def get(self, key: str, *, byte_range: str | None = None) -> StoredObject | None:
        asked: GetObjectRequestTypeDef = {"Bucket": self.name, "Key": key}
        if byte_range:
            asked["Range"] = byte_range
        try:
            with _storage_errors(key):
                answer = self._client.get_object(**asked)
                body = answer["Body"].read()
        except _AbsentError:
            return None
        except _RangeError as error:
            found = self.head(key)
            size = found.size_bytes if found else 0
            raise RequestRefused(
                HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE,
                "range_not_satisfiable",
                f"The range {byte_range!r} is outside of the {size} bytes.",
                {"Content-Range": f"bytes */{size}"},
            ) from error
        return StoredObject(
            body=body,
            content_type=answer["ContentType"],
            etag=answer["ETag"],
            cache_control=answer.get("CacheControl"),
            content_range=answer.get("ContentRange"),
        )

    def head(self, key: str) -> ObjectHead | None:
        try:
            with _storage_errors(key):
                answer = self._client.head_object(Bucket=self.name, Key=key)
        except _AbsentError:
            return None
        return ObjectHead(
            etag=answer["ETag"],
            size_bytes=int(answer["ContentLength"]),
            stored_at_s=answer["LastModified"].timestamp(),
            metadata=answer["Metadata"],
        )

    def delete(self, key: str) -> None:
        with _storage_errors(key):
            self._client.delete_object(Bucket=self.name, Key=key)

    def keys(self, prefix: str) -> Iterator[str]:
        for page in self._pages(prefix):
            yield from page

    def delete_all(self, prefix: str) -> None:
        for page in self._pages(prefix):
            with _storage_errors(prefix):
                self._delete_listed(page)

    def _pages(self, prefix: str) -> Iterator[list[str]]:
        """Up to 1,000 keys each; none is empty."""
        listed = self._client.get_paginator("list_objects_v2").paginate(Bucket=self.name, Prefix=prefix)
        with _storage_errors(prefix):
            for page in listed:
                if found := [entry["Key"] for entry in page.get("Contents", [])]:
                    yield found

    def _delete_listed(self, keys: Sequence[str]) -> None:
        """Up to 1,000, as a page lists. S3 answers 200 also where it could not delete some of them."""
        objects: list[ObjectIdentifierTypeDef] = [{"Key": key} for key in keys]
        answer = self._client.delete_objects(Bucket=self.name, Delete={"Objects": objects, "Quiet": True})
        for refused in answer.get("Errors", []):
            raise StorageFailed("storage_failed", f"S3 kept {refused.get('Key')!r}: {refused.get('Code')}")

    def url(self, key: str) -> str:
        asked = {"Bucket": self.name, "Key": key}
        return self._client.generate_presigned_url("get_object", asked, ExpiresIn=self._url_expires_s)

    def upload_form(self, key: str, *, max_bytes: int, expires_s: int) -> tuple[str, Mapping[str, str]]:
        form = self._client.generate_presigned_post(
            self.name,
            key,
            Fields={"success_action_status": "201"},
            Conditions=[{"success_action_status": "201"}, ["content-length-range", 1, max_bytes]],
            ExpiresIn=expires_s,
        )
        return form["url"], form["fields"]


class _AbsentError(Exception):
    pass


class _PresentError(Exception):
    pass


class _RangeError(Exception):
    pass


@contextmanager
def _storage_errors(key: str) -> Iterator[None]:
    """Raises StorageFailed for boto3's errors, or one of the above for answers about the key or range."""
    try:
        yield
    except ClientError as error:
        if error_code(error) in _ABSENT:
            raise _AbsentError from error
        if error_code(error) in _PRESENT:
            raise _PresentError from error
        if error_code(error) in _BAD_RANGE:
            raise _RangeError from error
        raise StorageFailed("storage_failed", f"S3 refused {key!r}: {error_code(error)}") from error
    # upload_file raises Boto3Error for whatever S3 refused.
    except (BotoCoreError, Boto3Error, OSError) as error:
        raise StorageFailed("storage_failed", f"S3 did not take {key!r}: {error}") from error


def error_code(error: ClientError | BotoCoreError) -> str:
    """S3's code for why it refused a request; '' where it did not answer."""
    return str(error.response.get("Error", {}).get("Code", "")) if isinstance(error, ClientError) else ""


def _headers(content_type: str, cache_control: str | None) -> dict[str, Any]:
    return {"ContentType": content_type} | ({"CacheControl": cache_control} if cache_control else {})
