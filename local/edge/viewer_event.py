"""The events that viewer-request and viewer-response functions get, and what they may return.

Source: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-event-structure.html
"""

import base64
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from multidict import CIMultiDict

_URI = re.compile(r"/[\x21-\x7e]*")
# "Disallowed" and "read-only" headers:
# https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/edge-function-restrictions-all.html
_HIDDEN_HEADERS = frozenset(
    {
        "connection",
        "expect",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authorization",
        "proxy-connection",
        "trailer",
        "upgrade",
        "x-cache",
        "x-real-ip",
    }
)
_HIDDEN_PREFIXES = ("x-accel-", "x-amz-cf-", "x-edge-")
VIEWER_REQUEST = "viewer-request"
VIEWER_RESPONSE = "viewer-response"
_READ_ONLY_HEADERS = ("content-length", "host", "transfer-encoding", "via")


class FunctionError(Exception):
    """A viewer-request function failed, did not end, or returned what CloudFront does not accept."""


@dataclass(frozen=True, slots=True)
class ViewerRequest:
    """A request as the viewer sent it, or as the function left it; `path` and `query` are raw."""

    method: str
    path: str
    query: str
    headers: CIMultiDict[str]
    viewer_ip: str


@dataclass(frozen=True, slots=True)
class SelectOrigin:
    """`cf.selectRequestOriginById`: use this origin, with these properties changed."""

    id: str
    overrides: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SelectGroup:
    """`cf.createRequestOriginGroup`: try the first origin, then the second."""

    ids: tuple[str, str]
    failover_statuses: frozenset[int]


@dataclass(frozen=True, slots=True)
class UpdateOrigin:
    """`cf.updateRequestOrigin`: use the behavior's origin with these properties changed."""

    changes: Mapping[str, Any]


OriginChoice: TypeAlias = SelectOrigin | SelectGroup | UpdateOrigin | None


@dataclass(frozen=True, slots=True)
class ForwardRequest:
    """The function lets the request through, perhaps changed and to an origin of its choice."""

    request: ViewerRequest
    origin: OriginChoice


@dataclass(frozen=True, slots=True)
class FunctionResponse:
    """The function answers the viewer itself."""

    status: int
    reason: str | None
    headers: CIMultiDict[str]
    body: bytes


def event_for(
    request: ViewerRequest, *, distribution_id: str, domain_name: str, request_id: str
) -> dict[str, Any]:
    """Build the version 1.0 event of a viewer request."""
    return {
        "version": "1.0",
        "context": {
            "distributionDomainName": domain_name,
            "distributionId": distribution_id,
            "eventType": VIEWER_REQUEST,
            "requestId": request_id,
        },
        "viewer": {"ip": request.viewer_ip},
        "request": {
            "method": request.method,
            "uri": request.path,
            "querystring": _query_values(request.query),
            "headers": _header_values(request.headers),
            "cookies": _cookie_values(request.headers),
        },
    }


def with_response(event: dict[str, Any], status: int, headers: CIMultiDict[str]) -> dict[str, Any]:
    """Make the event of a viewer response out of that of its request."""
    context = event["context"] | {"eventType": VIEWER_RESPONSE}
    response = {"statusCode": status, "headers": _header_values(headers), "cookies": {}}
    return event | {"context": context, "response": response}


def changed_response_headers(reply: Mapping[str, Any], original: CIMultiDict[str]) -> CIMultiDict[str]:
    """Read the headers that the function left on a response; raises FunctionError."""
    if "error" in reply:
        raise FunctionError(str(reply["error"]))
    result = reply.get("result")
    if not isinstance(result, dict) or "statusCode" not in result:
        raise FunctionError(f"the function returned {result!r}: expected a response")
    return _changed_headers(result, original)


def outcome_of(reply: Mapping[str, Any], request: ViewerRequest) -> ForwardRequest | FunctionResponse:
    """Read what the function returned for `request`; raises FunctionError naming what is wrong with it."""
    if "error" in reply:
        raise FunctionError(str(reply["error"]))
    result = reply.get("result")
    if not isinstance(result, dict):
        raise FunctionError(f"the function returned {result!r}: expected a request or a response")
    if "statusCode" in result:
        return _response(result)
    return ForwardRequest(_changed_request(result, request), _origin_choice(reply.get("origin")))


def _response(result: Mapping[str, Any]) -> FunctionResponse:
    status = result["statusCode"]
    if not isinstance(status, int) or not 200 <= status <= 599:
        raise FunctionError(f"statusCode {status!r}: expected a number from 200 to 599")
    headers = CIMultiDict(_pairs(result.get("headers") or {}))
    for name, value in _pairs(result.get("cookies") or {}, with_attributes=True):
        headers.add("Set-Cookie", f"{name}={value}")
    return FunctionResponse(status, result.get("statusDescription"), headers, _body(result.get("body")))


