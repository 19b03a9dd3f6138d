"""Upload grants where no token is asked for: whoever shows one uploads its video, as everywhere else."""

import base64
import hmac
import json
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from reelway import tokens
from reelway.access import Access
from reelway.caller import Caller, Scope
from reelway.tokens import TokenKey

_BEARER = re.compile(r"bearer +([\w-]+\.[\w-]+\.[\w-]+) *", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Bearers:
    """With Access=token the authorizer has read the token; else nobody has. `find(kid)` gives a key."""

    access: Access
    find: Callable[[str], TokenKey | None]
    now_s: Callable[[], float] = time.time

    def of(self, caller: Caller, headers: Mapping[str, str]) -> Caller:
        """The caller, or who has sent an upload grant. What is none is passed over: nothing is asked for."""
        found = _BEARER.fullmatch(headers.get("authorization", ""))
        if self.access is Access.TOKEN or found is None:
            return caller
        video_id = self._granted(found[1])
        return Caller(caller.owner, caller.scopes - {Scope.ADMIN}, video_id) if video_id else caller

    def _granted(self, token: str) -> str | None:
        """The video of a grant that is valid: of the same text as one that the stack's key signs now."""
        try:
            head, claims = map(_decoded, token.split(".")[:2])
            key = self.find(head["kid"])
            if key is None or not hmac.compare_digest(tokens.signed(claims, key), token):
                return None
            is_grant = claims["aud"] == tokens.UPLOADS and claims["exp"] > self.now_s()
            return str(claims["sub"]) if is_grant else None
        except (LookupError, TypeError, ValueError, RecursionError):
            return None


def _decoded(part: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return document
