"""Has MiniStack check what a policy says of the caller's tags, and of keys in DynamoDB.

MiniStack 1.5.33 keeps the tags of a session, but takes `${aws:PrincipalTag/video}` in a policy literally, and
knows no `dynamodb:LeadingKeys`: a job could read nothing, and write every record. `install` changes the
running program, not the installed files.
"""

import functools
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from ministack.core import iam_actions, iam_evaluator
from ministack.services import dynamodb

from local.named_errors import UnknownEmulator

_VARIABLE = re.compile(r"\$\{(aws:PrincipalTag/[^}]+)\}", re.IGNORECASE)


def install() -> None:
    """Raises UnknownEmulator, and then has changed nothing."""
    try:
        resolve, context = iam_evaluator.resolve_principal, iam_actions.dynamodb_service_context
        tables = dynamodb._tables
    except AttributeError as missing:
        raise UnknownEmulator(str(missing)) from missing
    iam_evaluator.resolve_principal = _resolving(resolve)
    iam_actions.dynamodb_service_context = _with_keys(context, tables)


def _resolving(resolve: Callable[..., Any]) -> Callable[..., Any]:
    """The caller, whose policies have values for variables; a statement without a value allows nothing."""

    @functools.wraps(resolve)
    def resolving(*args: Any, **kwargs: Any) -> Any:
        found = resolve(*args, **kwargs)
        if not getattr(found, "policies", None):  # refused, or root
            return found
        policies = [list(_resolved(policy, found.keys)) for policy in found.policies]
        return replace(found, policies=policies)

    return resolving


def _resolved(policy: list[Any], keys: Mapping[str, Any]) -> Iterator[Any]:
    for statement in policy:
        text = json.dumps([statement.resources, statement.conditions])
        names = {name.lower() for name in _VARIABLE.findall(text)}
        if not names:
            yield statement
        elif names <= keys.keys():
            filled = _VARIABLE.sub(lambda found: json.dumps(keys[found[1].lower()])[1:-1], text)
            resources, conditions = json.loads(filled)
            yield replace(statement, resources=resources, conditions=conditions)


def _with_keys(context: Callable[[bytes], dict[str, Any]], tables: Any) -> Callable[..., dict[str, Any]]:
    @functools.wraps(context)
    def with_keys(body: bytes) -> dict[str, Any]:
        found = context(body)
        try:
            asked = json.loads(body or b"{}")
            leading = [*_leading_keys(asked, tables)]
        except (ValueError, TypeError, AttributeError):  # a request that the service refuses
            return found
        return found | ({"dynamodb:LeadingKeys": leading} if leading else {})

    return with_keys


def _leading_keys(asked: Mapping[str, Any], tables: Any) -> Iterator[str]:
    """The values of partition keys that GetItem, PutItem, UpdateItem, DeleteItem or a transaction name."""
    for each in (asked, *(of for entry in asked.get("TransactItems", []) for of in entry.values())):
        item = each.get("Key") or each.get("Item")
        table = tables.get(each.get("TableName"))
        if item and table:
            [name] = [key["AttributeName"] for key in table["KeySchema"] if key["KeyType"] == "HASH"]
            yield from map(str, item.get(name, {}).values())
