"""What a token says of its bearer, and of when it is valid."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from authorizer.refusal import TokenRefused
from reelway.caller import Scope

Claims = Mapping[str, Any]

# Other clocks may be wrong by so much.
LEEWAY_S: Final = 30
# It is a part of keys: as long as an issuer may make it (OpenID Connect Core, section 2), and without spaces,
# controls and what separates the parts of keys.
_OWNER = re.compile(r"[A-Za-z0-9._~:/@|+=-]{1,255}")
_KNOWN = frozenset(Scope)
# Words of others are none of ours: openid, profile, offline_access. These would be ours, and are misspelt.
_OURS = ("videos:", "webhooks:")


@dataclass(frozen=True, slots=True)
class Bearer:
    """Who sends a request: `owner`, what the token allows, and the one video of an upload grant.

    `until_s` is when the token ends, in seconds since the epoch.
    """

    owner: str
    scopes: frozenset[Scope]
    grant: str = ""
    until_s: int = 0


def checked_end(claims: Claims, now_s: float) -> int:
    """Until when the token is taken, in seconds since the epoch.

    Raises TokenRefused unless the token has an end, and is valid at `now_s`.
    """
    ends_s, begins_s, made_s = (_time(claims, name) for name in ("exp", "nbf", "iat"))
    if ends_s is None:
        raise TokenRefused("it has no exp")
    if now_s >= ends_s + LEEWAY_S:
        raise TokenRefused("it has expired")
    if max(begins_s or 0, made_s or 0) > now_s + LEEWAY_S:
        raise TokenRefused("it is not valid yet")
    return math.ceil(ends_s) + LEEWAY_S


def owner_of(value: Any) -> str:
    """Raises TokenRefused for what cannot be an owner."""
    if not isinstance(value, str) or not _OWNER.fullmatch(value):
        raise TokenRefused("its owner is missing, too long, or has other characters than a name may have")
    return value


def scopes_of(claims: Claims, *, own: bool) -> frozenset[Scope]:
    """The scopes in `scope`, else in `scp`: words with spaces between them, or a list.

    Raises TokenRefused for words that would be ours and are not; in a token of the stack's `own`, for any.
    """
    said = claims.get("scope", claims.get("scp", ""))
    words = said.split() if isinstance(said, str) else said
    if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
        raise TokenRefused("its scope is no list of words")
    if any(word not in _KNOWN and (own or word.startswith(_OURS)) for word in words):
        raise TokenRefused("it has an unknown scope")
    return frozenset(Scope(word) for word in words if word in _KNOWN)


def _time(claims: Claims, name: str) -> float | None:
    """Seconds since the epoch; None if the claim is not there."""
    value = claims.get(name)
    if name not in claims:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise TokenRefused(f"its {name} is no time")
    return value
