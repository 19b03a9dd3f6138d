"""Text in the content coding that the client asks for, gzip or none (RFC 9110, sections 8.4 and 12.5.3)."""

import gzip
import re
from collections.abc import Mapping

# A weight has three decimals at most (RFC 9110, 12.4.2); a coding without one weighs 1.
_WEIGHTED = re.compile(r"(?P<coding>[^\s;,]+)(?:\s*;\s*q=(?P<weight>[01](?:\.[0-9]{0,3})?))?", re.IGNORECASE)


def accepts_gzip(headers: Mapping[str, str]) -> bool:
    """Whether gzip is wanted at least as much as no coding; it is not where no coding is named.

    `headers` have lower-case names. An entry that cannot be read is passed over.
    """
    matches = (_WEIGHTED.fullmatch(entry.strip()) for entry in headers.get("accept-encoding", "").split(","))
    weights = {match["coding"].lower(): float(match["weight"] or 1) for match in matches if match}
    weight = weights.get("gzip", weights.get("x-gzip", weights.get("*", 0.0)))
    return weight > 0 and weight >= weights.get("identity", 0.0)


def gzipped(body: bytes, *, level: int = 9) -> bytes:
    """The same bytes for the same body, on which its entity tag relies: without the time."""
    return gzip.compress(body, level, mtime=0)


def gzipped_etag(etag: str) -> str:
    """An entity tag of its own: these are other bytes (RFC 9110, 8.8.1)."""
    return f'{etag.removesuffix(chr(34))}-gzip"'
