"""Reads docs/openapi.yaml and docs/asyncapi.yaml as plain dicts.

Clients are told that answers may grow; tests are not to overlook what is answered without being described.
So they use `strict_openapi`.
"""

import copy
from collections.abc import Mapping
from functools import cache
from typing import Any

import yaml  # type: ignore[import-untyped, unused-ignore]
from jsonschema import Draft202012Validator

from tests.support.samples import ROOT

Document = dict[str, Any]
Operation = tuple[str, str]

OPENAPI_FILE, ASYNCAPI_FILE = ROOT / "docs" / "openapi.yaml", ROOT / "docs" / "asyncapi.yaml"
METHODS = {"get", "head", "post", "put", "patch", "delete", "options", "trace"}


@cache
def openapi() -> Document:
    """The document as written, with `$ref`s."""
    document: Document = yaml.safe_load(OPENAPI_FILE.read_text())
    return document


@cache
def strict_openapi() -> Document:
    """The document, with schemas of answers that admit nothing but what they name.

    An object has the described properties alone, and `x-extensible-enum` lists all values.
    """
    document = copy.deepcopy(openapi())
    document["components"]["schemas"] = _closed(document["components"]["schemas"])
    for answers in _answers(document):
        answers.update({status: _closed(answer) for status, answer in answers.items()})
    return document


@cache
def asyncapi() -> Document:
    document: Document = yaml.safe_load(ASYNCAPI_FILE.read_text())
    return document


def _answers(document: Document) -> list[Document]:
    operations = [item[name] for item in document["paths"].values() for name in item if name in METHODS]
    return [document["components"]["responses"], *(operation["responses"] for operation in operations)]


def _closed(node: Any) -> Any:
    if isinstance(node, list):
        return [_closed(entry) for entry in node]
    if not isinstance(node, dict):
        return node
    closed = {"enum" if name == "x-extensible-enum" else name: _closed(node[name]) for name in node}
    is_object = "properties" in closed and "object" in closed.get("type", ())
    return {"additionalProperties": False} | closed if is_object else closed


def resolved(node: Any, document: Mapping[str, Any]) -> Any:
    """The node with each `$ref` replaced by its target. Raises KeyError where there is none.

    Fields beside a `$ref` are kept, as OpenAPI 3.1 specifies for schemas.
    """
    if isinstance(node, list):
        return [resolved(entry, document) for entry in node]
    if not isinstance(node, dict):
        return node
    beside = {name: resolved(value, document) for name, value in node.items() if name != "$ref"}
    if "$ref" not in node:
        return beside
    target: Any = document
    for step in node["$ref"].removeprefix("#/").split("/"):
        target = target[step.replace("~1", "/").replace("~0", "~")]
    return resolved(target, document) | beside


def operations(document: Document) -> dict[Operation, Document]:
    """The operations by (METHOD, path), with references resolved and the parameters of the path included."""
    found: dict[Operation, Document] = {}
    for path, item in document["paths"].items():
        for method in [name for name in item if name in METHODS]:
            whole = item[method] | {
                "parameters": item.get("parameters", []) + item[method].get("parameters", [])
            }
            found[method.upper(), path] = resolved(whole, document)
    return found


def validator(schema: Document) -> Draft202012Validator:
    """A validator of one resolved schema; formats such as uuid and date-time are checked."""
    return Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)


def message_schema() -> Document:
    """The resolved schema of a status socket's messages."""
    schema: Document = resolved(asyncapi()["components"]["messages"]["state"]["payload"], asyncapi())
    return schema
