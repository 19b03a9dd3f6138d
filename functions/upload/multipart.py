"""Large files, in parts that go straight to S3: what `@uppy/aws-s3` and other clients ask of us.

The server makes the keys and signs the URLs; no byte of a file passes a function.
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus

from reelway import keys
from reelway.errors import AnswerCode, RequestRefused
from reelway.ports import Bucket, Part, PartUploads, Videos
from reelway.video import new_video_id

# S3's limits for the parts of one upload.
MAX_PARTS = 10_000
MIN_PART_BYTES = 5 * 2**20
# So many URLs fit into one answer of a Lambda function, 6 MB, with the credentials that each carries.
MAX_URLS = 1000
URL_EXPIRES_S = 900
_ETAG = re.compile(r"[0-9a-f]{32}")
_UNNAMED_TYPE = "application/octet-stream"
_TYPE = re.compile(r"[\w.+-]{1,100}/[\w.+-]{1,100}(;[ -~]{0,100})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Begun:
    """A multipart upload that clients may send parts to."""

    video_id: str
    key: str
    upload_id: str


@dataclass(frozen=True, slots=True)
class MultipartUploads:
    """Methods raise RequestRefused 400 for what cannot be read, 404 for an upload that is not there."""

    parts: PartUploads
    uploads: Bucket
    videos: Videos
    max_bytes: int

    def begin(self, content_type: object, *, size_bytes: object = None) -> Begun:
        """Both as the client has said them, or has not.

        Raises RequestRefused 413 for a size that is too large, before a byte of it is sent.
        """
        if isinstance(size_bytes, int) and size_bytes > self.max_bytes:
            raise _too_large(size_bytes, self.max_bytes)
        video_id = new_video_id()
        key = keys.upload(video_id)
        return Begun(video_id, key, self.parts.begin(key, content_type=_readable_type(content_type)))

    def stored_parts(self, key: str, upload_id: str) -> list[Part]:
        """What has arrived, so that a client goes on where it was interrupted."""
        _video_of(key)
        stored = self.parts.parts(key, upload_id)
        if stored is None:
            raise _unknown_upload(upload_id)
        return stored

    def urls(self, key: str, upload_id: str, numbers: Sequence[int]) -> dict[int, str]:
        """Presigned URLs to PUT parts to, within `URL_EXPIRES_S`."""
        _video_of(key)
        if not 1 <= len(numbers) <= MAX_URLS:
            raise _bad("bad_part_numbers", f"Ask for 1 to {MAX_URLS} parts at once, not {len(numbers)}.")
        for number in numbers:
            _check_number(number)
        if not self.parts.exists(key, upload_id):
            raise _unknown_upload(upload_id)
        return {
            number: self.parts.part_url(key, upload_id, number, expires_s=URL_EXPIRES_S) for number in numbers
        }

    def complete(self, key: str, upload_id: str, parts: Sequence[Part]) -> str:
        """Make one file of the parts and record the video as UPLOADED; its id, also when asked again.

        Raises RequestRefused 413 for too large a file, which is forgotten.
        """
        video_id = _video_of(key)
        _check_listed(parts)
        stored = self.parts.parts(key, upload_id)
        if stored is not None:
            size_bytes = _size_of(parts, stored)
            if size_bytes > self.max_bytes:
                self.parts.abort(key, upload_id)
                raise _too_large(size_bytes, self.max_bytes)
            if self.parts.complete(key, upload_id, sorted(parts, key=lambda part: part.number)):
                self.videos.create(video_id, size_bytes=size_bytes)
                return video_id
        return self._completed_before(video_id, key, upload_id, parts)

    def abort(self, key: str, upload_id: str) -> None:
        _video_of(key)
        if not self.parts.abort(key, upload_id):
            raise _unknown_upload(upload_id)

    def _completed_before(self, video_id: str, key: str, upload_id: str, parts: Sequence[Part]) -> str:
        """S3 forgets an upload that is completed; that the object was made of these parts tells its ETag."""
        found = self.uploads.head(key)
        if found is None or found.etag.strip('"') != _etag_of(parts):
            raise _unknown_upload(upload_id)
        self.videos.create(video_id, size_bytes=found.size_bytes)
        return video_id


def part_of(number: object, etag: object) -> Part:
    """A part as a client lists it, its ETag with or without quotes."""
    if not isinstance(number, int) or isinstance(number, bool) or not isinstance(etag, str):
        raise _bad("invalid_part", "Each part has a whole PartNumber and a text ETag.")
    return Part(_check_number(number), f'"{etag.strip().strip(chr(34))}"')


def _readable_type(content_type: object) -> str:
    is_one = isinstance(content_type, str) and _TYPE.fullmatch(content_type)
    return str(content_type) if is_one else _UNNAMED_TYPE


def _video_of(key: str) -> str:
    video_id = keys.video_of_upload(key)
    if video_id is None:
        raise (
            _bad("bad_key", f"{key!r} is not a key that was given out here.")
            if key
            else _bad("no_key", "The query must name the upload's key.")
        )
    return video_id


def _check_number(number: int) -> int:
    if not 1 <= number <= MAX_PARTS:
        raise _bad("bad_part_numbers", f"Part numbers are 1 to {MAX_PARTS}, not {number}.")
    return number


def _check_listed(parts: Sequence[Part]) -> None:
    if not 1 <= len(parts) <= MAX_PARTS:
        raise _bad("bad_part_numbers", f"A file has 1 to {MAX_PARTS} parts, not {len(parts)}.")
    if len({part.number for part in parts}) < len(parts):
        raise _bad("bad_part_numbers", "A part is listed twice.")


def _size_of(parts: Sequence[Part], stored: Sequence[Part]) -> int:
    """Bytes of the listed parts, which must be stored as they are listed."""
    found = {part.number: part for part in stored}
    for part in parts:
        there = found.get(part.number)
        if there is None or there.etag.strip('"') != part.etag.strip('"'):
            what = "is not stored" if there is None else f"is stored with the ETag {there.etag}"
            raise _bad("invalid_part", f"Part {part.number} {what}. Send it again, then complete.")
    sizes = [found[number].size_bytes for number in sorted(part.number for part in parts)]
    if min(sizes[:-1], default=MIN_PART_BYTES) < MIN_PART_BYTES:
        raise _bad("part_too_small", f"All parts but the last have {MIN_PART_BYTES} bytes (5 MiB) at least.")
    size_bytes = sum(sizes)
    if not size_bytes:
        raise _bad("empty_file", "The file is empty.")
    return size_bytes


def _etag_of(parts: Sequence[Part]) -> str | None:
    """The ETag that S3 gives to an object of these parts: the MD5 of their MD5s, and their count."""
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


def _bad(code: AnswerCode, detail: str) -> RequestRefused:
    return RequestRefused(HTTPStatus.BAD_REQUEST, code, detail)
