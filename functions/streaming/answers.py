"""HTTP answers: the ready list; stored media as 200, 206 for a range of bytes, 304 for what is known."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from http import HTTPStatus
from types import MappingProxyType
from urllib.parse import urlencode

from reelway.adapters import http_api
from reelway.ports.storage import StoredObject
from streaming import compression
from streaming.ranges import is_unchanged

# In seconds: a playlist changes when the ladder is complete, and a removed video must soon be gone.
_PLAYLIST_CACHE_CONTROL = "public, max-age=5"

# Ids that fit into one answer of a function, which Lambda limits to 6,291,556 bytes. An id takes 41 bytes in
# it as text, whose quotes are escaped there; compressed 22.6, which base64 makes 30.2.
_MAX_IDS, _MAX_GZIPPED_IDS = 150_000, 200_000
# Characters below which compressing a list spares no packet.
_MIN_GZIPPED = 1_400
_FAST = 1  # level of gzip: random ids become 4 % smaller by the slower ones


def max_ids(headers: Mapping[str, str]) -> int:
    return _MAX_GZIPPED_IDS if compression.accepts_gzip(headers) else _MAX_IDS


def ids(listed: Sequence[str], link: str | None, headers: Mapping[str, str]) -> http_api.Answer:
    """The ready list, or a page of it; `link` leads to the next."""
    text = json.dumps(listed, separators=(",", ":"))
    sent = {"Content-Type": "application/json", "Cache-Control": "no-store", "Vary": "Accept-Encoding"}
    if link:
        sent["Link"] = link
    if len(text) < _MIN_GZIPPED or not compression.accepts_gzip(headers):
        return http_api.Answer(HTTPStatus.OK, sent, text)
    body = compression.gzipped(text.encode(), level=_FAST)
    return http_api.Answer(HTTPStatus.OK, {**sent, "Content-Encoding": "gzip"}, body)


def moved(path: str, query: Mapping[str, str]) -> http_api.Answer:
    """302 to another path; `query` are the parameters to go with it."""
    location = f"{path}?{urlencode(query)}" if query else path
    return http_api.Answer(HTTPStatus.FOUND, {"Location": location, "Cache-Control": "no-store"})


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
