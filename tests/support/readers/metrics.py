"""Metrics, as functions write them to their log (CloudWatch's embedded metric format)."""

import json

import pytest


def written(capsys: pytest.CaptureFixture[str], name: str, **dimensions: str) -> list[float]:
    """The values of a metric since the last call, where it has these dimensions beside `stack`."""
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines() if "_aws" in line]
    return [
        line[name][0]
        for line in lines
        if name in line
        and set(line["_aws"]["CloudWatchMetrics"][0]["Dimensions"][0]) == {"stack", *dimensions}
        and dimensions.items() <= line.items()
    ]
