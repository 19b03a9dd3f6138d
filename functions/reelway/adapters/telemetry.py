"""Logs and metrics: JSON lines correlated by video id, and CloudWatch metrics as embedded JSON."""

import os

from aws_lambda_powertools import Logger, single_metric
from aws_lambda_powertools.metrics import MetricUnit

from reelway.version import VERSION

_NAMESPACE = "Reelway"


def logger_for(service: str) -> Logger:
    return Logger(service=service)


def count(name: str, **dimensions: str) -> None:
    """Add 1 to a CloudWatch metric of the Reelway namespace, which all stacks of an account share."""
    with single_metric(name=name, unit=MetricUnit.Count, value=1, namespace=_NAMESPACE) as metric:
        for dimension, value in {"stack": os.environ.get("STACK_NAME", ""), **dimensions}.items():
            metric.add_dimension(name=dimension, value=value)
        # Beside the dimensions, because alarms name all of those: a new version must not silence one.
        metric.add_metadata(key="version", value=VERSION)
