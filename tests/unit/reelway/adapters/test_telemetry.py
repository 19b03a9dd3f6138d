import json

import pytest

from reelway.adapters.telemetry import Metrics


def test_a_metric_is_counted_for_its_stack_and_dimensions(capsys: pytest.CaptureFixture[str]) -> None:
    Metrics("my-stack").count("VideosFailed", code="no_video")
    counted = json.loads(capsys.readouterr().out)
    assert (counted["stack"], counted["code"], counted["VideosFailed"]) == ("my-stack", "no_video", [1.0])
    [metrics] = counted["_aws"]["CloudWatchMetrics"]
    assert metrics["Namespace"] == "Reelway"
    assert metrics["Dimensions"] == [["stack", "code"]]
