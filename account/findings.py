"""What a check has found, and how it is told on a terminal."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

_SUBJECT_WIDTH = 14


class Level(StrEnum):
    """How bad a finding is: only `FAILED` keeps a deploy from starting."""

    OK = "ok"
    WARNING = "warn"
    FAILED = "fail"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: what was found, and the command or parameter that mends it."""

    level: Level
    subject: str
    found: str
    remedy: str = ""


def ok(subject: str, found: str) -> Finding:
    return Finding(Level.OK, subject, found)


def warning(subject: str, found: str, remedy: str = "") -> Finding:
    return Finding(Level.WARNING, subject, found, remedy)


def failed(subject: str, found: str, remedy: str = "") -> Finding:
    return Finding(Level.FAILED, subject, found, remedy)


def have_failed(findings: Sequence[Finding]) -> bool:
    return any(finding.level == Level.FAILED for finding in findings)


def report(findings: Sequence[Finding]) -> str:
    """All findings in the order in which they were made, then a line that counts them."""
    lines = [line for finding in findings for line in _lines(finding)]
    return "\n".join([*lines, "", _summary(findings)])


def _lines(finding: Finding) -> list[str]:
    first = f"{finding.level:<4}  {finding.subject:<{_SUBJECT_WIDTH}}  {finding.found}"
    indent = " " * (6 + _SUBJECT_WIDTH + 2)
    return [first, *(f"{indent}→ {line}" for line in finding.remedy.splitlines())]


def _summary(findings: Sequence[Finding]) -> str:
    failures = sum(finding.level == Level.FAILED for finding in findings)
    warnings = sum(finding.level == Level.WARNING for finding in findings)
    counted = f"{_count(failures, 'problem')}, {_count(warnings, 'warning')}"
    if failures:
        return f"{counted}. Nothing was changed; a deploy would fail."
    return f"{counted}. Ready to deploy."


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
