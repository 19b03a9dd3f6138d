"""An update of the stack while a video is processed."""

import json
import re

import pytest

from tests.support.media import corpus
from tests.support.system.client import Client, eventually
from tests.support.system.cloud import Cloud


def encoder_of(cloud: Cloud) -> str:
    """The version of EncodeFunction that new executions call."""
    machine = cloud.states.describe_state_machine(stateMachineArn=cloud.outputs["StateMachineArn"])
    chunk = json.loads(machine["definition"])["States"]["Encode"]["ItemProcessor"]["States"]["EncodeChunk"]
    return str(chunk["Resource"].rsplit(":", 1)[1])


def encoders_in_log(cloud: Cloud, video_id: str) -> set[str]:
    """The versions that have encoded chunks of a video, which are in the names of the log streams."""
    pages = (
        cloud.client("logs")
        .get_paginator("filter_log_events")
        .paginate(logGroupName=cloud.outputs["LogGroupName"], filterPattern=f'"{video_id}"')
    )
    lines = [
        (json.loads(event["message"]), event["logStreamName"]) for page in pages for event in page["events"]
    ]
    return {re.split(r"[\[\]]", stream)[1] for line, stream in lines if line.get("message") == "encoded"}


def update(cloud: Cloud, **changed: str) -> None:
    """Deploy the same template with other parameters."""
    stacks = cloud.client("cloudformation")
    [stack] = stacks.describe_stacks(StackName=cloud.stack_name)["Stacks"]
    kept = [
        {"ParameterKey": parameter["ParameterKey"], "UsePreviousValue": True}
        for parameter in stack["Parameters"]
        if parameter["ParameterKey"] not in changed
    ]
    stacks.update_stack(
        StackName=cloud.stack_name,
        UsePreviousTemplate=True,
        Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
        Parameters=kept
        + [{"ParameterKey": name, "ParameterValue": value} for name, value in changed.items()],
    )
    stacks.get_waiter("stack_update_complete").wait(StackName=cloud.stack_name, WaiterConfig={"Delay": 1})


@pytest.fixture
def memory_mb(cloud: Cloud) -> int:
    configuration = cloud.functions.get_function_configuration(
        FunctionName=cloud.physical_id("EncodeFunction")
    )
    return int(configuration["MemorySize"])


def test_an_execution_goes_on_with_the_functions_that_it_began_with(
    client: Client, cloud: Cloud, memory_mb: int
) -> None:
    before = encoder_of(cloud)
    with cloud.environment("PlanFunction", CHUNK_SECONDS="4"):
        video_id = client.upload(corpus.file("bikes.mp4"))
        assert eventually(lambda: cloud.is_running(video_id))
    try:
        update(cloud, EncodeMemoryMb=str(memory_mb + 1))
        after = encoder_of(cloud)

        assert client.watch(video_id).states[-1] == "READY"
        assert client.ladder_of(video_id) == "complete"
        assert encoders_in_log(cloud, video_id) == {before}
        assert after != before
    finally:
        update(cloud, EncodeMemoryMb=str(memory_mb))


def test_a_broken_update_reaches_no_execution_that_began_before(client: Client, cloud: Cloud) -> None:
    with cloud.environment("EncodeFunction", MEDIA_BUCKET="no-such-bucket"):
        video_id = client.upload_until(corpus.file("bigbuckbunny.mp4"), "READY")
    assert encoders_in_log(cloud, video_id) == {encoder_of(cloud)}
