"""Attaches the buckets and the table that a deleted stack has left behind to a new stack.

CloudFormation imports resources into a new stack only if the template declares nothing else. So a cut
template is imported first, and the deploy that follows adds everything else, and gives the buckets the
properties that they have in the full template.
"""

import json
import time
from collections.abc import Mapping
from typing import Any

from botocore.exceptions import WaiterError

from account import aws, kept, stacks
from account.choices import Choices
from account.errors import AccountError
from account.kept import KEPT, Found

_ASKED_EVERY_S = 2


def restore(
    choices: Choices, template: Mapping[str, Any], *, earlier: str, named: Mapping[str, str]
) -> list[str]:
    """Creates the stack with what the stack `earlier` has left; the names of the resources.

    `named` has names, by logical id, of resources that are not to be looked for. Raises AccountError if there
    is such a stack already, or not exactly one of each resource.
    """
    region = str(choices.region)
    present = stacks.describe(choices.stack, region)
    if present is not None and present["StackStatus"] != "REVIEW_IN_PROGRESS":
        raise AccountError(
            f"there is a stack {choices.stack} already, with buckets of its own: delete it first "
            "(docs/deploy.md#tearing-down), or restore into another with STACK=…"
        )
    names = chosen(kept.find(earlier, region), named)
    _import(choices, cut(template), names)
    return list(names.values())


def chosen(found: Found, named: Mapping[str, str]) -> dict[str, str]:
    """One name for each resource. Raises AccountError, with what was found, unless there is exactly one."""
    names: dict[str, str] = {}
    for resource in KEPT:
        given = named.get(resource.logical_id)
        candidates = [given] if given else found[resource.logical_id]
        if len(candidates) != 1:
            there = ", ".join(candidates) or "none was found"
            raise AccountError(
                f"which {resource.logical_id} is to be restored? Name it with {resource.variable}=… ({there})"
            )
        names[resource.logical_id] = candidates[0]
    return names


def cut(template: Mapping[str, Any]) -> dict[str, Any]:
    """The template with nothing but the resources to import.

    Buckets are without properties, so that the deploy sets all of them. The table has those that do not
    refer to anything: what the template says of its keys and indexes must be what the table has.
    """
    resources = {}
    for kind, logical_id in ((resource.type, resource.logical_id) for resource in KEPT):
        full = template["Resources"][logical_id]
        resources[logical_id] = {key: full[key] for key in ("Type", "DeletionPolicy", "UpdateReplacePolicy")}
        if kind == "AWS::DynamoDB::Table":
            literal = {name: value for name, value in full["Properties"].items() if not _refers(value)}
            resources[logical_id]["Properties"] = literal
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": "Reelway: data of an earlier stack",
        "Resources": resources,
    }


def _refers(value: Any) -> bool:
    """Whether an intrinsic function is in it."""
    if isinstance(value, dict):
        return any(key == "Ref" or key.startswith("Fn::") or _refers(inner) for key, inner in value.items())
    return isinstance(value, list) and any(_refers(inner) for inner in value)


def _import(choices: Choices, template: Mapping[str, Any], names: Mapping[str, str]) -> None:
    """Raises AccountError with CloudFormation's reason when it does not import."""
    stack, formation = choices.stack, aws.client("cloudformation", str(choices.region))
    change_set = {"StackName": stack, "ChangeSetName": f"restore-{time.time_ns()}"}
    waiting = {"Delay": _ASKED_EVERY_S, "MaxAttempts": 300}
    try:
        formation.create_change_set(
            **change_set,
            ChangeSetType="IMPORT",
            TemplateBody=json.dumps(template),
            ResourcesToImport=_to_import(names),
        )
        formation.get_waiter("change_set_create_complete").wait(**change_set, WaiterConfig=waiting)
        formation.execute_change_set(**change_set)
        formation.get_waiter("stack_import_complete").wait(StackName=stack, WaiterConfig=waiting)
    except WaiterError as error:
        reason = error.last_response.get("StatusReason") or error
        raise AccountError(f"CloudFormation does not import into {stack}: {reason}") from error
    except aws.ERRORS as error:
        raise AccountError(f"CloudFormation does not import into {stack}: {aws.explain(error)[0]}") from error


def _to_import(names: Mapping[str, str]) -> list[dict[str, Any]]:
    return [
        {
            "ResourceType": resource.type,
            "LogicalResourceId": resource.logical_id,
            "ResourceIdentifier": {resource.identifier: names[resource.logical_id]},
        }
        for resource in KEPT
    ]
