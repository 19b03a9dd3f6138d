"""A stack with Access=token, beside the system under test and on its emulator, with an edge of its own."""

import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from local import deployment, edge_process
from local.settings import Settings, on_free_ports
from local.system import System
from reelway import tokens
from reelway.adapters.token_keys import TokenKeys
from reelway.caller import Scope
from tests.support.doubles import identity_provider
from tests.support.doubles.identity_provider import IdentityProvider
from tests.support.doubles.provider import AUDIENCE
from tests.support.system.client import Client
from tests.support.system.cloud import Cloud

STACK_NAME = "reelway-tokens"
EVERYTHING = (Scope.UPLOAD, Scope.READ, Scope.DELETE, Scope.PLAY, Scope.WEBHOOKS)
"""What an owner may do; `Scope.ADMIN` sees all owners."""


@dataclass(frozen=True, slots=True)
class TokenStack:
    """`url` is that of the edge; `cloud` is the account's view of this stack.

    Tokens of `provider` are taken as well, where people sign in on the page.
    """

    url: str
    cloud: Cloud
    settings: Settings
    provider: IdentityProvider

    @property
    def key(self) -> tokens.TokenKey:
        """The stack's own key, which signs tokens."""
        client = self.cloud.client("secretsmanager")
        return TokenKeys(client, self.cloud.physical_id("TokenKey")).present()

    def token(self, owner: str = "alice", *scopes: str, **claims: Any) -> str:
        """A token of an hour for `owner`, by default with `EVERYTHING`; `claims` replace those of it."""
        now_s = int(time.time())
        said = {
            "aud": tokens.CALLS,
            "sub": owner,
            "scope": " ".join(scopes or EVERYTHING),
            "iat": now_s,
            "exp": now_s + 3600,
        }
        return tokens.signed(said | claims, self.key)

    def client(self, owner: str = "alice", *scopes: str) -> Client:
        """A client that sends a token of this owner with each request and handshake."""
        return Client(self.url, token=self.token(owner, *scopes))

    def follow(self, running: Settings) -> None:
        """Its edge starts again after the emulator has, whose guard knows it by a new secret then."""
        edge_process.stop(self.settings)
        _start_edge(self.settings, running, self.cloud.outputs)

    def stranger(self) -> Client:
        """A client without a token."""
        return Client(self.url)


@contextmanager
def deployed(running: System, settings: Settings, folder: Path) -> Iterator[TokenStack]:
    """Deploys the build that is running, and stops the edge in the end; the emulator forgets the rest."""
    with identity_provider.running() as provider:
        yield from _deployed(running, settings, folder, provider)


def _deployed(
    running: System, settings: Settings, folder: Path, provider: IdentityProvider
) -> Iterator[TokenStack]:
    own = replace(
        settings,
        state=folder,
        edge_port=on_free_ports(folder).edge_port,
        stack_name=STACK_NAME,
        access="token",
        parameters=(
            ("AuthIssuer", provider.url),
            ("AuthAudience", AUDIENCE),
            ("AuthClientId", identity_provider.CLIENT),
        ),
    )
    own.temporary.mkdir(parents=True)
    outputs = deployment.deploy(own).outputs
    system = System(own.edge_url, outputs, running.endpoint, STACK_NAME)
    cloud = Cloud(system)
    cloud.disable_schedules()
    _start_edge(own, settings, outputs)
    try:
        yield TokenStack(own.edge_url, cloud, own, provider)
    finally:
        edge_process.stop(own)


def _start_edge(own: Settings, running: Settings, outputs: Mapping[str, str]) -> None:
    shutil.copy(running.guard_secret, own.guard_secret)
    edge_process.start(own, outputs["DistributionId"])
