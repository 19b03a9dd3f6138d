"""The stack's own keys for tokens, in Secrets Manager: the present one, and the one before it."""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import boto3
from botocore.config import Config

from reelway.tokens import TokenKey

_PRESENT, _FORMER = "AWSCURRENT", "AWSPREVIOUS"
# Another key is taken so soon at the latest, and one that was dropped is valid no longer.
_KEPT_S = 300.0
# How soon again for a token whose key is not known: whoever sends such tokens costs no more than that.
_ASKED_AGAIN_S = 10.0


def token_keys(secret: str, config: Config) -> "TokenKeys":
    client: Any = boto3.client("secretsmanager", config=config)
    return TokenKeys(client, secret)


@dataclass(slots=True)
class TokenKeys:
    """The keys of the secret with this ARN; kept in memory, and read again when they are old."""

    client: Any
    secret: str
    clock: Callable[[], float] = time.monotonic
    _keys: Mapping[str, TokenKey] = field(default_factory=dict)
    _read_at: float | None = None

    def present(self) -> TokenKey:
        """The key that signs."""
        self._refresh(_KEPT_S)
        return next(iter(self._keys.values()))

    def find(self, kid: str) -> TokenKey | None:
        """The key that has signed, if it is one of the two that are valid."""
        self._refresh(_KEPT_S)
        if kid not in self._keys:
            self._refresh(_ASKED_AGAIN_S)
        return self._keys.get(kid)

    def _refresh(self, after_s: float) -> None:
        now = self.clock()
        if self._read_at is None or now - self._read_at >= after_s:
            found = [key for stage in (_FORMER, _PRESENT) if (key := self._read(stage))]
            self._keys = {key.kid: key for key in reversed(found)}
            self._read_at = now

    def _read(self, stage: str) -> TokenKey | None:
        """There is no former key until the first rotation."""
        try:
            answer = self.client.get_secret_value(SecretId=self.secret, VersionStage=stage)
        except self.client.exceptions.ResourceNotFoundException:
            if stage == _PRESENT:
                raise
            return None
        stored = json.loads(answer["SecretString"])
        return TokenKey(stored["kid"], stored["key"].encode())
