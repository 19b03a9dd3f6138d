"""`make smoke`: exit status 0 if all checks passed, 1 if some failed, 2 if the stack could not be tested."""

import argparse
import os
import sys

import pytest

from tests.support.samples import ROOT
from tests.support.smoke import stack
from tests.support.smoke.report import TOPICS, Report

_PYTEST = [
    "--rootdir",
    str(ROOT),
    "--override-ini=addopts=--strict-markers",
    *("-p", "no:terminal"),
    *("-p", "no:cacheprovider"),
    # httpx is imported before pytest could rewrite the asserts of anyio's plugin, which no test uses.
    *("-W", "ignore::pytest.PytestAssertRewriteWarning"),
]

_INTRODUCTION = """\
Reelway at {url} ({has})
Some twenty small files are uploaded and deleted at the end, 35 MB with those that must be refused.
Videos of others are left alone.
"""


def main(arguments: list[str]) -> int:
    """Test the stack that the arguments name."""
    parser = argparse.ArgumentParser(
        prog="smoke", description="Test a deployed stack through its public URL."
    )
    parser.add_argument("url", nargs="?", default="")
    parser.add_argument("--origin", default="", help="ask as a page of this origin")
    parser.add_argument("--topic", default="", help="test only this one")
    asked = parser.parse_args(arguments)
    try:
        found, topics = stack.at(asked.url, asked.origin), _topics(asked.topic)
    except stack.CannotTest as error:
        print(f"smoke: {error}", file=sys.stderr)
        return 2
    with os.fdopen(os.dup(sys.stdout.fileno()), "w") as out:  # pytest replaces stdout, to capture it
        return _run(Report(found, out, topics), asked.origin)


def _topics(name: str) -> tuple[str, ...]:
    if not name:
        return TOPICS
    if name not in TOPICS:
        raise stack.CannotTest(f"there is no topic {name!r}; there are: {', '.join(TOPICS)}.")
    return (name,)


def _run(report: Report, origin: str) -> int:
    has = ", ".join(sorted(report.stack.traits & {stack.CLOUDFRONT, stack.HTTPS}))
    print(
        _INTRODUCTION.format(url=report.stack.url, has=has or "no https, no CloudFront"),
        file=report.out,
        flush=True,
    )
    aim = ["--url", report.stack.url, "--origin", origin]
    result = pytest.main([*_PYTEST, str(ROOT / "tests" / "e2e"), *aim], plugins=[report])
    if result not in {pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED}:
        print(f"smoke: the test ended early ({pytest.ExitCode(result).name.lower()}).", file=sys.stderr)
        return 2
    report.conclude()
    return int(result)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
