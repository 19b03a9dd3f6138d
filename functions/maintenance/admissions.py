"""Releases runs that are still admitted to processing though their executions have ended, or never began."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from maintenance.deadline import Deadline
from reelway.ports.admissions import Admissions
from reelway.ports.workflows import ExecutionStatus, Workflows
from reelway.timestamps import utc_now

# Planning asks for a run right before it begins it, and takes 240 s at most.
_BEGUN_WITHIN = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class LostAdmissions:
    """`describing()` is called before Step Functions is asked about an execution, and may wait.

    `log_error(message, **about)` logs, and so does `log_exception`, with the exception that is handled. `ago`
    gives the ISO 8601 time that lies so far back.
    """

    admissions: Admissions
    workflows: Workflows
    describing: Callable[[], None]
    log_error: Callable[..., None]
    log_exception: Callable[..., None]
    ago: Callable[[timedelta], str] = utc_now

    def release(self, deadline: Deadline) -> bool:
        """Whether all were looked at. One that cannot be settled is left to the next run of maintenance."""
        try:
            return self._is_through(deadline)
        except Exception:
            self.log_exception("admissions could not be gone through")
            return False

    def _is_through(self, deadline: Deadline) -> bool:
        before = self.ago(_BEGUN_WITHIN)
        old = {name: run for name, run in self.admissions.admitted().items() if run.asked_at < before}
        running = set(self.workflows.running_names()) if old else set()
        for name in old.keys() - running:
            if deadline.is_near():
                return False
            self.describing()
            if self.workflows.status(name) is ExecutionStatus.RUNNING:
                continue  # a list of those that run lags behind
            if self.admissions.release_lost(name, old[name]):
                self.log_error("a run was still admitted", execution=name)
        return True
