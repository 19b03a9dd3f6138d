"""What is told after a deploy."""

import json
from pathlib import Path
from typing import Any

import pytest

from account import published
from tests.support.readers import template
from tests.support.samples import ROOT

COSTS: Any = {"encode_hour_1080p30": {"arm64": 0.17, "x86_64": 0.19}}


def results(checkout: Path, **files: Any) -> Path:
    folder = checkout / "bench" / "results"
    folder.mkdir(parents=True)
    for name, content in files.items():
        (folder / f"{name}.json").write_text(json.dumps(content))
    return checkout


def test_the_addresses_come_first_and_the_warning_last(tmp_path: Path) -> None:
    outputs = {"AlarmTopicArn": "arn:aws:sns:…", "Url": "https://d1.cloudfront.net", "RestApiUrl": "hidden"}
    report = published.report(outputs, architecture="arm64", checkout=results(tmp_path, costs=COSTS))

    lines = report.splitlines()
    assert lines[:4] == [
        "page and API  https://d1.cloudfront.net",
        "alarms        arn:aws:sns:…",
        "cost          about $0.17 to process an hour of 1080p30 (docs/costs.md)",
        "test it       make smoke URL=https://d1.cloudfront.net",
    ]
    assert lines[-1].startswith("Access=open: anyone who reaches the address may upload")
    assert "docs/deploy.md#security" in lines[-1]
    assert "hidden" not in report


@pytest.mark.parametrize("access", template.load()["Parameters"]["Access"]["AllowedValues"])
def test_it_is_told_in_one_line_who_may_do_what(access: str, tmp_path: Path) -> None:
    outputs = {"Access": access, "Url": "https://d1"}
    report = published.report(outputs, architecture="arm64", checkout=tmp_path)
    assert report.splitlines()[-1].startswith(f"Access={access}: anyone")
    assert ("make smoke" in report) is (access == "open")


def test_a_dashboard_is_told_where_there_is_one(tmp_path: Path) -> None:
    outputs = {"Url": "https://d1", "DashboardUrl": "https://console"}
    assert "dashboard     https://console" in published.report(
        outputs, architecture="arm64", checkout=tmp_path
    )


def test_without_results_nothing_is_said_of_cost(tmp_path: Path) -> None:
    assert "cost" not in published.report({"Url": "https://d1"}, architecture="arm64", checkout=tmp_path)


@pytest.mark.parametrize(("architecture", "dollars"), [("arm64", 0.17), ("x86_64", 0.19)])
def test_the_cost_is_that_of_the_architecture(tmp_path: Path, architecture: str, dollars: float) -> None:
    assert published.hour_cost(results(tmp_path, costs=COSTS), architecture) == dollars


def test_the_projects_own_results_have_it() -> None:
    cheap, dear = (published.hour_cost(ROOT, name) for name in ("arm64", "x86_64"))
    assert cheap
    assert dear
    assert 0 < cheap < dear < 1
