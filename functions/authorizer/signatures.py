"""Checking a token's signature; the key decides on the algorithm, never the token."""

import json
from collections.abc import Mapping
from typing import Any

import jwt

from authorizer.refusal import TokenRefused


def head_of(token: str) -> Mapping[str, Any]:
    """The token's head, which nobody vouches for. Raises TokenRefused."""
    try:
        return jwt.get_unverified_header(token)
    except (jwt.PyJWTError, ValueError, RecursionError) as error:
        raise TokenRefused("its head cannot be read") from error


def claimed_by(token: str) -> Any:
    """The issuer that the token says it has, which nobody vouches for. Raises TokenRefused."""
    try:
        claims = jwt.decode(token, options={"verify_signature": False})
    except (jwt.PyJWTError, ValueError, RecursionError, OverflowError) as error:
        raise TokenRefused("its claims cannot be read") from error
    return claims.get("iss")


def verified(token: str, key: Any, algorithm: str) -> Mapping[str, Any]:
    """The claims of a token that `key` has signed by `algorithm`. Raises TokenRefused."""
    try:
        content = jwt.PyJWS().decode(token, key, algorithms=[algorithm])
        claims = json.loads(content)
    except (jwt.PyJWTError, ValueError, RecursionError, TypeError) as error:
        raise TokenRefused(f"its signature is not good: {type(error).__name__}") from error
    if not isinstance(claims, dict):
        raise TokenRefused("its claims are no object")
    return claims


def check_audience(claims: Mapping[str, Any], audience: str) -> None:
    """Raises TokenRefused unless the token is meant for `audience`, alone or among others."""
    meant = claims.get("aud")
    if audience not in (meant if isinstance(meant, list) else [meant]):
        raise TokenRefused("it is for another audience")
