import json
import re
from types import SimpleNamespace
from typing import Any

import pytest

from reelway.adapters.step_functions import StepFunctionsWorkflows
from reelway.ports.workflows import ExecutionStatus
from reelway.video import execution_name, video_of_execution
from tests.support.doubles import moto_aws
from tests.support.samples import EXECUTION, RUN_ID, UNKNOWN_ID, VIDEO_ID


@pytest.fixture
def machine_arn(mocked_aws: None) -> str:
    return moto_aws.make_state_machine()


def test_an_execution_has_the_name_and_the_payload_that_it_was_given(machine_arn: str) -> None:
    client = moto_aws.client("stepfunctions")
    StepFunctionsWorkflows(client, machine_arn).start(EXECUTION, {"videoId": VIDEO_ID, "chunks": [0]})
    [execution] = client.list_executions(stateMachineArn=machine_arn)["executions"]
    assert execution["name"] == EXECUTION
    described = client.describe_execution(executionArn=execution["executionArn"])
    assert json.loads(described["input"]) == {"videoId": VIDEO_ID, "chunks": [0]}


def test_a_second_start_is_quiet_and_starts_nothing(machine_arn: str) -> None:
    client = moto_aws.client("stepfunctions")
    workflows = StepFunctionsWorkflows(client, machine_arn)
    workflows.start(EXECUTION, {"chunks": [0]})
    workflows.start(EXECUTION, {"chunks": [0, 1]})
    assert len(client.list_executions(stateMachineArn=machine_arn)["executions"]) == 1


def test_each_run_of_a_video_has_an_execution_of_its_own(machine_arn: str) -> None:
    client = moto_aws.client("stepfunctions")
    workflows = StepFunctionsWorkflows(client, machine_arn)
    for run_id in (RUN_ID, UNKNOWN_ID):
        workflows.start(execution_name(VIDEO_ID, run_id), {})
    assert len(client.list_executions(stateMachineArn=machine_arn)["executions"]) == 2


def test_the_name_of_a_run_is_one_that_step_functions_takes_and_can_log() -> None:
    """https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html"""
    assert re.fullmatch(r"[0-9A-Za-z_-]{1,80}", execution_name(VIDEO_ID, RUN_ID))


def test_an_execution_runs_until_it_is_stopped_and_may_be_stopped_again(machine_arn: str) -> None:
    workflows = StepFunctionsWorkflows(moto_aws.client("stepfunctions"), machine_arn)
    workflows.start(EXECUTION, {})
    assert workflows.status(EXECUTION) is ExecutionStatus.RUNNING
    for _ in range(2):
        workflows.stop(EXECUTION)
        assert workflows.status(EXECUTION) is ExecutionStatus.STOPPED
    workflows.stop(UNKNOWN_ID)


def test_a_video_that_was_never_started_has_no_status(machine_arn: str) -> None:
    assert StepFunctionsWorkflows(moto_aws.client("stepfunctions"), machine_arn).status(UNKNOWN_ID) is None


@pytest.mark.parametrize(
    ("reported", "status"),
    [
        ("RUNNING", ExecutionStatus.RUNNING),
        ("PENDING_REDRIVE", ExecutionStatus.RUNNING),
        ("SUCCEEDED", ExecutionStatus.ENDED),
        ("FAILED", ExecutionStatus.ENDED),
        ("TIMED_OUT", ExecutionStatus.ENDED),
        ("ABORTED", ExecutionStatus.STOPPED),
    ],
)
def test_an_execution_that_somebody_has_stopped_is_told_from_one_that_has_ended(
    reported: str, status: ExecutionStatus
) -> None:
    """https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeExecution.html"""
    client: Any = SimpleNamespace(
        describe_execution=lambda **_: {"status": reported},
        exceptions=SimpleNamespace(ExecutionDoesNotExist=KeyError),
    )
    assert StepFunctionsWorkflows(client, "arn").status(EXECUTION) is status


def test_running_executions_are_listed_by_name(machine_arn: str) -> None:
    workflows = StepFunctionsWorkflows(moto_aws.client("stepfunctions"), machine_arn)
    names = {EXECUTION, execution_name(UNKNOWN_ID, RUN_ID), UNKNOWN_ID}
    for name in names:
        workflows.start(name, {})
    workflows.stop(UNKNOWN_ID)
    assert set(workflows.running_names()) == names - {UNKNOWN_ID}
    assert {video_of_execution(name) for name in names} == {VIDEO_ID, UNKNOWN_ID}
