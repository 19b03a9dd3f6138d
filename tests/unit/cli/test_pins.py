"""The command line is run and tested with the same versions of its libraries."""

import re
import tomllib

from tests.support.readers import locks
from tests.support.samples import ROOT


def pins(name: str) -> dict[str, str]:
    """Version by library, as a file in requirements/ pins them."""
    return locks.versions(ROOT / "requirements" / name)


def at_the_head() -> dict[str, str]:
    """The same of the script itself (PEP 723)."""
    script = (ROOT / "cli" / "reelway.py").read_text()
    block = re.search(r"(?m)^# /// script$\n((?:^#(?: .*)?$\n)+?)^# ///$", script)
    assert block
    declared = tomllib.loads("\n".join(line[2:] for line in block[1].splitlines()))
    assert declared["requires-python"] == ">=3.11"
    return dict(line.split("==") for line in declared["dependencies"])


def test_the_script_and_make_cli_ask_for_the_same() -> None:
    assert at_the_head() == pins("cli.in")


def test_everything_is_tested_in_the_version_that_is_installed() -> None:
    tested = pins("local.txt") | pins("dev.txt")

    assert at_the_head().items() <= tested.items()
    assert pins("cli.in").items() <= pins("cli.txt").items() <= tested.items()


def test_what_tests_ask_for_by_name_is_what_they_get() -> None:
    assert pins("dev.in").keys() >= {"platformdirs", "tenacity", "httpx", "m3u8", "websockets"}
    for name in ("dev", "local"):
        assert pins(f"{name}.in").items() <= pins(f"{name}.txt").items()
