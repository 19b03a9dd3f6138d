"""The frozen part of the descriptions is the contract, and the contract is the one that was agreed on."""

import copy
import hashlib
import re
from typing import Any

import pytest

from tests.support.readers import contract, descriptions
from tests.support.readers.contract import ENDPOINTS, Endpoint
from tests.support.readers.descriptions import Document, operations, resolved
from tests.support.samples import ROOT

AGREED = ROOT / "docs" / "contract.md"
# The note above the agreed words: two lines and an empty one.
_NOTE_LINES = 3
_AGREED_SHA256 = "563f571501cf2b88b73daa403bc04e770e29f7b129311fcfc8b79dce7325bc21"
each_endpoint = pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda e: f"{e.method} {e.path}")
_NO_MEANING = ("description", "summary", "example", "examples", "links", "title")


def bare(schema: Any) -> Any:
    """A schema without what changes nothing of what it admits."""
    if isinstance(schema, dict):
        return {name: bare(value) for name, value in schema.items() if name not in _NO_MEANING}
    return schema


def breaches(document: Document) -> list[str]:
    """Where a description's frozen operations are not the contract."""
    described = operations(document)
    frozen = {key for key, operation in described.items() if "x-frozen" in operation}
    contracted = {(endpoint.method, endpoint.path): endpoint for endpoint in ENDPOINTS}
    found = [f"{key}: frozen in one of both only" for key in frozen ^ set(contracted)]
    for key in frozen & set(contracted):
        found += [f"{key}: {breach}" for breach in _breaches(described[key], contracted[key])]
    return found


def _breaches(operation: Document, endpoint: Endpoint) -> list[str]:
    statuses = {str(status) for status in endpoint.all_answers}
    found = []
    if set(operation["x-frozen"]) != statuses:
        found.append(f"the statuses {operation['x-frozen']} are frozen, not {statuses}")
    if not statuses <= set(operation["responses"]):
        found.append(f"{statuses - set(operation['responses'])} is not described")
    needed = [p["name"] for p in operation["parameters"] if p["in"] != "path" and p.get("required")]
    found += [f"{name} was not required" for name in needed]
    found += _form_breaches(operation.get("requestBody"), endpoint.form_field)
    for status, answer in endpoint.all_answers.items():
        content = operation["responses"].get(str(status), {}).get("content", {})
        expected = [answer.content_type] if answer.content_type else []
        if list(content) != expected:
            found.append(f"{status} is {list(content)}, not {expected}")
        elif answer.body is not None and bare(content[expected[0]]["schema"]) != answer.body:
            found.append(f"the body of {status} is another one")
    return found


def _form_breaches(body: Document | None, form_field: str | None) -> list[str]:
    if body is None or form_field is None:
        return ["only one of both has a body"] if body or form_field else []
    if list(body["content"]) != ["multipart/form-data"]:
        return [f"the form is {list(body['content'])}"]
    schema = body["content"]["multipart/form-data"]["schema"]
    fits = schema["required"] == [form_field] and form_field in schema["properties"]
    return [] if fits else [f"the form needs {schema['required']}"]


def test_the_frozen_operations_are_exactly_the_contract() -> None:
    assert breaches(descriptions.strict_openapi()) == []


@each_endpoint
def test_an_endpoint_that_is_frozen_no_more_is_noticed(endpoint: Endpoint) -> None:
    changed = copy.deepcopy(descriptions.strict_openapi())
    del changed["paths"][endpoint.path][endpoint.method.lower()]["x-frozen"]
    assert breaches(changed)


_JSON = ("content", "application/json", "schema")
_FORM = ("requestBody", "content", "multipart/form-data", "schema")
_NEEDED = {"name": "x", "in": "header", "required": True, "schema": {}}
_SEGMENT = "/stream/{videoId}/segment/{segmentId}"


@pytest.mark.parametrize(
    ("path", "method", "steps", "value"),
    [
        ("/upload", "post", ("responses", "500"), None),
        ("/upload", "post", ("x-frozen",), ["201", "400"]),
        ("/upload", "post", (*_FORM, "required"), ["video"]),
        ("/upload", "post", ("responses", "201", *_JSON, "required"), []),
        ("/upload", "post", ("responses", "201", *_JSON, "properties", "id"), {}),
        ("/upload", "post", ("parameters",), [_NEEDED]),
        ("/stream/ready", "get", ("responses", "200", *_JSON, "type"), "object"),
        ("/stream/{videoId}/manifest", "get", ("responses", "409"), None),
        ("/stream/{videoId}/manifest", "get", ("responses", "200"), {"content": {"text/plain": {}}}),
        (_SEGMENT, "get", ("responses", "206"), {"description": ""}),
        ("/video/{videoId}/status/stream", "get", ("responses", "404"), None),
        ("/stream/{videoId}/master", "get", ("x-frozen",), ["200"]),
    ],
)
def test_a_changed_description_is_noticed(path: str, method: str, steps: tuple[str, ...], value: Any) -> None:
    changed = copy.deepcopy(descriptions.strict_openapi())
    node = changed["paths"][path][method]
    for step in steps[:-1]:
        node = node[step]
    if value is None:
        del node[steps[-1]]
    else:
        node[steps[-1]] = value
    assert breaches(changed)


def test_the_sockets_messages_are_the_contracts_and_more_only_where_asked_for() -> None:
    schema = bare(descriptions.message_schema())
    assert schema["required"] == list(contract.MESSAGE)
    assert schema["additionalProperties"] is False
    assert {name: schema["properties"][name] for name in contract.MESSAGE} == contract.MESSAGE
    assert set(schema["properties"]) - set(contract.MESSAGE) == {"progress", "ladder"}


def test_the_frozen_channel_is_the_contracts_path() -> None:
    frozen = [channel for channel in descriptions.asyncapi()["channels"].values() if channel.get("x-frozen")]
    assert [channel["address"] for channel in frozen] == ["/video/{videoId}/status/stream"]


def test_states_are_the_same_in_both_descriptions() -> None:
    schema = resolved(
        descriptions.strict_openapi()["components"]["schemas"]["State"], descriptions.strict_openapi()
    )
    assert schema["enum"] == list(contract.STATES)


def agreed_words() -> bytes:
    return b"".join(AGREED.read_bytes().splitlines(keepends=True)[_NOTE_LINES:])


def test_the_agreed_words_are_unchanged() -> None:
    assert hashlib.sha256(agreed_words()).hexdigest() == _AGREED_SHA256


def test_the_data_here_is_what_was_agreed_on() -> None:
    # The endpoints of a section end where another heading or a rule begins.
    agreed: dict[tuple[str, str], set[int]] = {}
    heading: tuple[str, str] | None = None
    for line in agreed_words().decode().splitlines():
        if found := re.fullmatch(r"#### `([A-Z]+) (/\S*)`", line.strip()):
            heading = (found[1], found[2])
            agreed[heading] = set()
        elif line.startswith(("#", "---")):
            heading = None
        elif heading:
            agreed[heading] |= {int(status) for status in re.findall(r"`([1-5]\d\d)\b", line)}
    assert agreed == {(e.method, e.path): set(e.answers) for e in ENDPOINTS}
