import json
import subprocess
import sys
from typing import Any

import pytest

from reelway.adapters.telemetry import Metrics


def written(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def dimensions(document: dict[str, Any]) -> list[list[str]]:
    [metrics] = document["_aws"]["CloudWatchMetrics"]
    assert metrics["Namespace"] == "Reelway"
    found: list[list[str]] = metrics["Dimensions"]
    return found


def test_a_metric_is_counted_for_its_stack_and_dimensions(capsys: pytest.CaptureFixture[str]) -> None:
    Metrics("my-stack").count("VideosFailed", code="no_video")
    _, counted = written(capsys)
    assert (counted["stack"], counted["code"], counted["VideosFailed"]) == ("my-stack", "no_video", [1.0])
    assert dimensions(counted) == [["stack", "code"]]


def test_it_is_counted_without_its_dimensions_too_because_an_alarm_needs_the_sum(
    capsys: pytest.CaptureFixture[str],
) -> None:
    Metrics("my-stack").count("VideosFailed", code="no_video")
    total, _ = written(capsys)
    assert (total["VideosFailed"], dimensions(total)) == ([1.0], [["stack"]])
    assert "code" not in total


def test_a_metric_without_dimensions_is_counted_once(capsys: pytest.CaptureFixture[str]) -> None:
    Metrics("my-stack").count("VideosReady")
    [counted] = written(capsys)
    assert dimensions(counted) == [["stack"]]


def test_a_span_of_time_is_a_metric_in_seconds(capsys: pytest.CaptureFixture[str]) -> None:
    Metrics("my-stack").measure_seconds("OldestUnfinishedSeconds", 61.5)
    [measured] = written(capsys)
    [metrics] = measured["_aws"]["CloudWatchMetrics"]
    assert metrics["Metrics"] == [{"Name": "OldestUnfinishedSeconds", "Unit": "Seconds"}]
    assert (measured["OldestUnfinishedSeconds"], dimensions(measured)) == ([61.5], [["stack"]])


def test_a_cold_start_writes_no_lines_of_botocores() -> None:
    """In a process of its own, whose root logger is at INFO, as Lambda's is when logs are JSON."""
    program = (
        "import logging; logging.basicConfig(level=logging.INFO)\n"
        "from reelway.adapters import telemetry, wiring\n"
        "telemetry.logger_for('cold'); wiring.bucket('films').url('uploads/1'); logging.info('told')"
    )
    environment = {
        "PYTHONPATH": ":".join(sys.path),
        "AWS_ACCESS_KEY_ID": "id",
        "AWS_SECRET_ACCESS_KEY": "key",
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_ENDPOINT_URL": "https://aws.invalid",
    }
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stderr.splitlines() == ["INFO:root:told"]
