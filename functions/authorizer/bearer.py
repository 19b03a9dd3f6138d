"""The token of a request, out of its one Authorization header (RFC 6750, section 2.1)."""

import re
from collections.abc import Mapping
from typing import Any, Final

from authorizer.refusal import TokenRefused

# API Gateway takes 10,240 bytes of all headers together.
MAX_TOKEN_BYTES: Final = 8192
_BEARER = re.compile(r"bearer +([\w-]+\.[\w-]+\.[\w-]+) *", re.ASCII | re.IGNORECASE)


def token_of(event: Mapping[str, Any]) -> str:
    """Raises TokenRefused unless the request has one header that has the form of a signed token."""
    named = (event.get("multiValueHeaders") or {}).items()
    values = [value for name, values in named if name.lower() == "authorization" for value in values]
    if len(values) != 1:
        raise TokenRefused(f"{len(values)} headers; expected one")
    [value] = values
    if len(value) > MAX_TOKEN_BYTES:
        raise TokenRefused("it is too long")
    found = _BEARER.fullmatch(value)
    if not found:
        raise TokenRefused("it has not the form of a token")
    return found[1]
