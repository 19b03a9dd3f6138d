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
from reelway.errors import ReelwayError, RequestRefused, StorageFailed, bad_request
from reelway.ports.storage import Bucket, Part, PartUploads
from reelway.ports.videos import Videos
from upload.allowances import Allowance, Allowances, too_large
from upload.part_lists import check_listed, check_numbers, etag_of, part_sizes, size_of, video_of

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
    allowances: Allowances

    def begin(self, content_type: object, allowed: Allowance, *, size_bytes: object = None) -> BegunUpload:
        """Begin an upload of a file of this media type and size, both as the client declares them, or None.

        By an upload grant it takes the place of one that was begun before, which is aborted. Raises
        RequestRefused 413 for a size above the limit, before a byte of the file is sent, and 400 `bad_size`
        where a grant's file is of no declared size.
        """
        declared_bytes = allowed.declared(size_bytes)
        if allowed.granted and declared_bytes is None:
            raise bad_request("bad_size", "By a grant, metadata.size must be the bytes of the file.")
        self.allowances.begin(allowed, size_bytes=declared_bytes, within=_COMPLETED_WITHIN)
        key = keys.upload(allowed.video_id)
        begun = BegunUpload(allowed.video_id, key, self.parts.begin(key, content_type=_type_of(content_type)))
        if allowed.granted and declared_bytes:
            self._replace(allowed.granted.upload_id, begun, declared_bytes)
        return begun

    def stored_parts(self, key: str, upload_id: str, caller: Caller) -> list[Part]:
        """The parts that S3 holds, with which an interrupted client resumes."""
        self._owned(key, upload_id, caller)
        return self._stored(key, upload_id)

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

        Where the client says how many bytes each of these parts has, its URL takes exactly so many; by a
        grant, as many as the part has of the file of which the size was declared. Raises RequestRefused 413,
        too, where all parts together are above the limit: no more of them are signed, and an upload of which
        that much is stored is aborted.
        """
        allowed = self._owned(key, upload_id, caller)
        check_numbers(numbers, max_bytes=allowed.max_bytes)
        stored = self._stored(key, upload_id)
        there, others = (
            sum(part.size_bytes for part in stored if part.number not in left_out)
            for left_out in ((), frozenset(numbers))
        )
        if there > allowed.max_bytes:
            self._abort_too_large(key, upload_id, there, allowed)
        sizes = part_sizes(numbers, allowed.declared_bytes, size_bytes)
        allowed.checked(others + sum(size or 0 for size in sizes.values()))
        return {
            number: self.parts.part_url(key, upload_id, number, size_bytes=size, expires_s=URL_EXPIRES_S)
            for number, size in sizes.items()
        }

    def complete(self, key: str, upload_id: str, parts: Sequence[Part], caller: Caller) -> str:
        """Have S3 join the parts, and record the video as UPLOADED. Returns its id, also when called again.

        Raises RequestRefused 413 for a file above the limit, whose upload is aborted.
        """
        allowed = self._owned(key, upload_id, caller)
        check_listed(parts)
        stored = self.parts.parts(key, upload_id)
        if stored is not None:
            size_bytes = size_of(parts, stored)
            if size_bytes > allowed.max_bytes:
                self._abort_too_large(key, upload_id, size_bytes, allowed)
            if self.parts.complete(key, upload_id, sorted(parts, key=lambda part: part.number)):
                self.videos.create(allowed.video_id, size_bytes=size_bytes)
                return allowed.video_id
        return self._completed_before(allowed.video_id, key, upload_id, parts)

    def abort(self, key: str, upload_id: str, caller: Caller) -> None:
        self._abort(key, upload_id, self._owned(key, upload_id, caller))

    def _abort(self, key: str, upload_id: str, allowed: Allowance) -> None:
        if not self.parts.abort(key, upload_id):
            raise _unknown_upload(upload_id)
        if not allowed.granted:  # a grant may begin once more
            with suppress(StorageFailed):  # maintenance does it when its time has passed
                self.allowances.pending.drop(allowed.video_id)

    def _replace(self, former: str | None, begun: BegunUpload, declared_bytes: int) -> None:
        """By a grant one upload is open at a time: what others have stored is not kept, as it is paid for."""
        is_noted = self.allowances.pending.note_upload(
            begun.video_id, upload_id=begun.upload_id, declared_bytes=declared_bytes, after=former
        )
        ended = former if is_noted else begun.upload_id
        if ended:
            with suppress(ReelwayError):  # the bucket ends it, too
                self.parts.abort(begun.key, ended)
        if not is_noted:
            raise _begun_meanwhile()

    def _owned(self, key: str, upload_id: str, caller: Caller) -> Allowance:
        """Another owner's upload is as unknown as one that never was; so is one that was replaced."""
        allowed = self.allowances.limit_of(video_of(key), caller, lambda: _unknown_upload(upload_id))
        if allowed.granted and allowed.granted.upload_id != upload_id:
            raise _unknown_upload(upload_id)
        return allowed

    def _stored(self, key: str, upload_id: str) -> list[Part]:
        stored = self.parts.parts(key, upload_id)
        if stored is None:
            raise _unknown_upload(upload_id)
        return stored

    def _abort_too_large(self, key: str, upload_id: str, size_bytes: int, allowed: Allowance) -> NoReturn:
        """At once, not when the bucket ends unfinished uploads: what is stored is paid for."""
        with suppress(RequestRefused):  # another request has aborted it already
            self._abort(key, upload_id, allowed)
        raise too_large(size_bytes, allowed.max_bytes)

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


def _begun_meanwhile() -> RequestRefused:
    return RequestRefused(
        HTTPStatus.CONFLICT,
        "upload_in_progress",
        "Another upload by this grant has begun at this moment; a grant is for one. Try again.",
        {"Retry-After": "1"},
    )


def _unknown_upload(upload_id: str) -> RequestRefused:
    return RequestRefused(
        HTTPStatus.NOT_FOUND,
        "unknown_upload",
        f"There is no upload {upload_id!r} for this key: it was aborted, has expired, or never began.",
    )
