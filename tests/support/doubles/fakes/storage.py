"""A bucket in memory."""

import hashlib
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path

from reelway.errors import RequestRefused
from reelway.ports.storage import ObjectHead, StoredObject
from reelway.ports.versions import VersionedBucket
from tests.support.doubles.fakes import REFUSED


@dataclass(frozen=True, slots=True)
class _Stored:
    body: bytes
    content_type: str
    cache_control: str | None
    metadata: Mapping[str, str]


@dataclass(slots=True)
class FakeBucket:
    """Objects in a dict, with 0 as their time; `order` lists the keys in the order they were written.

    What was deleted is among the `old`, what was replaced among the `replaced`, the oldest first; `versions`
    has both.

    Writes fail while `refuses`, and those to keys in which the pattern `refused_keys` is found. With
    `loses_answers` they are done, but raise as if the answer was lost.
    """

    objects: dict[str, _Stored] = field(default_factory=dict)
    old: dict[str, _Stored] = field(default_factory=dict)
    replaced: dict[str, list[_Stored]] = field(default_factory=dict)
    order: list[str] = field(default_factory=list)
    refuses: bool = False
    refused_keys: str = "$^"
    loses_answers: bool = False

    def put(
        self,
        key: str,
        body: bytes,
        *,
        content_type: str,
        cache_control: str | None = None,
        metadata: Mapping[str, str] | None = None,
    ) -> None:
        if self.refuses or re.search(self.refused_keys, key):
            raise REFUSED
        if key in self.objects:
            self.replaced.setdefault(key, []).append(self.objects[key])
        self.objects[key] = _Stored(body, content_type, cache_control, metadata or {})
        self.order.append(key)
        if self.loses_answers:
            raise REFUSED

    def put_file(self, key: str, path: Path, *, content_type: str, cache_control: str | None = None) -> None:
        self.put(key, path.read_bytes(), content_type=content_type, cache_control=cache_control)

    def put_if_absent(
        self, key: str, body: bytes, *, content_type: str, cache_control: str | None = None
    ) -> bool:
        if key in self.objects:
            return False
        self.put(key, body, content_type=content_type, cache_control=cache_control)
        return True

    def read(self, key: str) -> bytes | None:
        found = self.get(key)
        return found.body if found else None

    def get(self, key: str, *, byte_range: str | None = None) -> StoredObject | None:
        stored = self.objects.get(key)
        if stored is None:
            return None
        body, content_range = _part(stored.body, byte_range)
        return StoredObject(
            body, stored.content_type, _etag(stored.body), stored.cache_control, content_range
        )

    def head(self, key: str) -> ObjectHead | None:
        stored = self.objects.get(key)
        return ObjectHead(_etag(stored.body), len(stored.body), 0.0, stored.metadata) if stored else None

    def keys(self, prefix: str) -> Iterator[str]:
        yield from sorted(key for key in self.objects if key.startswith(prefix))

    def delete(self, key: str) -> None:
        if self.refuses:
            raise REFUSED
        if key in self.objects:
            self.old[key] = self.objects.pop(key)

    def delete_keys(self, keys: Sequence[str]) -> None:
        for key in keys:
            self.delete(key)

    def delete_all(self, prefix: str) -> None:
        for key in [key for key in self.objects if key.startswith(prefix)]:
            self.delete(key)

    def url(self, key: str) -> str:
        return f"https://bucket.example/{key}?X-Amz-Signature=secret"

    def upload_form(self, key: str, *, max_bytes: int, expires_s: int) -> tuple[str, Mapping[str, str]]:
        fields = {"key": key, "policy": f"1..{max_bytes} bytes within {expires_s} s"}
        return "https://bucket.example/", fields


@dataclass(slots=True)
class FakeVersions:
    """Of a bucket in memory, which keeps the last version of each object."""

    bucket: FakeBucket

    def are_there(self, prefix: str) -> bool:
        return any(key.startswith(prefix) for key in self._all_keys())

    def purge(self, prefix: str) -> None:
        if self.bucket.refuses:
            raise REFUSED
        for key in [key for key in self._all_keys() if key.startswith(prefix)]:
            for versions in (self.bucket.objects, self.bucket.old, self.bucket.replaced):
                versions.pop(key, None)

    def bring_back(self, prefix: str, wanted: Collection[str]) -> set[str]:
        for key in [key for key in self.bucket.old if key in wanted]:
            self.bucket.objects[key] = self.bucket.old.pop(key)
        return {key for key in self.bucket.objects if key.startswith(prefix) and key in wanted}

    def undo_replacement(self, key: str, etag: str) -> bool:
        older = self.bucket.replaced.get(key, [])
        stored = [*older, self.bucket.objects[key]]
        known = [number for number, version in enumerate(stored) if _etag(version.body) == etag]
        if known:
            self.bucket.objects[key], self.bucket.replaced[key] = stored[known[-1]], stored[: known[-1]]
        return bool(known)

    def _all_keys(self) -> set[str]:
        return {*self.bucket.objects, *self.bucket.old, *self.bucket.replaced}


def versioned(bucket: FakeBucket) -> VersionedBucket:
    return VersionedBucket(bucket, FakeVersions(bucket))


def _etag(body: bytes) -> str:
    return f'"{hashlib.sha256(body).hexdigest()[:32]}"'


def _part(body: bytes, byte_range: str | None) -> tuple[bytes, str | None]:
    match = re.fullmatch(r"bytes=(\d*)-(\d*)", byte_range or "")
    if not match:
        return body, None
    first, last = match.groups()
    start = int(first) if first else max(0, len(body) - int(last))
    end = min(len(body), int(last) + 1) if first and last else len(body)
    if start >= end:
        raise RequestRefused(
            HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE,
            "range_not_satisfiable",
            "outside",
            {"Content-Range": f"bytes */{len(body)}"},
        )
    return body[start:end], f"bytes {start}-{end - 1}/{len(body)}"
