"""Large files are uploaded in parts, which clients send straight to S3 (a multipart upload of S3).

The server makes the keys and signs the URLs; no byte of a file passes a function.
"""

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from typing import NoReturn

from reelway import keys
from reelway.caller import Caller
from reelway.details import Details
from reelway.errors import RequestRefused, StorageFailed
from reelway.ports.pending import PendingUploads
from reelway.ports.storage import Bucket, Part, PartUploads
from reelway.ports.videos import Videos
from reelway.video import new_video_id
from upload.part_lists import check_listed, check_numbers, etag_of, size_of, video_of

# Clients ask for a part's URL when they are about to send it, and for another one when it has expired.
URL_EXPIRES_S = 900
# The bucket ends uploads that are two days old at the midnight (UTC) that follows, or somewhat later.
_COMPLETED_WITHIN = timedelta(days=4)
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

    def begin(
        self,
        content_type: object,
        details: Details,
        video_id: str | None = None,
        *,
        size_bytes: object = None,
    ) -> BegunUpload:
        """Begin an upload of a file of this media type and size, both as the client declares them, or None.

        The video gets a new id unless a grant has one for it. Raises RequestRefused 413 for a size above
        `max_bytes`, before a byte of the file is sent.
        """
        if isinstance(size_bytes, int) and size_bytes > self.max_bytes:
            raise _too_large(size_bytes, self.max_bytes)
        video_id = video_id or new_video_id()
        key = keys.upload(video_id)
        self.pending.expect(video_id, within=_COMPLETED_WITHIN, details=details)
        return BegunUpload(video_id, key, self.parts.begin(key, content_type=_type_of(content_type)))

    def stored_parts(self, key: str, upload_id: str, caller: Caller) -> list[Part]:
        """The parts that S3 holds, with which an interrupted client resumes."""
        self._owned(key, upload_id, caller)
        stored = self.parts.parts(key, upload_id)
        if stored is None:
            raise _unknown_upload(upload_id)
        return stored

    def urls(
        self,
        key: str,
        upload_id: str,
        numbers: Sequence[int],
        caller: Caller,
        *,
        size_bytes: int | None = None,
    ) -> dict[int, str]:
        """Presigned URLs to PUT parts to, by number; they expire after `URL_EXPIRES_S`.

        Where the client says how many bytes each of these parts has, its URL takes exactly so many. Raises
        RequestRefused 413, too, where all parts together are above `max_bytes`: no more of them are signed,
        and an upload of which that much is stored is aborted.
        """
        check_numbers(numbers, max_bytes=self.max_bytes)
        stored = self.stored_parts(key, upload_id, caller)
        there, others = (
            sum(part.size_bytes for part in stored if part.number not in left_out)
            for left_out in ((), frozenset(numbers))
        )
        if there > self.max_bytes:
            self._abort_too_large(key, upload_id, there, caller)
        if others + len(numbers) * (size_bytes or 0) > self.max_bytes:
            raise _too_large(others + len(numbers) * (size_bytes or 0), self.max_bytes)
        return {
            number: self.parts.part_url(
                key, upload_id, number, size_bytes=size_bytes, expires_s=URL_EXPIRES_S
            )
            for number in numbers
        }

    def complete(self, key: str, upload_id: str, parts: Sequence[Part], caller: Caller) -> str:
        """Have S3 join the parts, and record the video as UPLOADED. Returns its id, also when called again.

        Raises RequestRefused 413 for a file above `max_bytes`, whose upload is aborted.
        """
        video_id = self._owned(key, upload_id, caller)
        check_listed(parts)
        stored = self.parts.parts(key, upload_id)
        if stored is not None:
            size_bytes = size_of(parts, stored)
            if size_bytes > self.max_bytes:
                self._abort_too_large(key, upload_id, size_bytes, caller)
            if self.parts.complete(key, upload_id, sorted(parts, key=lambda part: part.number)):
                self.videos.create(video_id, size_bytes=size_bytes)
                return video_id
        return self._completed_before(video_id, key, upload_id, parts)

    def abort(self, key: str, upload_id: str, caller: Caller) -> None:
        video_id = self._owned(key, upload_id, caller)
        if not self.parts.abort(key, upload_id):
            raise _unknown_upload(upload_id)
        with suppress(StorageFailed):  # maintenance does it when its time has passed
            self.pending.drop(video_id)

    def _owned(self, key: str, upload_id: str, caller: Caller) -> str:
        """The id of the video; another owner's upload is as unknown as one that never was."""
        video_id = video_of(key)
        if not (caller.sees_all or caller.may_see(video_id, self.pending.owner_of(video_id))):
            raise _unknown_upload(upload_id)
        return video_id

    def _abort_too_large(self, key: str, upload_id: str, size_bytes: int, caller: Caller) -> NoReturn:
        """At once, not when the bucket ends unfinished uploads: what is stored is paid for."""
        with suppress(RequestRefused):  # another request has aborted it already
            self.abort(key, upload_id, caller)
        raise _too_large(size_bytes, self.max_bytes)

    def _completed_before(self, video_id: str, key: str, upload_id: str, parts: Sequence[Part]) -> str:
        """S3 no longer knows a completed upload; the object's ETag proves that it was made of these parts."""
        found = self.uploads.head(key)
        if found is None or found.etag.strip('"') != etag_of(parts):
            raise _unknown_upload(upload_id)
        self.videos.create(video_id, size_bytes=found.size_bytes)
        return video_id


def _type_of(content_type: object) -> str:
    is_type = isinstance(content_type, str) and _TYPE.fullmatch(content_type)
    return str(content_type) if is_type else _DEFAULT_TYPE


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
