"""Records which AWS calls a piece of code makes."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3


@contextmanager
def listened(session: boto3.Session) -> Iterator[list[str]]:
    """Collects the calls, as "dynamodb:Query", of the clients created from `session` in the context."""
    calls: list[str] = []

    def note(model: Any, **_: object) -> None:
        calls.append(f"{model.service_model.service_name}:{model.name}")

    session.events.register("before-call", note)
    try:
        yield calls
    finally:
        session.events.unregister("before-call", note)
