"""`make scan` finds what is insecure in the template, and skips no check that would pass."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from local import environment
from tests.support.samples import ROOT

TEMPLATE = (ROOT / "template.yaml").read_text()
CONFIGURATION = (ROOT / ".checkov.yaml").read_text()
SKIPPED = re.findall(r"^  - (CKV_\w+)$", CONFIGURATION, re.MULTILINE)


def scan(template: str, folder: Path, *options: str) -> tuple[int, dict[str, Any]]:
    """The scan's status, and its report."""
    (folder / "template.yaml").write_text(template)
    python, file = str(ROOT / ".venv-sam/bin/python"), str(folder / "template.yaml")
    done = subprocess.run(
        [python, "-m", "local.security_scan", file, "--output", "json", *options],
        cwd=ROOT,
        env=environment.building({}),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout, done.stderr
    report: dict[str, Any] = json.loads(done.stdout)
    return done.returncode, report


def failed(report: dict[str, Any]) -> set[tuple[str, str]]:
    """(check, logical id) of what was found."""
    found = report.get("results", {}).get("failed_checks", [])
    return {(check["check_id"], check["resource"].rpartition(".")[2]) for check in found}


@pytest.fixture(scope="module")
def unskipped(tmp_path_factory: pytest.TempPathFactory) -> set[tuple[str, str]]:
    """What is found without the project's configuration, in the template as it is."""
    folder = tmp_path_factory.mktemp("scan")
    (folder / "nothing.yaml").write_text("quiet: true\n")
    return failed(scan(TEMPLATE, folder, "--config-file", str(folder / "nothing.yaml"))[1])


def test_a_public_bucket_and_a_role_that_may_do_everything_are_found(tmp_path: Path) -> None:
    """The first behind a parameter that is off by default, the second in a role that SAM makes."""
    bucket = TEMPLATE.replace(
        "  AccessLogsBucketPolicy:\n",
        "  PublicBucket:\n"
        "    Type: AWS::S3::Bucket\n"
        "    Condition: LogsAccess\n"
        "    Properties: { AccessControl: !If [LogsAccess, PublicRead, Private] }\n\n"
        "  AccessLogsBucketPolicy:\n",
    )
    planted = bucket.replace("Action: s3:ListBucket\n", 'Action: "*"\n', 1).replace(
        "Resource: !GetAtt UploadsBucket.Arn\n", 'Resource: "*"\n', 1
    )
    assert planted != bucket != TEMPLATE

    status, report = scan(planted, tmp_path)

    assert status == 1
    found = failed(report)
    assert ("CKV_AWS_20", "PublicBucket") in found
    assert "UploadFunctionRole" in {name for _, name in found}


def test_every_check_that_is_skipped_would_find_something(unskipped: set[tuple[str, str]]) -> None:
    assert {check for check, _ in unskipped} == set(SKIPPED)


def test_every_skipped_check_has_a_reason() -> None:
    lines = CONFIGURATION.splitlines()
    listed = [n for n, line in enumerate(lines) if re.match(r"  - CKV_", line)]
    assert len(listed) == len(SKIPPED) > 5
    for number in listed:
        assert lines[number - 1].startswith("  #") or (number - 1) in listed
