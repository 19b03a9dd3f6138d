"""Which headers, cookies and query parameters of the viewer reach an origin."""

from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import unquote_plus

from multidict import CIMultiDict

HOP_BY_HOP = frozenset(
    {
        "connection",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authorization",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)
# Each connection has its own framing and Host. The WebSocket headers are made anew by the client that opens
# the connection to the origin; cookies are selected separately.
_PER_CONNECTION = HOP_BY_HOP | {
    "content-length",
    "cookie",
    "expect",
    "host",
    "sec-websocket-accept",
    "sec-websocket-extensions",
    "sec-websocket-key",
    "sec-websocket-protocol",
    "sec-websocket-version",
}
_CONDITIONAL = frozenset(
    {"range", "if-match", "if-modified-since", "if-none-match", "if-range", "if-unmodified-since"}
)
_ALWAYS = _CONDITIONAL | {"content-type", "content-encoding", "x-forwarded-for", "via"}
_BUCKET = _ALWAYS | {"accept", "origin", "access-control-request-method", "access-control-request-headers"}


class Breadth(StrEnum):
    """How much of a kind is forwarded."""

    NONE = "none"
    LISTED = "listed"
    ALL_EXCEPT = "all except"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Selection:
    """A choice of names: none, those listed, all but those listed, or all."""

    breadth: Breadth
    names: frozenset[str] = frozenset()

    def admits(self, name: str) -> bool:
        """Whether `name` is chosen; header names are compared in lower case by the caller."""
        match self.breadth:
            case Breadth.ALL:
                return True
            case Breadth.LISTED:
                return name in self.names
            case Breadth.ALL_EXCEPT:
                return name not in self.names
            case Breadth.NONE:
                return False


@dataclass(frozen=True, slots=True)
class Forwarding:
    """A cache policy and an origin request policy: a name that either of them admits is forwarded."""

    headers: tuple[Selection, ...] = ()
    cookies: tuple[Selection, ...] = ()
    query: tuple[Selection, ...] = ()

    def forwards_host(self) -> bool:
        """Whether the viewer's Host header would reach the origin."""
        return _admitted(self.headers, "host")


def forwarded_query(raw_query: str, forwarding: Forwarding) -> str:
    """Return the part of a raw query string that is forwarded, its bytes unchanged."""
    pairs = raw_query.split("&") if raw_query else []
    return "&".join(pair for pair in pairs if _admitted(forwarding.query, _parameter_name(pair)))


def forwarded_headers(
    headers: CIMultiDict[str], forwarding: Forwarding, *, to_bucket: bool
) -> CIMultiDict[str]:
    """Return the viewer's headers an origin gets; an S3 bucket gets only those it understands."""
    tied_to_connection = _PER_CONNECTION | _named_by_connection(headers)
    kept: CIMultiDict[str] = CIMultiDict()
    for name, value in headers.items():
        lowered = name.lower()
        admitted = lowered in _BUCKET if to_bucket else _admitted_header(lowered, forwarding)
        if admitted and lowered not in tied_to_connection:
            kept.add(name, value)
    if not to_bucket and (cookie := _forwarded_cookie(headers, forwarding)):
        kept["Cookie"] = cookie
    if not to_bucket:
        kept.setdefault("User-Agent", "Amazon CloudFront")
    return kept


def returned_headers(headers: CIMultiDict[str]) -> CIMultiDict[str]:
    """Return an origin's headers without those that concern only the connection to the origin."""
    tied_to_connection = HOP_BY_HOP | _named_by_connection(headers)
    return CIMultiDict((n, v) for n, v in headers.items() if n.lower() not in tied_to_connection)


def add_proxy_headers(headers: CIMultiDict[str], *, viewer_ip: str, via: str) -> None:
    """Append the viewer's address to X-Forwarded-For and this proxy to Via."""
    headers["X-Forwarded-For"] = ", ".join([*headers.getall("X-Forwarded-For", []), viewer_ip])
    headers["Via"] = ", ".join([*headers.getall("Via", []), via])


def _admitted(selections: tuple[Selection, ...], name: str) -> bool:
    return any(selection.admits(name) for selection in selections)


def _admitted_header(lowered: str, forwarding: Forwarding) -> bool:
    return lowered in _ALWAYS or _admitted(forwarding.headers, lowered)


def _parameter_name(pair: str) -> str:
    return unquote_plus(pair.partition("=")[0])


def _named_by_connection(headers: CIMultiDict[str]) -> frozenset[str]:
    tokens = ",".join(headers.getall("Connection", [])).split(",")
    return frozenset(token.strip().lower() for token in tokens)


def _forwarded_cookie(headers: CIMultiDict[str], forwarding: Forwarding) -> str:
    crumbs = "; ".join(headers.getall("Cookie", [])).split(";")
    stripped = [crumb.strip() for crumb in crumbs if crumb.strip()]
    return "; ".join(c for c in stripped if _admitted(forwarding.cookies, c.partition("=")[0]))
