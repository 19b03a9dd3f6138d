import json

import pytest

from reelway.adapters.step_functions import StepFunctionsWorkflows
from tests.support.doubles import moto_aws
from tests.support.samples import UNKNOWN_ID, VIDEO_ID


@pytest.fixture
def machine_arn(mocked_aws: None) -> str:
    return moto_aws.make_state_machine()


def test_an_execution_is_named_after_its_video_and_takes_the_payload(machine_arn: str) -> None:
    client = moto_aws.client("stepfunctions")
    StepFunctionsWorkflows(client, machine_arn).start(VIDEO_ID, {"videoId": VIDEO_ID, "chunks": [0]})
    [execution] = client.list_executions(stateMachineArn=machine_arn)["executions"]
    assert execution["name"] == VIDEO_ID
    described = client.describe_execution(executionArn=execution["executionArn"])
    assert json.loads(described["input"]) == {"videoId": VIDEO_ID, "chunks": [0]}


def test_a_second_start_is_quiet_and_starts_nothing(machine_arn: str) -> None:
    client = moto_aws.client("stepfunctions")
    workflows = StepFunctionsWorkflows(client, machine_arn)
    workflows.start(VIDEO_ID, {"chunks": [0]})
    workflows.start(VIDEO_ID, {"chunks": [0, 1]})
    assert len(client.list_executions(stateMachineArn=machine_arn)["executions"]) == 1


def test_a_started_execution_runs_until_it_is_stopped(machine_arn: str) -> None:
    client = moto_aws.client("stepfunctions")
    workflows = StepFunctionsWorkflows(client, machine_arn)
    workflows.start(VIDEO_ID, {})
    assert workflows.is_running(VIDEO_ID)
    [execution] = client.list_executions(stateMachineArn=machine_arn)["executions"]
    client.stop_execution(executionArn=execution["executionArn"])
    assert not workflows.is_running(VIDEO_ID)
    assert workflows.was_started(VIDEO_ID)


def test_a_video_that_was_never_started_is_not_running(machine_arn: str) -> None:
    workflows = StepFunctionsWorkflows(moto_aws.client("stepfunctions"), machine_arn)
    assert not workflows.is_running(UNKNOWN_ID)
    assert not workflows.was_started(UNKNOWN_ID)


def test_a_stopped_execution_runs_no_more_and_may_be_stopped_again(machine_arn: str) -> None:
    client = moto_aws.client("stepfunctions")
    workflows = StepFunctionsWorkflows(client, machine_arn)
    workflows.start(VIDEO_ID, {})
    for _ in range(2):
        workflows.stop(VIDEO_ID)
        assert not workflows.is_running(VIDEO_ID)
    workflows.stop(UNKNOWN_ID)
