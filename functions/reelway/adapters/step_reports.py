"""What a step tells those who run the system: its decisions, its faults, and what videos go without."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from aws_lambda_powertools import Logger

from reelway.adapters.telemetry import Metrics
from reelway.errors import MediaRejected, VideoGone


@dataclass(frozen=True, slots=True)
class StepReports:
    """Of one function, in its log and as metrics."""

    logger: Logger
    metrics: Metrics

    def decided(self, decision: str, reason: str) -> None:
        self.logger.info(decision, reason=reason)

    def left_out(self, what: str, reason: str) -> None:
        self.logger.warning("left out", what=what, reason=reason)
        self.metrics.count("StillsLeftOut")

    @contextmanager
    def faults(self) -> Iterator[None]:
        """Count an exception of the body that the state machine retries, because the fault is ours.

        That nobody waits for the work any more is only logged.
        """
        try:
            yield
        except MediaRejected:
            raise
        except VideoGone as gone:
            self.logger.warning("given up", reason=gone.detail)
            raise
        except Exception:
            self.metrics.count("StepsInterrupted")
            raise
