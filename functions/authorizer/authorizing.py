"""From a request to its bearer."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from authorizer import own_tokens
from authorizer.bearer import token_of
from authorizer.claims import Bearer, checked_end
from authorizer.issuer import Issuer
from authorizer.own_tokens import Keys
from authorizer.refusal import TokenRefused
from authorizer.signatures import claimed_by, head_of
from reelway.tokens import ISSUER


@dataclass(frozen=True, slots=True)
class Authorizer:
    """Knows tokens of the stack's own `keys`, and those of one provider, if there is one."""

    keys: Keys
    issuer: Issuer | None

    def bearer_of(self, event: Mapping[str, Any], now_s: float) -> Bearer:
        """Who has sent this request at `now_s` seconds since the epoch. Raises TokenRefused.

        The claim of who has issued it only chooses the keys: no other issuer's key opens it.
        """
        token = token_of(event)
        kid, issuer = head_of(token).get("kid"), claimed_by(token)
        if issuer == ISSUER:
            claims = own_tokens.claims_of(token, kid, self.keys)
            return replace(own_tokens.bearer_of(claims), until_s=checked_end(claims, now_s))
        if self.issuer is None or issuer != self.issuer.name:
            raise TokenRefused("nobody here knows its issuer")
        claims = self.issuer.claims_of(token, kid)
        return replace(self.issuer.bearer_of(claims), until_s=checked_end(claims, now_s))
