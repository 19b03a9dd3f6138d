"""An OpenID Connect provider: its keys, by discovery, and what its tokens say.

https://openid.net/specs/openid-connect-discovery-1_0.html, sections 3 and 4; keys as in RFC 7517.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

import jwt

from authorizer.claims import Bearer, owner_of, scopes_of
from authorizer.refusal import TokenRefused
from authorizer.signatures import check_audience, verified

KEPT_S: Final = 3600.0
# Whoever sends tokens with ids of no key makes the provider be asked no more often.
ASKED_AGAIN_S: Final = 10.0
_MIN_RSA_BITS = 2048
# An algorithm is bound to a kind of key: nothing else is verified by it.
_ALGORITHMS = {("RSA", None): "RS256", ("EC", "P-256"): "ES256"}


@dataclass(slots=True)
class Issuer:
    """The provider at the URL `name`; `fetch` gets JSON objects, and raises what the caller should see."""

    name: str
    audience: str
    fetch: Callable[[str], Mapping[str, Any]]
    clock: Callable[[], float] = time.monotonic
    _keys: Mapping[str, jwt.PyJWK] = field(default_factory=dict)
    _asked_at: float | None = None

    def claims_of(self, token: str, kid: Any) -> Mapping[str, Any]:
        """Raises TokenRefused unless one of the provider's keys has signed the token."""
        key = self._find(kid) if isinstance(kid, str) else None
        if key is None:
            raise TokenRefused("no key of the issuer has its kid")
        return verified(token, key.key, key.algorithm_name)

    def bearer_of(self, claims: Mapping[str, Any]) -> Bearer:
        """Raises TokenRefused for tokens that are not meant for this API."""
        check_audience(claims, self.audience)
        return Bearer(owner_of(claims.get("sub")), scopes_of(claims, own=False))

    def _find(self, kid: str) -> jwt.PyJWK | None:
        self._refresh(KEPT_S)
        if kid not in self._keys:
            self._refresh(ASKED_AGAIN_S)
        return self._keys.get(kid)

    def _refresh(self, after_s: float) -> None:
        """Keys that are old are kept while the provider does not answer; without any, its error is raised."""
        now = self.clock()
        if self._asked_at is not None and now - self._asked_at < after_s:
            return
        try:
            self._keys = self._fetched()
        except Exception:
            if not self._keys:
                raise
        self._asked_at = now

    def _fetched(self) -> Mapping[str, jwt.PyJWK]:
        described = self.fetch(f"{self.name.rstrip('/')}/.well-known/openid-configuration")
        if described.get("issuer") != self.name:
            raise ValueError(f"{self.name} calls itself {described.get('issuer')!r}")
        address = described.get("jwks_uri")
        if not isinstance(address, str) or urlsplit(address).scheme not in (
            "https",
            urlsplit(self.name).scheme,
        ):
            raise ValueError(f"{self.name} has its keys at {address!r}; expected an https URL")
        listed = self.fetch(address).get("keys")
        return dict(filter(None, map(_key, listed if isinstance(listed, list) else ())))


def _key(entry: Any) -> tuple[str, jwt.PyJWK] | None:
    """A key that may sign tokens, by its id; None for all others."""
    if (
        not isinstance(entry, dict)
        or entry.get("use", "sig") != "sig"
        or not isinstance(entry.get("kid"), str)
    ):
        return None
    algorithm = _ALGORITHMS.get((entry.get("kty", ""), entry.get("crv")))
    if algorithm is None or entry.get("alg", algorithm) != algorithm:
        return None
    try:
        key = jwt.PyJWK(entry, algorithm)
    except (jwt.PyJWTError, ValueError, TypeError):
        return None
    return None if algorithm == "RS256" and key.key.key_size < _MIN_RSA_BITS else (entry["kid"], key)
