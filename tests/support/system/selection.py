"""Which tests can run on the stack under test."""

from collections.abc import Iterable

import pytest

from tests.support.smoke.stack import TRAITS

MARKERS = (
    "smoke(topic): part of `make smoke`, which asks a stack through its public URL alone",
    "started_here: not for a stack that others use",
    f"only_on(*traits): checks what only such a stack shows: {', '.join(TRAITS)}",
)
# Fixtures that start a system, build one, or act as the owner of its account.
_NOT_BLACK_BOX = {"running", "cloud", "settings", "player"}


def split(
    items: Iterable[pytest.Item], traits: frozenset[str] | None
) -> tuple[list[pytest.Item], list[pytest.Item]]:
    """(tests to run, tests to leave out) on a stack with `traits`; None for one that is started here.

    At a URL only tests run that are marked `smoke`, since others leave behind what they upload. Raises
    UsageError if such a test is not black box.
    """
    kept: list[pytest.Item] = []
    left_out: list[pytest.Item] = []
    for item in items:
        can_run = not missing(item, traits or frozenset())
        if traits is not None:
            can_run = can_run and bool(topic(item)) and not item.get_closest_marker("started_here")
        (kept if can_run else left_out).append(item)
        if topic(item) and _NOT_BLACK_BOX & set(getattr(item, "fixturenames", ())):
            raise pytest.UsageError(f"{item.nodeid} is marked smoke, and needs more than a URL")
    return kept, left_out


def topic(item: pytest.Item) -> str:
    """What the test belongs to in `make smoke`; empty for a test that is no part of it."""
    marker = item.get_closest_marker("smoke")
    return str(marker.args[0]) if marker else ""


def missing(item: pytest.Item, traits: frozenset[str]) -> list[str]:
    """The traits that the test needs and the stack does not have."""
    marker = item.get_closest_marker("only_on")
    return [name for name in (marker.args if marker else ()) if name not in traits]
