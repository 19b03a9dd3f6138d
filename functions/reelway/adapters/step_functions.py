"""Step Functions executions as `ports.workflows.Workflows`. An execution has the video's id as its name."""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from types_boto3_stepfunctions.client import SFNClient


class StepFunctionsWorkflows:
    """`client` is a boto3 `stepfunctions` client."""

    def __init__(self, client: "SFNClient", state_machine_arn: str) -> None:
        self._client = client
        self._state_machine_arn = state_machine_arn

    def start(self, video_id: str, payload: Mapping[str, Any]) -> None:
        try:
            self._client.start_execution(
                stateMachineArn=self._state_machine_arn, name=video_id, input=json.dumps(payload)
            )
        except self._client.exceptions.ExecutionAlreadyExists:
            return

    def is_running(self, video_id: str) -> bool:
        return self._status(video_id) in {"RUNNING", "PENDING_REDRIVE"}

    def was_started(self, video_id: str) -> bool:
        return self._status(video_id) is not None

    def stop(self, video_id: str) -> None:
        if self.is_running(video_id):
            self._client.stop_execution(executionArn=self._execution_arn(video_id), error="Deleted")

    def _status(self, video_id: str) -> str | None:
        try:
            return str(self._client.describe_execution(executionArn=self._execution_arn(video_id))["status"])
        except self._client.exceptions.ExecutionDoesNotExist:
            return None

    def _execution_arn(self, video_id: str) -> str:
        return f"{self._state_machine_arn.replace(':stateMachine:', ':execution:')}:{video_id}"
