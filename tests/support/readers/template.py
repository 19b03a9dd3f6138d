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


def of_type(kind: str) -> dict[str, Any]:
    """The Properties of all resources of a type, by logical id."""
    found: dict[str, Any] = load()["Resources"]
    return {name: entry["Properties"] for name, entry in found.items() if entry["Type"] == kind}
