"""One S3 bucket as a `ports.storage.Bucket`."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reelway.adapters.s3_errors import (
    AbsentError,
    ConflictError,
    PresentError,
    RangeError,
    storage_errors,
)
from reelway.adapters.s3_versions import S3Versions
from reelway.attempts import SHORT_PAUSES_S, attempts
from reelway.errors import RequestRefused, StorageFailed
from reelway.ports.storage import ObjectHead, StoredObject

if TYPE_CHECKING:
    from types_boto3_s3.client import S3Client
    from types_boto3_s3.type_defs import (
        GetObjectRequestTypeDef,
        ObjectIdentifierTypeDef,
        PutObjectRequestTypeDef,
    )

# The longest step ends after 15 minutes, as every Lambda function; its URL was made when it began.
_URL_EXPIRES_S = 3600
_MAX_DELETED = 1000  # by one request, as many as a page of a list has


class S3Bucket:
    """`client` is a boto3 S3 client with Signature Version 4; URLs expire after `url_expires_s`."""

    def __init__(
        self,
        client: "S3Client",
        name: str,
        *,
        url_expires_s: int = _URL_EXPIRES_S,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._client = client
        self.name = name
        self._url_expires_s = url_expires_s
        self._sleep = sleep

    @property
    def versions(self) -> S3Versions:
        return S3Versions(self._client, self.name)

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
        with storage_errors(key):
            self._client.put_object(**asked)

    def put_file(self, key: str, path: Path, *, content_type: str, cache_control: str | None = None) -> None:
        with storage_errors(key):
            self._client.upload_file(
                str(path), self.name, key, ExtraArgs=_headers(content_type, cache_control)
            )

    def put_if_absent(
        self, key: str, body: bytes, *, content_type: str, cache_control: str | None = None
    ) -> bool:
        asked: PutObjectRequestTypeDef = {
            "Bucket": self.name,
            "Key": key,
            "Body": body,
            "ContentType": content_type,
            "IfNoneMatch": "*",
        }
        if cache_control:
            asked["CacheControl"] = cache_control
        for _ in attempts(SHORT_PAUSES_S, self._sleep):
            with suppress(ConflictError):
                return self._is_put(asked)
        raise StorageFailed("storage_failed", f"Another write to {key!r} was always going on.")

    def _is_put(self, asked: "PutObjectRequestTypeDef") -> bool:
        try:
            with storage_errors(asked["Key"]):
                self._client.put_object(**asked)
        except PresentError:
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
            with storage_errors(key):
                answer = self._client.get_object(**asked)
                body = answer["Body"].read()
        except AbsentError:
            return None
        except RangeError as error:
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
            with storage_errors(key):
                answer = self._client.head_object(Bucket=self.name, Key=key)
        except AbsentError:
            return None
        return ObjectHead(
            etag=answer["ETag"],
            size_bytes=int(answer["ContentLength"]),
            stored_at_s=answer["LastModified"].timestamp(),
            metadata=answer["Metadata"],
        )

    def delete(self, key: str) -> None:
        with storage_errors(key):
            self._client.delete_object(Bucket=self.name, Key=key)

    def keys(self, prefix: str) -> Iterator[str]:
        for page in self._pages(prefix):
            yield from page

    def delete_all(self, prefix: str) -> None:
        for page in self._pages(prefix):
            self.delete_keys(page)

    def delete_keys(self, keys: Sequence[str]) -> None:
        for start in range(0, len(keys), _MAX_DELETED):
            with storage_errors(keys[start]):
                self._delete_listed(keys[start : start + _MAX_DELETED])

    def _pages(self, prefix: str) -> Iterator[list[str]]:
        """Up to 1,000 keys each; none is empty."""
        listed = self._client.get_paginator("list_objects_v2").paginate(Bucket=self.name, Prefix=prefix)
        with storage_errors(prefix):
            for page in listed:
                if found := [entry["Key"] for entry in page.get("Contents", [])]:
                    yield found

    def _delete_listed(self, keys: Sequence[str]) -> None:
        """S3 answers 200 also where it could not delete some of them."""
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


def _headers(content_type: str, cache_control: str | None) -> dict[str, Any]:
    return {"ContentType": content_type} | ({"CacheControl": cache_control} if cache_control else {})
