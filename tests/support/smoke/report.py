"""A plugin of pytest that shows a person what a stack was asked, topic by topic, and what it was not."""

import re
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TextIO

import pytest

from tests.support.smoke.stack import Stack
from tests.support.system import selection

# In the order of the report; docs/smoke-test.md says what belongs to each.
TOPICS = (
    "the contract",
    "uploading by form",
    "uploading to storage",
    "status by socket",
    "names",
    "the list of ready videos",
    "the service's status",
    "playlists",
    "segments",
    "HEAD",
    "errors",
    "deleting",
    "page",
    "buckets",
    "https",
    "CloudFront",
)
_MESSAGE_LINES = 4
_TOPIC_WIDTH = 28


@dataclass(slots=True)
class Report:
    """Shows the tests of one run on `out`. `topics` are those to test."""

    stack: Stack
    out: TextIO
    topics: tuple[str, ...] = TOPICS
    checks: int = 0
    failed: int = 0
    _left_out: list[str] = field(default_factory=list)
    _topic: str = ""
    _passed: int = 0
    _failures: dict[str, list[str]] = field(default_factory=dict)
    _began: float = field(default_factory=time.monotonic)
    _topic_began: float = 0

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Tests of one topic follow one another."""
        asked = [item for item in items if selection.topic(item) in self.topics]
        items[:] = sorted(asked, key=lambda item: TOPICS.index(selection.topic(item)))

    def pytest_deselected(self, items: list[pytest.Item]) -> None:
        """Tests that the stack cannot be asked are named at the end, those of other topics are not."""
        for item in items:
            needed = selection.missing(item, self.stack.traits)
            if needed and selection.topic(item) in self.topics:
                self._left_out.append(f"{sentence(item.nodeid)} (needs {', '.join(needed)})")

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        if selection.topic(item) != self._topic:
            self._end_topic()
            self._topic, self._topic_began = selection.topic(item), time.monotonic()
            self._show(f"  {self._topic:<{_TOPIC_WIDTH}}", end="")

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self._failures.setdefault(message_of(report), []).append(sentence(report.nodeid))
        elif report.when == "call":
            self._passed += 1

    def pytest_sessionfinish(self) -> None:
        self._end_topic()

    def conclude(self) -> None:
        """Show what was not checked, and the sum."""
        if self._left_out:
            self._show("Not checked here:\n" + "\n".join(f"  {each}" for each in self._left_out))
        result = f"{self.failed} failed" if self.failed else "all passed"
        self._show(f"{self.checks} checks in {time.monotonic() - self._began:.0f} s, {result}.")
        self._show("What needs an AWS account to be checked: docs/smoke-test.md, part 2.")

    def _end_topic(self) -> None:
        if not self._topic:
            return
        failed = sum(len(names) for names in self._failures.values())
        verdict = f"{failed} FAILED" if failed else "ok"
        checks, took_s = self._passed + failed, time.monotonic() - self._topic_began
        self._show(f"{verdict:<10}{checks:4} checks{took_s:6.0f} s")
        for message, names in self._failures.items():
            alike = Counter(name.partition(" [")[0] for name in names)
            self._show("".join(f"    {name}{_times(count)}\n" for name, count in alike.items()), end="")
            self._show("".join(f"        {line}\n" for line in message.splitlines()), end="")
        self.checks, self.failed = self.checks + checks, self.failed + failed
        self._topic, self._passed, self._failures = "", 0, {}

    def _show(self, text: str, end: str = "\n") -> None:
        print(text, end=end, file=self.out, flush=True)


def sentence(nodeid: str) -> str:
    """What a test says, by its name: 'a range is 206 [bytes=0-0]'."""
    name, bracket, values = nodeid.rpartition("::")[2].partition("[")
    said = re.sub(r"(\d) (\d)", r"\1.\2", name.removeprefix("test_").replace("_", " "))
    said = re.sub(r"\b(api|cors|http|https|s3|tls)\b", lambda found: found[0].upper(), said)
    return f"{said} [{values}" if bracket else said


def message_of(report: pytest.TestReport) -> str:
    """The first lines of what went wrong, and where."""
    crash = getattr(report.longrepr, "reprcrash", None)
    if crash is None:
        return "\n".join(report.longreprtext.splitlines()[-_MESSAGE_LINES:])
    lines = str(crash.message).splitlines()[:_MESSAGE_LINES]
    return "\n".join([*lines, f"({crash.path}:{crash.lineno})"])


def _times(count: int) -> str:
    return f" ({count} times)" if count > 1 else ""
