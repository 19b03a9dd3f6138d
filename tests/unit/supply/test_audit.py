import datetime
from pathlib import Path

import pytest

from supply import accepted, locks
from supply.accepted import Accepted, AcceptedFault
from supply.advisories import Asked, Finding
from supply.audit import CLEAN, NOT_ASKED, VULNERABLE, Verdict, verdict_on

TODAY = datetime.date(2026, 11, 26)
FOUND = Finding("npm", "hls.js", "1.0.0", ("CVE-1", "GHSA-1"), "runs scripts")
ASKED = Asked("npm audit", 7, (FOUND,))
UNREACHED = Asked("pip-audit", 9, fault="no route to host")


def entry(until: datetime.date = TODAY, identity: str = "GHSA-1", package: str = "hls.js") -> Accepted:
    return Accepted(identity, package, "not used", until)


def verdict(*asked: Asked, passed_over: tuple[Accepted, ...] = ()) -> Verdict:
    return verdict_on(asked, passed_over, TODAY)


def test_nothing_found_by_all_is_clean() -> None:
    assert verdict(Asked("pip-audit", 9), Asked("npm audit", 7)) == Verdict(
        ["pip-audit: 9 packages", "npm audit: 7 packages", "no open advisory"], CLEAN
    )


def test_nothing_found_where_one_was_not_asked_is_no_clean_result() -> None:
    said = verdict(UNREACHED, Asked("npm audit", 7))
    assert said.code == NOT_ASKED
    assert said.lines[0] == "pip-audit: NOT ASKED about 9 packages: no route to host"
    assert "no open advisory" not in said.lines


def test_what_one_finds_is_told_though_the_other_was_not_asked() -> None:
    said = verdict(UNREACHED, ASKED)
    assert said.code == VULNERABLE
    assert "  hls.js 1.0.0 (npm): CVE-1, GHSA-1: runs scripts" in said.lines


@pytest.mark.parametrize("identity", ["CVE-1", "GHSA-1"])
def test_an_accepted_advisory_is_passed_over_on_its_last_day(identity: str) -> None:
    said = verdict(ASKED, passed_over=(entry(identity=identity),))
    assert said.code == CLEAN
    assert f"  passed over until 2026-11-26: {identity} (hls.js): not used" in said.lines


def test_an_accepted_advisory_counts_again_the_day_after() -> None:
    said = verdict(ASKED, passed_over=(entry(TODAY - datetime.timedelta(days=1)),))
    assert said.code == VULNERABLE
    assert "  accepted.toml: GHSA-1 (hls.js) was accepted until 2026-11-25: look at it again" in said.lines


@pytest.mark.parametrize("other", [entry(package="vue"), entry(identity="GHSA-2")])
def test_another_advisory_is_not_passed_over(other: Accepted) -> None:
    assert verdict(ASKED, passed_over=(other,)).code == VULNERABLE


def test_an_exception_that_is_not_met_any_more_is_told() -> None:
    told = "  accepted.toml: GHSA-2 (hls.js) is not met any more: take it out"
    assert told in verdict(ASKED, passed_over=(entry(identity="GHSA-2"),)).lines
    assert told not in verdict(ASKED, UNREACHED, passed_over=(entry(identity="GHSA-2"),)).lines


@pytest.mark.parametrize("lacking", ["id", "package", "reason", "until"])
def test_an_exception_says_what_why_and_until_when(tmp_path: Path, lacking: str) -> None:
    lines = {"id": '"GHSA-1"', "package": '"hls.js"', "reason": '"not used"', "until": "2027-01-31"}
    file = tmp_path / "accepted.toml"
    file.write_text("\n".join(["[[accepted]]", *(f"{key} = {of}" for key, of in lines.items())]))
    assert accepted.read(file) == [Accepted("GHSA-1", "hls.js", "not used", datetime.date(2027, 1, 31))]

    file.write_text("\n".join(["[[accepted]]", *(f"{k} = {of}" for k, of in lines.items() if k != lacking)]))
    with pytest.raises(AcceptedFault, match=lacking):
        accepted.read(file)


def test_the_projects_own_exceptions_can_be_read() -> None:
    assert all(each.until for each in accepted.read(locks.ROOT / "supply" / "accepted.toml"))
