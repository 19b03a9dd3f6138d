"""The versions of the objects of one S3 bucket, as `ports.versions.Versions`."""

from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING

from reelway.adapters.s3_errors import storage_errors
from reelway.errors import StorageFailed

if TYPE_CHECKING:
    from types_boto3_s3.client import S3Client
    from types_boto3_s3.type_defs import ListObjectVersionsOutputTypeDef, ObjectIdentifierTypeDef

_MAX_DELETED = 1000  # by one request; a page has as many versions


class S3Versions:
    """`client` is a boto3 S3 client."""

    def __init__(self, client: "S3Client", name: str) -> None:
        self._client = client
        self.name = name

    def are_there(self, prefix: str) -> bool:
        return bool(self._first(prefix, limit=1))

    def purge(self, prefix: str) -> None:
        while found := self._first(prefix):
            self._delete(found)

    def bring_back(self, prefix: str, wanted: Collection[str]) -> set[str]:
        """Two deletions at the same time leave two markers on an object, so all of them are removed."""
        there: set[str] = set()
        deletions: list[ObjectIdentifierTypeDef] = []
        for page in self._pages(prefix):
            there.update(each["Key"] for each in page.get("Versions", []) if each["Key"] in wanted)
            deletions += [marker for marker in _markers(page) if marker["Key"] in wanted]
        self._delete(deletions)
        return there

    def undo_replacement(self, key: str, etag: str) -> bool:
        """S3 lists the newest version of a key first."""
        newer: list[ObjectIdentifierTypeDef] = []
        for page in self._pages(key):
            for version in (each for each in page.get("Versions", []) if each["Key"] == key):
                if version["ETag"] == etag:
                    self._delete(newer)
                    return True
                newer.append({"Key": key, "VersionId": version["VersionId"]})
        return False

    def _first(self, prefix: str, *, limit: int = _MAX_DELETED) -> "list[ObjectIdentifierTypeDef]":
        with storage_errors(prefix):
            page = self._client.list_object_versions(Bucket=self.name, Prefix=prefix, MaxKeys=limit)
        versions: list[ObjectIdentifierTypeDef] = [
            {"Key": each["Key"], "VersionId": each["VersionId"]} for each in page.get("Versions", [])
        ]
        return [*versions, *_markers(page)]

    def _pages(self, prefix: str) -> "Iterator[ListObjectVersionsOutputTypeDef]":
        listed = self._client.get_paginator("list_object_versions").paginate(Bucket=self.name, Prefix=prefix)
        with storage_errors(prefix):
            yield from listed

    def _delete(self, versions: "Sequence[ObjectIdentifierTypeDef]") -> None:
        """S3 answers 200 also where it could not delete some of them."""
        for first in range(0, len(versions), _MAX_DELETED):
            part = versions[first : first + _MAX_DELETED]
            with storage_errors(part[0]["Key"]):
                answer = self._client.delete_objects(
                    Bucket=self.name, Delete={"Objects": part, "Quiet": True}
                )
            for refused in answer.get("Errors", []):
                problem = f"S3 kept {refused.get('Key')!r}: {refused.get('Code')}"
                raise StorageFailed("storage_failed", problem)


def _markers(page: "ListObjectVersionsOutputTypeDef") -> "list[ObjectIdentifierTypeDef]":
    return [{"Key": each["Key"], "VersionId": each["VersionId"]} for each in page.get("DeleteMarkers", [])]