def _body(body: object) -> bytes:
    if isinstance(body, dict):
        data = str(body.get("data", ""))
        return base64.b64decode(data) if body.get("encoding") == "base64" else data.encode()
    return str(body or "").encode()


def _changed_request(result: Mapping[str, Any], request: ViewerRequest) -> ViewerRequest:
    uri = result.get("uri")
    if not isinstance(uri, str) or not _URI.fullmatch(uri):
        raise FunctionError(f"uri {uri!r}: expected a path that begins with / and is percent-encoded")
    query = _changed_query(result.get("querystring"), request.query)
    return ViewerRequest(
        request.method, uri, query, _changed_headers(result, request.headers), request.viewer_ip
    )


def _changed_query(values: object, raw_query: str) -> str:
    # The raw bytes stay when the function left the query alone: "a" and "a=" are the same to it.
    if values == _query_values(raw_query):
        return raw_query
    if isinstance(values, str):
        return values
    return "&".join(f"{name}={value}" if value else name for name, value in _pairs(values or {}))


def _changed_headers(result: Mapping[str, Any], original: CIMultiDict[str]) -> CIMultiDict[str]:
    changed = CIMultiDict(_pairs(result.get("headers") or {}))
    for name in changed:
        if _is_hidden(name):
            raise FunctionError(f"header {name!r}: a function may not set it")
    for name in _READ_ONLY_HEADERS:
        if changed.getall(name, []) != original.getall(name, []):
            raise FunctionError(f"header {name!r} is read-only: expected {original.get(name)!r}")
    changed.extend((n, v) for n, v in original.items() if _is_hidden(n))
    changed.extend(_changed_cookies(result.get("cookies") or {}, original))
    return changed


def _changed_cookies(cookies: object, original: CIMultiDict[str]) -> list[tuple[str, str]]:
    if cookies == _cookie_values(original):
        return [("Cookie", line) for line in original.getall("Cookie", [])]
    crumbs = [f"{name}={value}" for name, value in _pairs(cookies)]
    return [("Cookie", "; ".join(crumbs))] if crumbs else []


def _is_hidden(name: str) -> bool:
    lowered = name.lower()
    return lowered in _HIDDEN_HEADERS or lowered.startswith(_HIDDEN_PREFIXES)


def _origin_choice(origin: Mapping[str, Any] | None) -> OriginChoice:
    match origin:
        case {"kind": "select", "id": str(id_), "overrides": dict(overrides)}:
            return SelectOrigin(id_, overrides)
        case {"kind": "group", "ids": [primary, secondary], "statusCodes": list(statuses)}:
            return SelectGroup((primary, secondary), frozenset(statuses))
        case {"kind": "update", "changes": dict(changes)}:
            return UpdateOrigin(changes)
        case None:
            return None
    raise FunctionError(f"origin choice {origin!r}: expected one of the helpers' documented forms")


def _query_values(raw_query: str) -> dict[str, Any]:
    pairs = (pair.partition("=") for pair in raw_query.split("&") if pair)
    return _values((name, value) for name, _, value in pairs)


def _header_values(headers: CIMultiDict[str]) -> dict[str, Any]:
    shown = ((name.lower(), value) for name, value in headers.items() if not _is_hidden(name))
    # Cookies have a place of their own in the event.
    return _values((name, value) for name, value in shown if name != "cookie")


def _cookie_values(headers: CIMultiDict[str]) -> dict[str, Any]:
    crumbs = ";".join(headers.getall("Cookie", [])).split(";")
    pairs = (crumb.strip().partition("=") for crumb in crumbs if crumb.strip())
    return _values((name, value) for name, _, value in pairs)


def _values(pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Shape pairs as the event does: `multiValue` only where a name occurs more than once."""
    values: dict[str, Any] = {}
    for name, value in pairs:
        if name not in values:
            values[name] = {"value": value}
        else:
            first = {"value": values[name]["value"]}
            values[name].setdefault("multiValue", [first]).append({"value": value})
    return values


def _pairs(values: object, *, with_attributes: bool = False) -> list[tuple[str, str]]:
    """Flatten the event's shape back to pairs; `multiValue` wins over `value`, as CloudFront has it."""
    if not isinstance(values, dict):
        raise FunctionError(f"{values!r}: expected an object of names and values")
    pairs: list[tuple[str, str]] = []
    for name, entry in values.items():
        if not isinstance(entry, dict):
            raise FunctionError(f"{name!r} is {entry!r}: expected an object with a value")
        entries = entry.get("multiValue") or [entry]
        pairs.extend((name, _entry_text(name, one, with_attributes)) for one in entries)
    return pairs


def _entry_text(name: str, entry: Mapping[str, Any], with_attributes: bool) -> str:
    value = entry.get("value")
    if not isinstance(value, str):
        raise FunctionError(f"{name!r} has the value {value!r}: expected a string")
    attributes = entry.get("attributes") if with_attributes else None
    return f"{value}; {attributes}" if attributes else value
