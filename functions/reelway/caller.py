"""Who calls the API, and what that caller may do."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self


class Scope(StrEnum):
    """What a token allows, as its claim `scope` has it."""

    UPLOAD = "videos:upload"
    READ = "videos:read"
    DELETE = "videos:delete"
    PLAY = "videos:play"
    WEBHOOKS = "webhooks:manage"
    ADMIN = "admin"  # whatever the others allow, with every owner's videos


@dataclass(frozen=True, slots=True)
class Caller:
    """`owner` is whose videos the caller sees; `video_id` that of an upload grant, whose only video it is."""

    owner: str
    scopes: frozenset[Scope]
    video_id: str | None = None

    @classmethod
    def of(cls, authorized: Mapping[str, Any] | None, now_s: float) -> Self | None:
        """Of what the authorizer has said of a request; None where it said nothing.

        API Gateway keeps that for some minutes, in which a token may have ended: None at `now_s` seconds
        since the epoch, too.
        """
        if not authorized or not authorized.get("owner") or float(authorized.get("until", 0)) <= now_s:
            return None
        scopes = frozenset(Scope(word) for word in authorized["scope"].split() if word in _WORDS)
        return cls(authorized["owner"], scopes, authorized.get("grant") or None)

    @property
    def sees_all(self) -> bool:
        return Scope.ADMIN in self.scopes

    def has(self, scope: Scope) -> bool:
        return self.sees_all or scope in self.scopes

    def may_see(self, video_id: str, owner: str | None) -> bool:
        """Whether the video is the caller's; `owner` is None for a video that nobody knows."""
        if self.sees_all:
            return True
        return owner == self.owner and self.video_id in (None, video_id)


_WORDS = frozenset(Scope)
# Everybody, where no token is asked for: all videos are everybody's.
ANYBODY = Caller("", frozenset(Scope))
