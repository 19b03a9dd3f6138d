"""Step Functions executions as `ports.workflows.Workflows`."""

import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from reelway.ports.workflows import ExecutionStatus

if TYPE_CHECKING:
    from types_boto3_stepfunctions.client import SFNClient

_MAX_PAGE = 1000  # executions that Step Functions lists at a time
# All others, FAILED, TIMED_OUT and SUCCEEDED, have ENDED.
_STATUSES = {
    "RUNNING": ExecutionStatus.RUNNING,
    "PENDING_REDRIVE": ExecutionStatus.RUNNING,
    "ABORTED": ExecutionStatus.STOPPED,
}


class StepFunctionsWorkflows:
    """`client` is a boto3 `stepfunctions` client."""

    def __init__(self, client: "SFNClient", state_machine_arn: str) -> None:
        self._client = client
        self._state_machine_arn = state_machine_arn

    def start(self, execution: str, payload: Mapping[str, Any]) -> None:
        try:
            self._client.start_execution(
                stateMachineArn=self._state_machine_arn, name=execution, input=json.dumps(payload)
            )
        except self._client.exceptions.ExecutionAlreadyExists:
            return

    def status(self, execution: str) -> ExecutionStatus | None:
        try:
            described = self._client.describe_execution(executionArn=self._arn_of(execution))
        except self._client.exceptions.ExecutionDoesNotExist:
            return None
        return _STATUSES.get(described["status"], ExecutionStatus.ENDED)

    def running_names(self) -> Iterator[str]:
        pages = self._client.get_paginator("list_executions").paginate(
            stateMachineArn=self._state_machine_arn,
            statusFilter="RUNNING",
            PaginationConfig={"PageSize": _MAX_PAGE},
        )
        for page in pages:
            for execution in page["executions"]:
                yield execution["name"]

    def stop(self, execution: str) -> None:
        if self.status(execution) is ExecutionStatus.RUNNING:
            self._client.stop_execution(executionArn=self._arn_of(execution), error="Deleted")

    def _arn_of(self, execution: str) -> str:
        return f"{self._state_machine_arn.replace(':stateMachine:', ':execution:')}:{execution}"
