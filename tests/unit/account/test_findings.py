"""Findings as a person reads them."""

from account import findings
from account.findings import failed, ok, warning


def test_each_finding_is_a_line_with_its_remedies_below() -> None:
    report = findings.report([ok("region", "eu-central-1"), failed("memory", "too much", "do this\nor that")])

    assert report.splitlines() == [
        "ok    region          eu-central-1",
        "fail  memory          too much",
        "                      → do this",
        "                      → or that",
        "",
        "1 problem, 0 warnings. Nothing was changed; a deploy would fail.",
    ]


def test_warnings_let_a_deploy_start() -> None:
    found = [ok("region", "x"), warning("memory", "much")]

    assert not findings.have_failed(found)
    assert findings.report(found).endswith("0 problems, 1 warning. Ready to deploy.")
    assert findings.have_failed([*found, failed("stack", "gone")])
