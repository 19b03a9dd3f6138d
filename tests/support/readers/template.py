"""The project's template.yaml as plain dicts; short tags (`!Ref`) are in their long form."""

from functools import cache
from typing import Any

from account import template
from tests.support.samples import ROOT as ROOT


@cache
def load() -> dict[str, Any]:
    return template.read(ROOT / "template.yaml")


def properties(logical_id: str) -> dict[str, Any]:
    """The Properties of one resource."""
    found: dict[str, Any] = load()["Resources"][logical_id]["Properties"]
    return found


def resolved(node: Any, **conditions: bool) -> Any:
    """A copy with each Fn::If on one of the `conditions` decided; without AWS::NoValue in mappings."""
    if isinstance(node, list):
        return [resolved(entry, **conditions) for entry in node]
    if not isinstance(node, dict):
        return node
    if "Fn::If" in node and node["Fn::If"][0] in conditions:
        name, then, otherwise = node["Fn::If"]
        return resolved(then if conditions[name] else otherwise, **conditions)
    entries = {name: resolved(value, **conditions) for name, value in node.items()}
    return {name: value for name, value in entries.items() if value != {"Ref": "AWS::NoValue"}}


def rest_api(*, takes_tokens: bool = True) -> dict[str, Any]:
    """The definition of the REST API, in which methods ask for a token or do not."""
    found: dict[str, Any] = resolved(properties("RestApi")["DefinitionBody"], TakesTokens=takes_tokens)
    return found


def of_type(kind: str) -> dict[str, Any]:
    """The Properties of all resources of a type, by logical id."""
    found: dict[str, Any] = load()["Resources"]
    return {name: entry["Properties"] for name, entry in found.items() if entry["Type"] == kind}
