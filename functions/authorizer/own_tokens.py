"""Tokens that the stack's own key has signed: for the API, and grants to upload one video."""

from collections.abc import Mapping
from typing import Any, Protocol

from authorizer.claims import Bearer, owner_of, scopes_of
from authorizer.refusal import TokenRefused
from authorizer.signatures import check_audience, verified
from reelway.caller import Scope
from reelway.tokens import CALLS, UPLOADS, TokenKey
from reelway.video import is_video_id

# Of an upload grant, with its one video.
GRANTED = frozenset({Scope.UPLOAD, Scope.READ})


class Keys(Protocol):
    def find(self, kid: str) -> TokenKey | None:
        """The key of this id, if it is valid."""


def claims_of(token: str, kid: Any, keys: Keys) -> Mapping[str, Any]:
    """Raises TokenRefused unless one of the stack's keys has signed the token."""
    key = keys.find(kid) if isinstance(kid, str) else None
    if key is None:
        raise TokenRefused("no key of the stack has its kid")
    return verified(token, key.secret, "HS256")


def bearer_of(claims: Mapping[str, Any]) -> Bearer:
    """Raises TokenRefused for claims that the stack does not make."""
    if claims.get("aud") == UPLOADS:
        video_id = claims.get("sub")
        if not isinstance(video_id, str) or not is_video_id(video_id):
            raise TokenRefused("its sub is no video")
        return Bearer(owner_of(claims.get("own")), GRANTED, video_id)
    check_audience(claims, CALLS)
    return Bearer(owner_of(claims.get("sub")), scopes_of(claims, own=True))
