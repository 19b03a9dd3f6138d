"""Logs and metrics: JSON lines correlated by video id, and CloudWatch metrics as embedded JSON."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from aws_lambda_powertools import Logger, single_metric
from aws_lambda_powertools.metrics import MetricUnit

from reelway.version import VERSION

_NAMESPACE = "Reelway"

# Where logs are JSON, Lambda sets the root logger to INFO: at each cold start botocore would write where it
# has found credentials and endpoints.
logging.getLogger("botocore").setLevel(logging.WARNING)


def logger_for(service: str) -> Logger:
    return Logger(service=service)


@contextmanager
def failure_logged(logger: Logger, what: str) -> Iterator[None]:
    """Log an exception of the body with its traceback, and raise it on."""
    try:
        yield
    except Exception:
        logger.exception(what)
        raise


@dataclass(frozen=True, slots=True)
class Metrics:
    """Metrics of one stack, in a namespace that all stacks of an account share."""

    stack: str

    def count(self, name: str, **dimensions: str) -> None:
        """Add 1 to a CloudWatch metric."""
        with single_metric(name=name, unit=MetricUnit.Count, value=1, namespace=_NAMESPACE) as metric:
            for dimension, value in {"stack": self.stack, **dimensions}.items():
                metric.add_dimension(name=dimension, value=value)
            # Beside the dimensions, because alarms name all of those: a new version must not silence one.
            metric.add_metadata(key="version", value=VERSION)
