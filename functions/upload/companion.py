"""The JSON that `@uppy/aws-s3` and its server, Uppy's companion, exchange about an upload in parts.

https://uppy.io/docs/aws-s3/ describes the plugin, and what it asks of a server of one's own.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import unquote

from reelway.errors import bad_request
from reelway.ports.storage import Part
from upload.multipart import URL_EXPIRES_S, BegunUpload
from upload.part_lists import check_part_number

# More digits than the largest part number has; Python refuses to read one of more than 4,300.
_MAX_DIGITS = 9
_MAX_SIZE_DIGITS = 13  # more than S3 takes


def type_and_size(document: Mapping[str, Any]) -> tuple[object, object]:
    """The file's media type and size in bytes as the client declares them, each None if it does not."""
    metadata = document.get("metadata")
    return document.get("type"), metadata.get("size") if isinstance(metadata, dict) else None


def declared_size(query: Mapping[str, str]) -> int | None:
    """The file's size in bytes, where Uppy's metadata have it as they are put into a query."""
    text = query.get("metadata[size]", "")
    is_size = text.isascii() and text.isdigit() and len(text) <= _MAX_SIZE_DIGITS
    return int(text) if is_size else None


def begun(upload: BegunUpload, bucket: str) -> dict[str, Any]:
    return {"key": upload.key, "uploadId": upload.upload_id, "bucket": bucket}


def stored(parts: Sequence[Part]) -> list[dict[str, Any]]:
    return [{"PartNumber": part.number, "ETag": part.etag, "Size": part.size_bytes} for part in parts]


def upload_id(in_path: str) -> str:
    """An id as S3 gave it, of the part of a path that names it."""
    return unquote(in_path)


def part_numbers(listed: str) -> list[int]:
    """The numbers in a text as "1,2,3"; raises RequestRefused 400 `bad_part_numbers`."""
    return [part_number(text) for text in listed.split(",")]


def part_number(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > _MAX_DIGITS:
        raise bad_request("bad_part_numbers", f"{text!r} is not the number of a part.")
    return int(text)


def size(text: str | None) -> int | None:
    """The bytes of each part that is asked for, if the client says; raises RequestRefused 400 `bad_size`."""
    if text is None:
        return None
    is_size = text.isascii() and text.isdigit() and len(text) <= _MAX_SIZE_DIGITS and int(text) > 0
    if not is_size:
        raise bad_request("bad_size", f"{text!r} is not a number of bytes.")
    return int(text)


def url(part_url: str) -> dict[str, Any]:
    return {"url": part_url, "expires": URL_EXPIRES_S}


def urls(part_urls: Mapping[int, str]) -> dict[str, Any]:
    return {"presignedUrls": {str(number): part_url for number, part_url in part_urls.items()}}


def listed_parts(document: Mapping[str, Any]) -> list[Part]:
    """The parts that the client wants to be joined; raises RequestRefused 400."""
    listed = document.get("parts")
    if not isinstance(listed, list) or not all(isinstance(part, dict) for part in listed):
        raise bad_request("invalid_part", "The body lists no parts.")
    return [_part_of(part.get("PartNumber"), part.get("ETag")) for part in listed]


def completed(key: str, *, video_id: str, location: str, bucket: str) -> dict[str, Any]:
    return {"location": location, "key": key, "bucket": bucket, "videoId": video_id}


def _part_of(number: object, etag: object) -> Part:
    """`etag` comes with or without its quotes, as browsers and clients pass it on."""
    if not isinstance(number, int) or isinstance(number, bool) or not isinstance(etag, str):
        raise bad_request("invalid_part", "Each part has a whole PartNumber and a text ETag.")
    unquoted = etag.strip().strip('"')
    return Part(check_part_number(number), f'"{unquoted}"')
