"""docs/asyncapi.yaml says what the status sockets are.

No package that is kept up ships AsyncAPI's own schema, so what matters of version 3.0 is held here.
"""

import copy
import re
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from reelway.video import State
from tests.support.readers import descriptions, template
from tests.support.readers.descriptions import Document, resolved
from tests.support.samples import VIDEO_ID

DOCUMENT = descriptions.asyncapi()
BEHAVIORS: list[dict[str, Any]] = template.properties("Distribution")["DistributionConfig"]["CacheBehaviors"]
MESSAGE: Document = {"videoId": VIDEO_ID, "state": "READY", "timestamp": "2026-01-01T00:00:00.000000Z"}


_FIELDS = {"asyncapi", "id", "info", "servers", "defaultContentType", "channels", "operations", "components"}


def faults(document: Document) -> list[str]:
    """What AsyncAPI 3.0 would not have: other fields, and references that lead nowhere or elsewhere."""
    found = [f"unknown field {name}" for name in set(document) - _FIELDS if not name.startswith("x-")]
    if not re.fullmatch(r"3\.0\.\d+", str(document.get("asyncapi"))):
        found.append("the version is not 3.0")
    found += [f"info has no {name}" for name in {"title", "version"} - set(document.get("info", {}))]
    for name, server in document.get("servers", {}).items():
        found += [f"server {name} has no {needed}" for needed in {"host", "protocol"} - set(server)]
    try:
        resolved(document, document)
    except KeyError as error:
        return [*found, f"a reference leads nowhere: {error}"]
    return found + _channel_faults(document) + _operation_faults(document)


def _channel_faults(document: Document) -> list[str]:
    found = []
    for name, channel in document["channels"].items():
        if set(re.findall(r"\{(\w+)\}", channel["address"])) != set(channel.get("parameters", {})):
            found.append(f"channel {name} has other parameters than its address")
        if not channel.get("messages"):
            found.append(f"channel {name} has no messages")
    return found


def _operation_faults(document: Document) -> list[str]:
    found = []
    for name, operation in document["operations"].items():
        if operation.get("action") not in {"send", "receive"}:
            found.append(f"operation {name} neither sends nor receives")
        messages = f"{operation['channel']['$ref']}/messages/"
        if not all(message["$ref"].startswith(messages) for message in operation["messages"]):
            found.append(f"operation {name} has messages that its channel has not")
    return found


def without(*steps: str) -> Document:
    changed = copy.deepcopy(DOCUMENT)
    node = changed
    for step in steps[:-1]:
        node = node[step]
    del node[steps[-1]]
    return changed


def test_it_is_asyncapi_3() -> None:
    assert faults(DOCUMENT) == []


@pytest.mark.parametrize(
    "steps",
    [
        ("asyncapi",),
        ("info", "version"),
        ("servers", "distribution", "protocol"),
        ("channels", "status"),
        ("channels", "status", "parameters", "videoId"),
        ("channels", "status", "messages"),
        ("operations", "tellState", "action"),
        ("components", "messages", "state"),
    ],
)
def test_what_is_missing_is_noticed(steps: tuple[str, ...]) -> None:
    assert faults(without(*steps))


def test_its_channel_is_the_path_that_the_distribution_sends_to_the_socket_api() -> None:
    patterns = [behavior["PathPattern"] for behavior in BEHAVIORS if behavior["TargetOriginId"] == "status"]
    addresses = [re.sub(r"\{\w+\}", "*", channel["address"]) for channel in DOCUMENT["channels"].values()]
    assert patterns == addresses
    assert {channel["address"] for channel in DOCUMENT["channels"].values()} <= set(
        descriptions.openapi()["paths"]
    )


def test_the_socket_api_has_the_routes_behind_that_channel_and_no_other() -> None:
    """Without `$default` what clients send, which means nothing, calls no function."""
    routes = template.properties("WebSocketApi")["Routes"]
    assert routes == {"$disconnect": {"FunctionArn": {"Ref": "SocketFunction.Alias"}}}
    [connect] = template.of_type("AWS::ApiGatewayV2::Route").values()
    assert (connect["RouteKey"], connect["ApiId"]) == ("$connect", {"Ref": "WebSocketApi"})
    integration = template.properties("WebSocketApiConnectIntegration")
    assert connect["Target"] == {"Fn::Sub": "integrations/${WebSocketApiConnectIntegration}"}
    assert integration["IntegrationUri"]["Fn::Sub"][1] == {"Called": {"Ref": "SocketFunction.Alias"}}
    assert [operation["action"] for operation in DOCUMENT["operations"].values()] == ["send"]


def test_the_query_is_the_one_that_openapi_has() -> None:
    described = descriptions.operations(descriptions.openapi())["GET", "/video/{videoId}/status/stream"]
    in_openapi = {p["name"] for p in described["parameters"] if p["in"] == "query"}
    assert set(DOCUMENT["channels"]["status"]["bindings"]["ws"]["query"]["properties"]) == in_openapi


def test_the_message_is_a_json_schema_of_all_states() -> None:
    schema = descriptions.message_schema()
    Draft202012Validator.check_schema(schema)
    assert schema["properties"]["state"]["enum"] == [*State]


@pytest.mark.parametrize("more", [{}, {"progress": 0}, {"progress": 0.5}, {"progress": 1}])
def test_a_message_is_taken(more: Document) -> None:
    descriptions.validator(descriptions.message_schema()).validate(MESSAGE | more)


@pytest.mark.parametrize(
    "change",
    [
        {"state": "DONE"},
        {"videoId": "clip"},
        {"timestamp": "yesterday"},
        {"progress": 1.1},
        {"progress": None},
        {"more": 1},
    ],
)
def test_another_message_is_not(change: Document) -> None:
    assert not descriptions.validator(descriptions.message_schema()).is_valid(MESSAGE | change)
