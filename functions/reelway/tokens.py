"""The stack's own tokens (JWT, RFC 7519): what they say, and how they are signed (HS256).

No library does it, because the functions that give upload grants are not to carry one. Who reads tokens is
the authorizer, with a library that refuses what is not one.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

ISSUER: Final = "reelway"
CALLS: Final = "reelway"
"""The audience of tokens for the API."""
UPLOADS: Final = "reelway:upload"
"""The audience of upload grants, each for one video."""


@dataclass(frozen=True, slots=True)
class TokenKey:
    """A key of the stack's own; `kid` is in the head of each token that it has signed."""

    kid: str
    secret: bytes = field(repr=False)


def upload_grant(video_id: str, owner: str, key: TokenKey, *, now_s: int, lasts_s: int) -> str:
    """A token that uploads this one video for `owner`, and watches it, for so long."""
    claims = {"aud": UPLOADS, "sub": video_id, "own": owner, "iat": now_s, "exp": now_s + lasts_s}
    return signed(claims, key)


def signed(claims: Mapping[str, Any], key: TokenKey) -> str:
    """A token of the stack's with these claims (RFC 7515, section 7.1)."""
    head = {"alg": "HS256", "kid": key.kid, "typ": "JWT"}
    text = f"{_encoded(_json(head))}.{_encoded(_json({'iss': ISSUER, **claims}))}"
    return f"{text}.{_encoded(hmac.new(key.secret, text.encode(), hashlib.sha256).digest())}"


def _json(document: Mapping[str, Any]) -> bytes:
    return json.dumps(document, separators=(",", ":")).encode()


def _encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
