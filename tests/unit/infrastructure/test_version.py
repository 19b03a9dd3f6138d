"""One version, wherever it is asked for."""

import json
import re
import tomllib
from collections.abc import Callable

import pytest

from cli import reelway
from reelway.adapters.telemetry import Metrics
from reelway.version import VERSION
from tests.support.readers import descriptions
from tests.support.samples import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


@pytest.mark.parametrize(
    "read",
    [
        lambda: PROJECT["version"],
        lambda: descriptions.openapi()["info"]["version"],
        lambda: descriptions.asyncapi()["info"]["version"],
        lambda: re.findall(r"(?m)^## \[(\d.*?)\]", (ROOT / "CHANGELOG.md").read_text())[0],
    ],
    ids=["pyproject", "openapi", "asyncapi", "changelog"],
)
def test_files_name_the_version_of_the_functions(read: Callable[[], str]) -> None:
    assert read() == VERSION


def test_the_command_line_prints_it(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        reelway.main(["--version"])

    assert capsys.readouterr().out == f"reelway {VERSION}\n"


def test_a_metric_carries_it_beside_its_dimensions(capsys: pytest.CaptureFixture[str]) -> None:
    Metrics("reelway").count("VideosReady")
    written = json.loads(capsys.readouterr().out)

    assert written["version"] == VERSION
    assert written["_aws"]["CloudWatchMetrics"][0]["Dimensions"] == [["stack"]]


def test_the_license_is_the_same_everywhere() -> None:
    assert (ROOT / "LICENSE").read_text().startswith("MIT License\n")
    assert PROJECT["license"] == "MIT"
    assert "# SPDX-License-Identifier: MIT\n" in (ROOT / "cli" / "reelway.py").read_text()
    for description in (descriptions.openapi(), descriptions.asyncapi()):
        assert description["info"]["license"]["name"] == "MIT"
