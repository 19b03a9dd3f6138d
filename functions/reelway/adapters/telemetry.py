"""Logs and metrics: JSON lines correlated by video id, and CloudWatch metrics as embedded JSON."""

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from aws_lambda_powertools import Logger, single_metric
from aws_lambda_powertools.logging.formatter import LambdaPowertoolsFormatter
from aws_lambda_powertools.metrics import MetricUnit

from reelway.adapters.redaction import redacted
from reelway.version import VERSION

_NAMESPACE = "Reelway"

# Where logs are JSON, Lambda sets the root logger to INFO: at each cold start botocore would write where it
# has found credentials and endpoints.
logging.getLogger("botocore").setLevel(logging.WARNING)


class _Redacting(LambdaPowertoolsFormatter):
    """The lines of a logger, of which exceptions' texts are a part, without what logs must not hold."""

    def serialize(self, log: Any) -> str:
        return redacted(super().serialize(log))


def logger_for(service: str) -> Logger:
    return Logger(service=service, logger_formatter=_Redacting(service=service))


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

    def count(self, name: str, number: float = 1, **dimensions: str) -> None:
        """Add to a CloudWatch metric; with dimensions also to the one that has them.

        CloudWatch does not add up metrics over the values of a dimension, and an alarm needs the sum.
        """
        self._write(name, MetricUnit.Count, number, {})
        if dimensions:
            self._write(name, MetricUnit.Count, number, dimensions)

    def gauge(self, name: str, value: int) -> None:
        """Write how many there are at present."""
        self._write(name, MetricUnit.Count, value, {})

    def measure_seconds(self, name: str, seconds: float) -> None:
        self._write(name, MetricUnit.Seconds, seconds, {})

    def _write(self, name: str, unit: MetricUnit, value: float, dimensions: Mapping[str, str]) -> None:
        with single_metric(name=name, unit=unit, value=value, namespace=_NAMESPACE) as metric:
            for dimension, of in {"stack": self.stack, **dimensions}.items():
                metric.add_dimension(name=dimension, value=of)
            # Beside the dimensions, because alarms name all of those: a new version must not silence one.
            metric.add_metadata(key="version", value=VERSION)


def reporter(logger: Logger, metrics: Metrics, metric: str) -> Callable[[str], None]:
    """Logs a message with the exception that is handled, and counts it."""

    def report(message: str) -> None:
        logger.exception(message)
        metrics.count(metric)

    return report
