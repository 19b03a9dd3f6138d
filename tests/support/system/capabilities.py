"""What an emulator can do for the tests; a test that needs more is skipped, and names what is missing."""

from collections.abc import Iterable
from dataclasses import dataclass

import pytest

MEANINGS = {
    "restart": "an emulator that the tests start and stop themselves",
    "distribution": "CloudFront's API, by which the edge is put in front of the stack",
    "websockets": "the WebSocket API, behind the distribution",
    "custom_resource": "the custom resource that copies the page into its bucket",
    "processing": "an upload that becomes READY: layers, the upload's event and queue, the state machine",
    "binary_answers": "the REST API, passing on bytes that a function answers with",
    "sent_bodies": "the REST API, passing on a form as the client sent it",
    "iam": "policies of roles and queues that are enforced",
    "log_group": "functions that log into the group that the template names",
    "reserved_concurrency": "functions that cannot run while their reserved concurrency is 0",
}


@dataclass(frozen=True, slots=True)
class Capabilities:
    """All of `MEANINGS` but those in `lacking`."""

    lacking: frozenset[str] = frozenset()

    def has(self, name: str) -> bool:
        """Raises KeyError for a name that is not in `MEANINGS`."""
        return bool(MEANINGS[name]) and name not in self.lacking

    def require(self, *names: str) -> None:
        """Skip the running test if one of these is lacking."""
        for name in names:
            if not self.has(name):
                pytest.skip(f"needs {name}: {MEANINGS[name]}")


ALL = Capabilities()


def without(names: Iterable[str]) -> Capabilities:
    return Capabilities(frozenset(names))
