"""Reads docs/events: what events of videos are."""

import json
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator

from tests.support.readers.descriptions import validator
from tests.support.samples import ROOT

SCHEMA_FILE = ROOT / "docs" / "events" / "video.schema.json"
# Under these are conditions, which name a few fields of an object only.
_CONDITIONS = {"if", "then", "allOf"}


@cache
def schema() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(SCHEMA_FILE.read_text())
    return loaded


@cache
def _strict() -> Draft202012Validator:
    """Events may get more fields, which receivers are to pass over; tests want those that are described."""
    return validator(_closed(schema()))


def faults(event: Any) -> list[str]:
    """What the schema does not allow of an event, nor that is not in it."""
    return [f"{error.json_path}: {error.message}" for error in _strict().iter_errors(event)]


def _closed(node: Any) -> Any:
    if isinstance(node, list):
        return [_closed(entry) for entry in node]
    if not isinstance(node, dict):
        return node
    closed = {name: value if name in _CONDITIONS else _closed(value) for name, value in node.items()}
    return closed | ({"additionalProperties": False} if isinstance(node.get("properties"), dict) else {})
