"""The stack: its name, its state, and what an earlier one of that name has left."""

import re
from typing import Any

from botocore.exceptions import ClientError

from account import aws, kept
from account.choices import Choices
from account.findings import Finding, failed, ok, warning

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,127}")
_SUBJECT = "stack"
# What CloudFormation can update, beside the states that end in _COMPLETE.
_CONTINUED = {"CREATE_FAILED", "UPDATE_FAILED"}
# Which command leads out of a state in which nothing can be deployed.
_MENDED_BY = {
    "ROLLBACK_COMPLETE": "delete-stack",
    "ROLLBACK_FAILED": "delete-stack",
    "DELETE_FAILED": "delete-stack",
    "IMPORT_ROLLBACK_FAILED": "delete-stack",
    "UPDATE_ROLLBACK_FAILED": "continue-update-rollback",
}


def name_finding(choices: Choices) -> Finding:
    """CloudFormation's rule for names; everything that Reelway derives from one fits into it."""
    if _NAME.fullmatch(choices.stack):
        return ok("stack name", choices.stack)
    return failed(
        "stack name",
        f"{choices.stack!r} is no name of a stack",
        "STACK=…: a letter, then letters, digits and hyphens, 128 characters at most",
    )


def findings(choices: Choices, region: str) -> list[Finding]:
    try:
        return [_state(choices, region), *_left_behind(choices, region)]
    except aws.ERRORS as error:
        found, remedy = aws.explain(error)
        return [warning(_SUBJECT, f"its state is unknown: {found}", remedy)]


def describe(stack: str, region: str) -> dict[str, Any] | None:
    """CloudFormation's description of a stack; None if there is none. Raises ClientError, BotoCoreError."""
    try:
        [found] = aws.client("cloudformation", region).describe_stacks(StackName=stack)["Stacks"]
    except ClientError as error:
        if aws.code_of(error) == "ValidationError":
            return None
        raise
    return None if found["StackStatus"] == "DELETE_COMPLETE" else dict(found)


def _state(choices: Choices, region: str) -> Finding:
    stack = describe(choices.stack, region)
    state = str(stack["StackStatus"]) if stack else ""
    if state in ("", "REVIEW_IN_PROGRESS"):
        return ok(_SUBJECT, "there is none of that name yet; it will be created")
    if state in _MENDED_BY:
        return failed(_SUBJECT, f"it is {state} and cannot be updated", _mending(choices, region, state))
    if state in _CONTINUED:
        events = f"aws cloudformation describe-stack-events --stack-name {choices.stack} --region {region}"
        return warning(_SUBJECT, f"it is {state}; a deploy continues there", f"what failed: {events}")
    if state.endswith("_IN_PROGRESS"):
        return failed(_SUBJECT, f"it is {state}", "wait until that has ended")
    return ok(_SUBJECT, f"it is {state}; it will be updated")


def _mending(choices: Choices, region: str, state: str) -> str:
    command = f"aws cloudformation {_MENDED_BY[state]} --stack-name {choices.stack} --region {region}"
    if state == "UPDATE_ROLLBACK_FAILED":
        return f"{command}\n(the stack's events name the resource that could not be rolled back)"
    if state in ("DELETE_FAILED", "ROLLBACK_FAILED"):
        return f"{command}\n(the stack's events name the resource that could not be deleted)"
    return f"{command}\n(the buckets and the table of videos are kept, if there were any)"


def _left_behind(choices: Choices, region: str) -> list[Finding]:
    if describe(choices.stack, region) is not None:
        return []
    left = kept.told(kept.find(choices.stack, region))
    if not left:
        return []
    return [
        warning(
            "kept data",
            f"an earlier stack of that name has left {left}; a new stack would not use them",
            f"make restore ENV={choices.environment}, which attaches them to the new stack",
        )
    ]
