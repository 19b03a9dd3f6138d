"""What answers at a URL: whether it is a Reelway that takes uploads, and what only such a stack shows."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.request import getproxies, proxy_bypass

import httpx

from tests.support.samples import UNKNOWN_ID
from tests.support.system.client import Client

CLOUDFRONT, HTTPS, DIRECT = "CloudFront", "https", "a connection without a proxy"
OWN_DOMAIN = "a domain of your own"
TRAITS = (CLOUDFRONT, HTTPS, DIRECT, OWN_DOMAIN)

_PROBLEM, _OURS = "application/problem+json", "urn:reelway:problem:"
_CLOSED = {401, 403, 429, 503}


class CannotTest(Exception):
    """The stack cannot be tested; the message is one sentence for the person who asked."""


@dataclass(frozen=True, slots=True)
class Stack:
    """A Reelway at a base URL, and which of TRAITS it has."""

    url: str
    traits: frozenset[str]


def checked(url: str) -> str:
    """The base URL without a slash at its end. Raises CannotTest for what is none."""
    if not url:
        raise CannotTest("Which stack? make smoke URL=https://… takes the output `Url` of the stack.")
    try:
        parsed = httpx.URL(url)
    except httpx.InvalidURL as error:
        raise CannotTest(f"{url!r} is no URL: {error}.") from error
    if parsed.scheme not in {"http", "https"} or not parsed.host:
        raise CannotTest(f"{url!r} is no address of a stack: it must begin with https:// or http://.")
    if parsed.path != "/" or parsed.query or parsed.fragment or parsed.userinfo:
        raise CannotTest(f"{url!r} has more than a host: give the output `Url` of the stack as it is.")
    return url.rstrip("/")


def at(url: str, origin: str = "") -> Stack:
    """The stack at a URL, asked as by a page of `origin`. Raises CannotTest."""
    with Client(checked(url), origin) as client:
        return find(client.http)


def find(http: httpx.Client) -> Stack:
    """The stack that `http`, whose base URL it has, reaches. Raises CannotTest."""
    url = str(http.base_url).rstrip("/")
    try:
        described = http.get(f"/video/{UNKNOWN_ID}")
        posted = http.post("/upload", headers={"Content-Type": "multipart/form-data; boundary=frontier"})
    except httpx.HTTPError as error:
        hint = " (SSL_CERT_FILE names a CA of your own)" if "CERTIFICATE" in str(error) else ""
        raise CannotTest(f"{url} does not answer: {error or repr(error)}{hint}.") from error
    _require_reelway(url, described)
    _require_readable(url, described)
    _require_open(url, posted)
    return Stack(url, frozenset(traits_of(http.base_url, described.headers, proxies_of(url))))


def proxies_of(url: str) -> bool:
    """Whether the environment has requests to `url` go through a proxy."""
    parsed = httpx.URL(url)
    return bool({parsed.scheme, "all"} & set(getproxies())) and not proxy_bypass(parsed.host)


def traits_of(url: httpx.URL, headers: Mapping[str, str], has_proxy: bool) -> set[str]:
    found = set() if has_proxy else {DIRECT}
    if url.scheme == "https":
        found.add(HTTPS)
        if not url.host.endswith(".cloudfront.net"):
            found.add(OWN_DOMAIN)
    if "x-amz-cf-id" in headers and "(CloudFront)" in headers.get("via", ""):
        found.add(CLOUDFRONT)
    return found


def _require_reelway(url: str, answer: httpx.Response) -> None:
    """`answer` is that to a description of a video which does not exist."""
    if answer.is_redirect:
        raise CannotTest(f"{url} sends on to {answer.headers.get('location')}: give the address behind it.")
    if _problem(answer).get("code") == "unknown_video":
        return
    if answer.status_code in _CLOSED:
        raise CannotTest(f"{url} answers {answer.status_code}: it is closed to you, or is no Reelway.")
    raise CannotTest(
        f"{url} is no Reelway: it answers {answer.status_code} {answer.headers.get('content-type', '')!r} "
        f"to GET /video/{UNKNOWN_ID}, where Reelway says 404 unknown_video."
    )


def _require_readable(url: str, answer: httpx.Response) -> None:
    """A stack with AllowedOrigins says by Vary that scripts of some may read this answer."""
    varies = "origin" in answer.headers.get("vary", "").lower()
    if varies and "access-control-allow-origin" not in answer.headers:
        raise CannotTest(
            f"{url} lets pages of certain origins use it, and you ask as none of them: "
            "name one of its AllowedOrigins, ORIGIN=https://…"
        )


def _require_open(url: str, answer: httpx.Response) -> None:
    """`answer` is that to an upload without a body, which an open stack refuses as malformed."""
    if answer.status_code != 400:
        why = _problem(answer).get("detail", answer.reason_phrase)
        raise CannotTest(
            f"{url} takes no uploads from you: POST /upload is answered with {answer.status_code} ({why}). "
            "The test uploads small clips: open writes for its time, then close them again."
        )


def _problem(answer: httpx.Response) -> dict[str, Any]:
    """Reelway's problem document; empty if the answer is none."""
    if answer.headers.get("content-type") != _PROBLEM:
        return {}
    try:
        document = answer.json()
    except ValueError:
        return {}
    is_ours = isinstance(document, dict) and str(document.get("type", "")).startswith(_OURS)
    return document if is_ours else {}
