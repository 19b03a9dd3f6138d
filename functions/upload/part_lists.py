"""What clients may ask of an upload in parts: its key, numbers of parts, and lists of them."""

import hashlib
import re
from collections.abc import Sequence

from reelway import keys
from reelway.errors import bad_request
from reelway.ports.storage import Part

# S3's limits for the parts of one upload, of which the last may be smaller:
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html
MAX_PARTS, MIN_PART_BYTES = 10_000, 5 * 2**20
# URLs in one answer: each has up to 2 KB, with the credentials that sign it, and Lambda answers 6 MB at most.
MAX_URLS = 1000
# An MD5, which is the ETag of a part in a bucket that is encrypted with S3's own keys.
_ETAG = re.compile(r"[0-9a-f]{32}")


def video_of(key: str) -> str:
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


def check_numbers(numbers: Sequence[int], *, max_bytes: int) -> None:
    """Raises RequestRefused 400. A file of `max_bytes` has no more parts, however small they are."""
    highest = min(MAX_PARTS, max(1, -(-max_bytes // MIN_PART_BYTES)))
    if not 1 <= len(numbers) <= MAX_URLS:
        raise bad_request("bad_part_numbers", f"Ask for 1 to {MAX_URLS} parts at once, not {len(numbers)}.")
    for number in numbers:
        if check_part_number(number) > highest:
            raise bad_request("bad_part_numbers", f"Files here have {highest} parts at most, not {number}.")


def part_sizes(
    numbers: Sequence[int], declared_bytes: int | None, size_bytes: int | None
) -> dict[int, int | None]:
    """The bytes of each part by number, None where they are not known.

    `declared_bytes` are those of the whole file where each part must be signed with its own, `size_bytes`
    those of each of these parts as the client says. Raises RequestRefused 400 where they do not agree.
    """
    if declared_bytes is None:
        return dict.fromkeys(numbers, size_bytes)
    sizes = {number: _granted_size(number, declared_bytes) for number in numbers}
    for number, size in sizes.items():
        if size_bytes not in (None, size):
            problem = f"Part {number} of a file of {declared_bytes} bytes has {size} here, not {size_bytes}."
            raise bad_request("bad_size", problem)
    return {**sizes}


def _granted_size(number: int, declared_bytes: int) -> int:
    """The bytes of a part, where a file of so many bytes is cut as Uppy does it, into parts of one size.

    Raises RequestRefused 400 for a number that such a file has not.
    """
    part_bytes = max(MIN_PART_BYTES, -(-declared_bytes // MAX_PARTS))
    left_bytes = declared_bytes - (number - 1) * part_bytes
    if left_bytes <= 0:
        highest = -(-declared_bytes // part_bytes)
        raise bad_request(
            "bad_part_numbers", f"A file of {declared_bytes} bytes has {highest} parts here, not {number}."
        )
    return min(part_bytes, left_bytes)


def check_listed(parts: Sequence[Part]) -> None:
    if not 1 <= len(parts) <= MAX_PARTS:
        raise bad_request("bad_part_numbers", f"A file has 1 to {MAX_PARTS} parts, not {len(parts)}.")
    if len({part.number for part in parts}) < len(parts):
        raise bad_request("bad_part_numbers", "A part is listed twice.")


def size_of(parts: Sequence[Part], stored: Sequence[Part]) -> int:
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


def etag_of(parts: Sequence[Part]) -> str | None:
    """The ETag that S3 gives to an object of these parts: the MD5 of their MD5s, and their count.

    None if they have no MD5s. See
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html
    """
    etags = [part.etag.strip('"').lower() for part in sorted(parts, key=lambda part: part.number)]
    if not all(_ETAG.fullmatch(etag) for etag in etags):
        return None
    joined = hashlib.md5(b"".join(map(bytes.fromhex, etags)), usedforsecurity=False).hexdigest()
    return f"{joined}-{len(etags)}"
