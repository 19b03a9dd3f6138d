"""Large files are uploaded in parts, which clients send straight to S3 (a multipart upload of S3).

The server makes the keys and signs the URLs; no byte of a file passes a function.
"""

import hashlib
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus

from reelway import keys
from reelway.errors import RequestRefused, StorageFailed, bad_request
from reelway.ports.pending import PendingUploads
from reelway.ports.storage import Bucket, Part, PartUploads
from reelway.ports.videos import Videos
from reelway.video import new_video_id

# S3's limits for the parts of one upload, of which the last may be smaller:
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html
MAX_PARTS, MIN_PART_BYTES = 10_000, 5 * 2**20
# URLs in one answer: each has up to 2 KB, with the credentials that sign it, and Lambda answers 6 MB at most.
MAX_URLS = 1000
# Clients ask for a part's URL when they are about to send it, and for another one when it has expired.
URL_EXPIRES_S = 900
# The bucket ends uploads that are two days old at the midnight (UTC) that follows, or somewhat later.
_COMPLETED_WITHIN = timedelta(days=4)
# An MD5, which is the ETag of a part in a bucket that is encrypted with S3's own keys.
_ETAG = re.compile(r"[0-9a-f]{32}")
_DEFAULT_TYPE = "application/octet-stream"
# A media type and its parameters, in what an HTTP header may hold.
_TYPE = re.compile(r"[\w.+-]{1,100}/[\w.+-]{1,100}(;[ -~]{0,100})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class BegunUpload:
    """A multipart upload that is open for parts."""

    video_id: str
    key: str
    upload_id: str


@dataclass(frozen=True, slots=True)
class MultipartUploads:
    """Methods raise RequestRefused: 400 for an invalid key, number or part, 404 for an unknown upload."""

    parts: PartUploads
    uploads: Bucket
    videos: Videos
    pending: PendingUploads
    max_bytes: int

    def begin(self, content_type: object, *, size_bytes: object = None) -> BegunUpload:
        """Begin an upload of a file of this media type and size, both as the client declares them, or None.

        Raises RequestRefused 413 for a size above `max_bytes`, before a byte of the file is sent.
        """
        if isinstance(size_bytes, int) and size_bytes > self.max_bytes:
            raise _too_large(size_bytes, self.max_bytes)
        video_id = new_video_id()
        key = keys.upload(video_id)
        self.pending.expect(video_id, within=_COMPLETED_WITHIN)
        return BegunUpload(video_id, key, self.parts.begin(key, content_type=_type_of(content_type)))

    def stored_parts(self, key: str, upload_id: str) -> list[Part]:
        """The parts that S3 holds, with which an interrupted client resumes."""
        _video_of(key)
        stored = self.parts.parts(key, upload_id)
        if stored is None:
            raise _unknown_upload(upload_id)
        return stored

    def urls(self, key: str, upload_id: str, numbers: Sequence[int]) -> dict[int, str]:
        """Presigned URLs to PUT parts to, by number; they expire after `URL_EXPIRES_S`."""
        _video_of(key)
        if not 1 <= len(numbers) <= MAX_URLS:
            raise bad_request(
                "bad_part_numbers", f"Ask for 1 to {MAX_URLS} parts at once, not {len(numbers)}."
            )
        for number in numbers:
            check_part_number(number)
        if not self.parts.exists(key, upload_id):
            raise _unknown_upload(upload_id)
        return {
            number: self.parts.part_url(key, upload_id, number, expires_s=URL_EXPIRES_S) for number in numbers
        }

    def complete(self, key: str, upload_id: str, parts: Sequence[Part]) -> str:
        """Have S3 join the parts, and record the video as UPLOADED. Returns its id, also when called again.

        Raises RequestRefused 413 for a file above `max_bytes`, whose upload is aborted.
        """
        video_id = _video_of(key)
        _check_listed(parts)
        stored = self.parts.parts(key, upload_id)
        if stored is not None:
            size_bytes = _size_of(parts, stored)
            if size_bytes > self.max_bytes:
                with suppress(RequestRefused):  # another request has aborted it already
                    self.abort(key, upload_id)
                raise _too_large(size_bytes, self.max_bytes)
            if self.parts.complete(key, upload_id, sorted(parts, key=lambda part: part.number)):
                self.videos.create(video_id, size_bytes=size_bytes)
                return video_id
        return self._completed_before(video_id, key, upload_id, parts)

    def abort(self, key: str, upload_id: str) -> None:
        video_id = _video_of(key)
        if not self.parts.abort(key, upload_id):
            raise _unknown_upload(upload_id)
        with suppress(StorageFailed):  # maintenance does it when its time has passed
            self.pending.drop(video_id)

    def _completed_before(self, video_id: str, key: str, upload_id: str, parts: Sequence[Part]) -> str:
        """S3 no longer knows a completed upload; the object's ETag proves that it was made of these parts."""
        found = self.uploads.head(key)
        if found is None or found.etag.strip('"') != _etag_of(parts):
            raise _unknown_upload(upload_id)
        self.videos.create(video_id, size_bytes=found.size_bytes)
        return video_id


def _type_of(content_type: object) -> str:
    is_type = isinstance(content_type, str) and _TYPE.fullmatch(content_type)
    return str(content_type) if is_type else _DEFAULT_TYPE


def _video_of(key: str) -> str:
    video_id = keys.video_of_upload(key)
    if video_id is None:
        if not key:
            raise bad_request("no_key", "The query must name the upload's key.")
        raise bad_request("bad_key", f"{key!r} is not a key that was given out here.")
    return video_id


def check_part_number(number: int) -> int:
    """The number itself; raises RequestRefused 400 unless S3 takes it."""
    if not 1 <= number <= MAX_PARTS:
        raise bad_request("bad_part_numbers", f"Part numbers are 1 to {MAX_PARTS}, not {number}.")
    return number


def _check_listed(parts: Sequence[Part]) -> None:
    if not 1 <= len(parts) <= MAX_PARTS:
        raise bad_request("bad_part_numbers", f"A file has 1 to {MAX_PARTS} parts, not {len(parts)}.")
    if len({part.number for part in parts}) < len(parts):
        raise bad_request("bad_part_numbers", "A part is listed twice.")


def _size_of(parts: Sequence[Part], stored: Sequence[Part]) -> int:
    """Bytes of all parts together; raises RequestRefused 400 unless S3 holds each as it is listed."""
    found = {part.number: part for part in stored}
    for part in parts:
        there = found.get(part.number)
        if there is None or there.etag.strip('"') != part.etag.strip('"'):
            what = "is not stored" if there is None else f"is stored with the ETag {there.etag}"
            raise bad_request("invalid_part", f"Part {part.number} {what}. Send it again, then complete.")
    sizes = [found[number].size_bytes for number in sorted(part.number for part in parts)]
    if min(sizes[:-1], default=MIN_PART_BYTES) < MIN_PART_BYTES:
        raise bad_request(
            "part_too_small", f"All parts but the last have {MIN_PART_BYTES} bytes (5 MiB) at least."
        )
    size_bytes = sum(sizes)
    if not size_bytes:
        raise bad_request("empty_file", "The file is empty.")
    return size_bytes


def _etag_of(parts: Sequence[Part]) -> str | None:
    """The ETag that S3 gives to an object of these parts: the MD5 of their MD5s, and their count.

    None if they have no MD5s. See
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html
    """
    etags = [part.etag.strip('"').lower() for part in sorted(parts, key=lambda part: part.number)]
    if not all(_ETAG.fullmatch(etag) for etag in etags):
        return None
    joined = hashlib.md5(b"".join(map(bytes.fromhex, etags)), usedforsecurity=False).hexdigest()
    return f"{joined}-{len(etags)}"


def _too_large(size_bytes: int, max_bytes: int) -> RequestRefused:
    return RequestRefused(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        "file_too_large",
        f"The file has {size_bytes} bytes; files of {max_bytes} at most are taken here.",
    )


def _unknown_upload(upload_id: str) -> RequestRefused:
    return RequestRefused(
        HTTPStatus.NOT_FOUND,
        "unknown_upload",
        f"There is no upload {upload_id!r} for this key: it was aborted, has expired, or never began.",
    )
