"""The stack of the settings, as the emulator has it."""

import time
from collections.abc import Mapping

import boto3
from botocore.exceptions import ClientError

from local.saved_state import STABLE
from local.settings import Settings

_DEPLOY_LIMIT_S = 60
_POLL_S = 0.2


def outputs(settings: Settings) -> dict[str, str]:
    formation = boto3.client("cloudformation", endpoint_url=settings.endpoint)
    [stack] = formation.describe_stacks(StackName=settings.stack_name)["Stacks"]
    return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}


def are_stable(settings: Settings) -> bool:
    """Whether the emulator's stacks can be updated; waits for a deploy that is under way."""
    formation = boto3.client("cloudformation", endpoint_url=settings.endpoint)
    deadline = time.monotonic() + _DEPLOY_LIMIT_S
    while True:
        states = {stack["StackStatus"] for stack in formation.describe_stacks()["Stacks"]}
        moving = {state for state in states - STABLE if state.endswith("_IN_PROGRESS")}
        if not moving or time.monotonic() > deadline:
            return states <= STABLE
        time.sleep(_POLL_S)


def delete(settings: Settings) -> None:
    """Deletes the stack, if there is one, and waits for it. What the template retains stays."""
    formation = boto3.client("cloudformation", endpoint_url=settings.endpoint)
    formation.delete_stack(StackName=settings.stack_name)
    formation.get_waiter("stack_delete_complete").wait(StackName=settings.stack_name)


def has_distribution(settings: Settings, outputs: Mapping[str, str]) -> bool:
    """Whether the emulator made the stack's distribution, which the edge reads."""
    try:
        boto3.client("cloudfront", endpoint_url=settings.endpoint).get_distribution(
            Id=outputs["DistributionId"]
        )
    except ClientError:
        return False
    return True
