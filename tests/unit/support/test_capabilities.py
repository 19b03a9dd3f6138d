"""A test is skipped by the name of what the emulator lacks; a name that does not exist fails."""

import ast
import re
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.support.samples import ROOT
from tests.support.system.capabilities import ALL, MEANINGS, without
from tests.support.system.client import Client
from tests.support.system.cloud import Cloud


def named_in(path: Path) -> list[str]:
    """All that a file names as a capability: by a marker, or where a client requires it."""
    calls = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
    return [
        str(argument.value)
        for call in calls
        if isinstance(call.func, ast.Attribute) and call.func.attr in ("needs", "require")
        for argument in call.args
        if isinstance(argument, ast.Constant)
    ]


def test_what_is_lacking_skips_with_its_name_and_meaning() -> None:
    few = without(["websockets", "iam"])

    few.require("distribution", "processing")
    with pytest.raises(pytest.skip.Exception, match="needs iam: policies of roles and queues"):
        few.require("distribution", "iam")


def test_our_own_emulator_lacks_nothing() -> None:
    ALL.require(*MEANINGS)


def test_a_name_that_does_not_exist_is_an_error_and_no_skip() -> None:
    with pytest.raises(KeyError):
        ALL.require("websocket")


def test_every_capability_is_needed_by_some_test_and_no_other_is() -> None:
    needed = {
        name
        for folder in ("e2e", "integration", "browser", "support/system")
        for path in (ROOT / "tests" / folder).rglob("*.py")
        for name in named_in(path)
    }
    assert needed == set(MEANINGS)


def test_sockets_skip_where_there_are_none() -> None:
    with (
        Client("http://127.0.0.1:9", capabilities=without(["websockets"])) as client,
        pytest.raises(pytest.skip.Exception, match="needs websockets"),
    ):
        client.open_socket("a")


@pytest.mark.parametrize("name", ["denied", "without_functions", "log_lines"])
def test_outages_skip_where_they_cannot_be_made(name: str) -> None:
    cloud = object.__new__(Cloud)
    cloud.capabilities = without(MEANINGS)
    arguments = {"denied": ("VideosFunction", "s3:*"), "log_lines": ("text",)}.get(name, ())
    with pytest.raises(pytest.skip.Exception), ExitStack() as outage:
        outage.enter_context(getattr(cloud, name)(*arguments))


# They attack what stands before an emulator of our own alone: its guard, and the edge's routes.
ATTACKS = {
    "tests/browser/test_foreign_pages.py",
    "tests/e2e/test_attacks.py",
    "tests/integration/test_guard.py",
}


def test_no_test_knows_an_emulator_by_its_name_or_its_addresses() -> None:
    knowing = {
        str(path.relative_to(ROOT))
        for folder in ("e2e", "integration", "browser", "support/system")
        for path in (ROOT / "tests" / folder).rglob("*.py")
        if re.search(r"ministack|\blocalstack|/_aws|:4566", path.read_text(), re.IGNORECASE)
    }
    assert knowing == ATTACKS
