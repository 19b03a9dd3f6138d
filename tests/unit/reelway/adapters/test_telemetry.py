import json
import subprocess
import sys

import pytest

from reelway.adapters.telemetry import Metrics


def test_a_metric_is_counted_for_its_stack_and_dimensions(capsys: pytest.CaptureFixture[str]) -> None:
    Metrics("my-stack").count("VideosFailed", code="no_video")
    counted = json.loads(capsys.readouterr().out)
    assert (counted["stack"], counted["code"], counted["VideosFailed"]) == ("my-stack", "no_video", [1.0])
    [metrics] = counted["_aws"]["CloudWatchMetrics"]
    assert metrics["Namespace"] == "Reelway"
    assert metrics["Dimensions"] == [["stack", "code"]]


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
