"""Reads template.yaml as plain dicts, with CloudFormation's short tags (`!Ref`) in their long form."""

from functools import cache
from typing import Any

import yaml  # type: ignore[import-untyped, unused-ignore]

from tests.support.samples import ROOT as ROOT


class _Loader(yaml.SafeLoader):  # type: ignore[misc, unused-ignore]
    pass


def _long_form(loader: Any, suffix: str, node: Any) -> dict[str, Any]:
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        value = loader.construct_mapping(node, deep=True)
    if suffix == "GetAtt":
        value = value.split(".", 1) if isinstance(value, str) else value
    return {suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}": value}


_Loader.add_multi_constructor("!", _long_form)


@cache
def load() -> dict[str, Any]:
    template: dict[str, Any] = yaml.load((ROOT / "template.yaml").read_text(), _Loader)  # noqa: S506  a SafeLoader
    return template


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


def of_type(kind: str) -> dict[str, Any]:
    """The Properties of all resources of a type, by logical id."""
    found: dict[str, Any] = load()["Resources"]
    return {name: entry["Properties"] for name, entry in found.items() if entry["Type"] == kind}
