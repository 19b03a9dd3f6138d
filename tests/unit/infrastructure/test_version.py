"""One version, wherever it is asked for."""

import json
import re
import tomllib
from collections.abc import Callable

import pytest
import yaml

from cli import reelway
from reelway.adapters import telemetry
from reelway.version import VERSION
from tests.support.samples import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def _info(name: str) -> dict[str, object]:
    described: dict[str, dict[str, object]] = yaml.safe_load((ROOT / "docs" / name).read_text())
    return described["info"]


@pytest.mark.parametrize(
    "read",
    [
        lambda: PROJECT["version"],
        lambda: _info("openapi.yaml")["version"],
        lambda: _info("asyncapi.yaml")["version"],
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
    telemetry.count("VideosReady")
    written = json.loads(capsys.readouterr().out)

    assert written["version"] == VERSION
    assert written["_aws"]["CloudWatchMetrics"][0]["Dimensions"] == [["stack"]]


def test_the_license_is_the_same_everywhere() -> None:
    assert (ROOT / "LICENSE").read_text().startswith("MIT License\n")
    assert PROJECT["license"] == "MIT"
    assert "# SPDX-License-Identifier: MIT\n" in (ROOT / "cli" / "reelway.py").read_text()
    for name in ("openapi.yaml", "asyncapi.yaml"):
        license_of_api = _info(name)["license"]
        assert isinstance(license_of_api, dict)
        assert license_of_api["name"] == "MIT"
