"""Objects in S3 buckets, and their uploads in parts."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True, slots=True)
class StoredObject:
    """An object, or a range of it, whose place `content_range` gives (HTTP's Content-Range)."""

    body: bytes
    content_type: str
    etag: str
    cache_control: str | None
    content_range: str | None


@dataclass(frozen=True, slots=True)
class ObjectHead:
    """An object without its bytes; `stored_at_s` in seconds since the epoch. Other bytes, another `etag`."""

    etag: str
    size_bytes: int
    stored_at_s: float
    metadata: Mapping[str, str]


class Bucket(Protocol):
    """One S3 bucket. Methods raise StorageFailed, and what their docstrings name."""

    def put(
        self,
        key: str,
        body: bytes,
        *,
        content_type: str,
        cache_control: str | None = None,
        metadata: Mapping[str, str] | None = None,
    ) -> None: ...

    def put_file(
        self, key: str, path: Path, *, content_type: str, cache_control: str | None = None
    ) -> None: ...

    def put_if_absent(
        self, key: str, body: bytes, *, content_type: str, cache_control: str | None = None
    ) -> bool:
        """A conditional write: False, and nothing written, when the key exists."""
        ...

    def read(self, key: str) -> bytes | None:
        """The whole object, or None when there is no such key."""
        ...

    def get(self, key: str, *, byte_range: str | None = None) -> StoredObject | None:
        """As `read`, with metadata; raises RequestRefused 416 for an unsatisfiable `byte_range`."""
        ...

    def head(self, key: str) -> ObjectHead | None:
        """The object's metadata, or None when there is no such key."""
        ...

    def keys(self, prefix: str) -> Iterator[str]:
        """The keys that begin with `prefix`, in the order of their characters."""
        ...

    def delete(self, key: str) -> None: ...

    def delete_keys(self, keys: Sequence[str]) -> None:
        """Delete these objects, of which some may be gone."""
        ...

    def delete_all(self, prefix: str) -> None:
        """Delete every object whose key begins with `prefix`."""
        ...

    def url(self, key: str) -> str:
        """A presigned GET URL, which is valid for longer than a processing step may take."""
        ...

    def upload_form(self, key: str, *, max_bytes: int, expires_s: int) -> tuple[str, Mapping[str, str]]:
        """URL and form fields of a presigned POST for exactly this key."""
        ...


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a multipart upload; numbers count from 1, `etag` is in quotes."""

    number: int
    etag: str
    size_bytes: int = 0


class PartUploads(Protocol):
    """Multipart uploads to one S3 bucket, whose parts clients send to presigned URLs.

    Methods raise StorageFailed, and what their docstrings name.
    """

    def begin(self, key: str, *, content_type: str) -> str:
        """Begin an upload; returns its id."""
        ...

    def parts(self, key: str, upload_id: str) -> list[Part] | None:
        """All parts that are stored, by number; None when there is no such upload."""
        ...

    def part_url(
        self, key: str, upload_id: str, number: int, *, size_bytes: int | None, expires_s: int
    ) -> str:
        """A presigned PUT URL, for exactly `size_bytes` if given; signing it takes no call of S3."""
        ...

    def complete(self, key: str, upload_id: str, parts: Sequence[Part]) -> bool:
        """Join the parts to an object; False when there is no such upload, or an object already.

        Raises RequestRefused 400 when S3 refuses a part, for example one below 5 MiB that is not the last.
        """
        ...

    def abort(self, key: str, upload_id: str) -> bool:
        """Delete the upload and its parts; False when there is no such upload."""
        ...

    def location(self, key: str) -> str:
        """The object's URL, which is not signed."""
        ...
