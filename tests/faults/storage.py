"""Buckets of S3 in memory, with what S3 tells of their objects, and files instead of URLs for ffmpeg."""

import hashlib
import json
import os
import uuid
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from unittest import mock
from urllib.parse import quote_plus

from tests.faults.clock import Clock
from tests.faults.declared import Notification
from tests.faults.sqs import Sqs


@dataclass(frozen=True)
class Stored:
    """An object, or a part of one; `headers` are those that it is answered with."""

    body: bytes
    etag: str
    stored_s: float
    headers: Mapping[str, str]


@dataclass(frozen=True)
class Parts:
    """An upload in parts that is not complete."""

    key: str
    headers: Mapping[str, str]
    bodies: dict[int, Stored] = field(default_factory=dict)


@dataclass(frozen=True)
class Version:
    """Of an object; a delete marker if nothing is stored."""

    version_id: str
    stored: Stored | None


@dataclass(frozen=True)
class Bucket:
    """`objects` are those whose last version is no delete marker; `versions` have the oldest first."""

    objects: dict[str, Stored] = field(default_factory=dict)
    versions: dict[str, list[Version]] = field(default_factory=dict)
    uploads: dict[str, Parts] = field(default_factory=dict)


class Storage:
    """While `is_silent`, S3 loses its events."""

    def __init__(
        self, clock: Clock, sqs: Sqs, buckets: Iterable[str], notifications: list[Notification]
    ) -> None:
        self._clock = clock
        self._sqs = sqs
        self._notifications = notifications
        self.buckets = {name: Bucket() for name in buckets}
        self.is_silent = False

    def put(self, bucket: str, key: str, body: bytes, *, headers: Mapping[str, str] | None = None) -> Stored:
        """Also what a client does through a presigned form."""
        stored = self._stored(body, headers or {"content-type": "binary/octet-stream"})
        self._keep(bucket, key, stored, "Put")
        return stored

    def remove(self, bucket: str, key: str, version_id: str | None = None) -> None:
        """One version for good, or, where none is named, under a delete marker."""
        of = self.buckets[bucket]
        if version_id is None:
            self._add(of, key, None)
            self._notify(bucket, "s3:ObjectRemoved:DeleteMarkerCreated", key)
            return
        kept = [each for each in of.versions.get(key, []) if each.version_id != version_id]
        of.versions[key] = kept
        self._show(of, key)
        self._notify(bucket, "s3:ObjectRemoved:Delete", key)

    def _add(self, of: Bucket, key: str, stored: Stored | None) -> None:
        of.versions.setdefault(key, []).append(Version(str(uuid.uuid4()), stored))
        self._show(of, key)

    @staticmethod
    def _show(of: Bucket, key: str) -> None:
        if not of.versions[key]:
            del of.versions[key]
        versions = of.versions.get(key, [])
        if versions and versions[-1].stored:
            of.objects[key] = versions[-1].stored
        else:
            of.objects.pop(key, None)

    def begin_parts(self, bucket: str, key: str, headers: Mapping[str, str]) -> str:
        upload_id = str(uuid.uuid4())
        self.buckets[bucket].uploads[upload_id] = Parts(key, headers)
        return upload_id

    def put_part(self, bucket: str, upload_id: str, body: bytes, *, number: int = 1) -> str:
        """Also what a client does by a presigned URL; its ETag."""
        part = self._stored(body, {})
        self.buckets[bucket].uploads[upload_id].bodies[number] = part
        return part.etag

    def complete_parts(self, bucket: str, upload_id: str, numbers: Iterable[int]) -> Stored:
        parts = self.buckets[bucket].uploads.pop(upload_id)
        listed = [parts.bodies[number] for number in sorted(numbers)]
        sums = b"".join(bytes.fromhex(part.etag.strip('"')) for part in listed)
        etag = f'"{_md5(sums)}-{len(listed)}"'
        stored = Stored(b"".join(part.body for part in listed), etag, self._clock.now(), parts.headers)
        self._keep(bucket, parts.key, stored, "CompleteMultipartUpload")
        return stored

    def _keep(self, bucket: str, key: str, stored: Stored, how: str) -> None:
        self._add(self.buckets[bucket], key, stored)
        self._notify(bucket, f"s3:ObjectCreated:{how}", key)

    def read(self, bucket: str, key: str) -> bytes:
        return self.buckets[bucket].objects[key].body

    def keys(self, bucket: str, prefix: str = "") -> set[str]:
        return {key for key in self.buckets[bucket].objects if key.startswith(prefix)}

    def old_keys(self, bucket: str) -> set[str]:
        """Of which there is any version."""
        return set(self.buckets[bucket].versions)

    def repeat(self, bucket: str, key: str) -> None:
        """The event of an object that was created comes once more."""
        self._notify(bucket, "s3:ObjectCreated:Put", key)

    def clear(self) -> None:
        self.is_silent = False
        for bucket in self.buckets.values():
            bucket.objects.clear()
            bucket.versions.clear()
            bucket.uploads.clear()

    def _stored(self, body: bytes, headers: Mapping[str, str]) -> Stored:
        return Stored(body, f'"{_md5(body)}"', self._clock.now(), headers)

    def _notify(self, bucket: str, event: str, key: str) -> None:
        for wanted in [] if self.is_silent else self._notifications:
            is_meant = wanted.bucket == bucket and event.startswith(wanted.event.rstrip("*"))
            if is_meant and key.startswith(wanted.prefix) and key.endswith(wanted.suffix):
                body = {
                    "eventVersion": "2.1",
                    "eventSource": "aws:s3",
                    "eventName": event.removeprefix("s3:"),
                    "s3": {"bucket": {"name": bucket}, "object": {"key": quote_plus(key)}},
                }
                self._sqs.send(wanted.queue, json.dumps({"Records": [body]}))

    @contextmanager
    def as_files(self, folder: Path) -> Iterator[None]:
        """URLs of objects are paths in `folder`, for the imported functions; each process has its own."""
        from reelway.adapters.s3 import S3Bucket

        def url(bucket: S3Bucket, key: str) -> str:
            body, own = self.read(bucket.name, key), folder / str(os.getpid()) / "sources"
            path = own / hashlib.sha256(body).hexdigest()[:16] / key.split("/")[0] / _name(key)
            if not path.exists():
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(body)
            return str(path)

        with mock.patch.object(S3Bucket, "url", url):
            yield


def _name(key: str) -> str:
    """The last part of the key, without the id that uploads have there."""
    return "upload" if key.startswith("uploads/") else key.rpartition("/")[2]


def _md5(body: bytes) -> str:
    return hashlib.md5(body, usedforsecurity=False).hexdigest()
