"""`make audit`: which locked packages are known to be vulnerable, or that this could not be found out.

Exits with 0 when every service was asked and nothing is open, 1 for vulnerable packages, 2 where a service
could not be asked: that nothing was found says nothing then.
"""

import argparse
import datetime
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from supply import accepted, advisories, bundled
from supply.accepted import Accepted
from supply.advisories import Asked, Finding
from supply.locks import ROOT

CLEAN: Final = 0
VULNERABLE: Final = 1
NOT_ASKED: Final = 2


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is to be printed, and the exit code."""

    lines: Sequence[str]
    code: int


def main(arguments: Sequence[str] = ()) -> int:
    options = _parser().parse_args(arguments)
    asked = [
        advisories.ask_pip(advisories.pip_audit(), ROOT, url=options.osv_url),
        advisories.ask_npm(ROOT, registry=options.npm_registry),
    ]
    passed_over = accepted.read(options.accepted)
    verdict = verdict_on(asked, passed_over, datetime.datetime.now(datetime.UTC).date())
    print("\n".join([*verdict.lines, *_by_hand(ROOT)]))
    return verdict.code


def verdict_on(asked: Iterable[Asked], passed_over: Sequence[Accepted], today: datetime.date) -> Verdict:
    asked = list(asked)
    valid = [each for each in passed_over if each.until >= today]
    findings = [finding for each in asked for finding in each.findings]
    unasked = [each for each in asked if each.fault is not None]
    remaining = [each for each in findings if not any(_covers(entry, each) for entry in valid)]
    lines = [
        *_services(asked),
        *map(_finding, remaining),
        *_exceptions(passed_over, findings, today, bool(unasked)),
    ]
    if remaining:
        return Verdict([*lines, f"VULNERABLE: {len(remaining)} advisories are open"], VULNERABLE)
    if unasked:
        names = " and ".join(each.service for each in unasked)
        return Verdict(
            [*lines, f"NOT AUDITED: {names} could not be asked; this is no clean result"], NOT_ASKED
        )
    return Verdict([*lines, "no open advisory"], CLEAN)


def _covers(entry: Accepted, finding: Finding) -> bool:
    return entry.package == finding.package and entry.id in finding.ids


def _services(asked: Iterable[Asked]) -> Iterator[str]:
    for each in asked:
        said = (
            f"NOT ASKED about {each.count} packages: {each.fault}" if each.fault else f"{each.count} packages"
        )
        yield f"{each.service}: {said}"


def _finding(finding: Finding) -> str:
    summary = f": {finding.summary}" if finding.summary else ""
    return f"  {finding.package} {finding.version} ({finding.ecosystem}): {', '.join(finding.ids)}{summary}"


def _exceptions(
    passed_over: Iterable[Accepted], findings: Sequence[Finding], today: datetime.date, is_partial: bool
) -> Iterator[str]:
    for entry in passed_over:
        is_met, of = any(_covers(entry, each) for each in findings), f"{entry.id} ({entry.package})"
        if entry.until < today:
            yield f"  accepted.toml: {of} was accepted until {entry.until}: look at it again"
        elif is_met:
            yield f"  passed over until {entry.until}: {of}: {entry.reason}"
        elif not is_partial:
            yield f"  accepted.toml: {of} is not met any more: take it out"


def _by_hand(root: Path) -> list[str]:
    """What none of the services knows, because it is no package of pip's or npm's."""
    versions = (
        f"ffmpeg {bundled.ffmpeg_version(root)} and FFmpeg {bundled.pyav_ffmpeg_version(root)} (in PyAV)"
    )
    return [f"by hand: {versions}: https://ffmpeg.org/security.html"]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make audit", description=__doc__)
    parser.add_argument("--osv-url", help="another service of OSV's kind")
    parser.add_argument("--npm-registry", help="another registry than npm's settings name")
    parser.add_argument("--accepted", type=Path, default=ROOT / "supply" / "accepted.toml")
    return parser
