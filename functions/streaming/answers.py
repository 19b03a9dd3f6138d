"""HTTP answers with stored media: 200, 206 for a range of bytes, 304 for what the client has already."""

from collections.abc import Mapping
from dataclasses import replace
from http import HTTPStatus
from types import MappingProxyType

from reelway.adapters import http_api
from reelway.ports.storage import StoredObject
from streaming import compression
from streaming.ranges import is_unchanged

# In seconds: a playlist changes when the ladder is complete, and a removed video must soon be gone.
_PLAYLIST_CACHE_CONTROL = "public, max-age=5"


def playlist(found: StoredObject, headers: Mapping[str, str]) -> http_api.Answer:
    """`headers` are the request's, by lower-case name; so in the other functions."""
    return _text(found, _PLAYLIST_CACHE_CONTROL, headers)


def still(found: StoredObject, headers: Mapping[str, str]) -> http_api.Answer:
    """A poster or a storyboard's image; the storyboard itself is text."""
    answer = _text if found.content_type.startswith("text/") else _answer
    return answer(found, _stored_cache_control(found), headers)


def segment(found: StoredObject, headers: Mapping[str, str]) -> http_api.Answer:
    return _answer(found, _stored_cache_control(found), headers, {"Accept-Ranges": "bytes"})


def _text(found: StoredObject, cache_control: str, headers: Mapping[str, str]) -> http_api.Answer:
    """Compressed where the client takes it: of every playlist by Apple's HLS authoring rules (10.1)."""
    is_compressed = compression.accepts_gzip(headers)
    if is_compressed:
        body, etag = compression.gzipped(found.body), compression.gzipped_etag(found.etag)
        found = replace(found, body=body, etag=etag)
    answer = _answer(found, cache_control, headers, {"Vary": "Accept-Encoding"})
    if not is_compressed or answer.status != HTTPStatus.OK:
        return answer
    return replace(answer, headers={**answer.headers, "Content-Encoding": "gzip"})


def _answer(
    found: StoredObject,
    cache_control: str,
    headers: Mapping[str, str],
    more: Mapping[str, str] = MappingProxyType({}),
) -> http_api.Answer:
    """To a request with `headers`; `more` are headers of the answer, whether it is 200, 206 or 304."""
    sent = {"Cache-Control": cache_control, "ETag": found.etag, **more}
    if is_unchanged(headers, found.etag):
        return http_api.Answer(HTTPStatus.NOT_MODIFIED, sent)
    if found.content_range:
        sent["Content-Range"] = found.content_range
    status = HTTPStatus.PARTIAL_CONTENT if found.content_range else HTTPStatus.OK
    return http_api.Answer(status, {**sent, "Content-Type": found.content_type}, found.body)


def _stored_cache_control(found: StoredObject) -> str:
    return found.cache_control or "no-store"
