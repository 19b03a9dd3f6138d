"""Functions are called by their aliases, and an update that changes a function publishes a version of it."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.readers import template

TEMPLATE = template.load()
RESOURCES: dict[str, Any] = TEMPLATE["Resources"]
PARAMETERS = set(TEMPLATE["Parameters"])
FUNCTIONS = template.of_type("AWS::Serverless::Function")
GLOBALS: dict[str, Any] = TEMPLATE["Globals"]["Function"]
# What refers to a function itself, and why.
UNQUALIFIED = {
    "Page": "CloudFormation refuses to change the ServiceToken of a resource that exists",
    "PlaybackKeys": "as Page",
    "ProcessingStateMachine": "its role may call every version",
    "RestApi": "`sam local start-api` finds a function by its ARN, after which the alias stands",
}
# These watch functions and call none: the metrics of a function are those of all its versions.
WATCHING = ("AWS::CloudWatch::", "AWS::Logs::")
# Properties that belong to the alias, the role or the function as a whole.
NOT_OF_A_VERSION = ("VersionDescription", "DeploymentPreference", "Policies", "ReservedConcurrentExecutions")
GRADUAL = {
    "UploadFunction",
    "StreamingFunction",
    "VideosFunction",
    "SocketFunction",
    "AuthorizerFunction",
    "WebhooksFunction",
}


def references(value: Any) -> Iterator[str]:
    """What `!Ref`, `!GetAtt` and `!Sub` in `value` name, as "Logical" or "Logical.Attribute"."""
    if isinstance(value, list):
        for entry in value:
            yield from references(entry)
    elif isinstance(value, dict):
        for name, argument in value.items():
            if name == "Ref":
                yield argument
            elif name == "Fn::GetAtt":
                yield ".".join(argument)
            elif name == "Fn::Sub":
                yield from re.findall(
                    r"\$\{([\w.:]+)\}", argument if isinstance(argument, str) else argument[0]
                )
            elif name in ("Fn::If", "Condition") and not isinstance(argument, dict):
                yield from references(TEMPLATE["Conditions"][argument[0] if name == "Fn::If" else argument])
            if name not in ("Ref", "Fn::GetAtt"):
                yield from references(argument)


def called(name: str) -> set[str]:
    """The functions that a resource refers to by their alias."""
    found = references(RESOURCES[name])
    return {each.removesuffix(".Alias") for each in found if each.endswith(".Alias")}


def integrated() -> set[str]:
    """The functions whose alias the REST API calls."""
    uris = re.findall(r'"Fn::Sub": "([^"]*/invocations)"', json.dumps(template.rest_api()))
    alias = GLOBALS["AutoPublishAlias"]
    found = {re.fullmatch(rf".*/functions/\$\{{(\w+)\.Arn\}}:{alias}/invocations", uri) for uri in uris}
    assert found
    assert None not in found
    return {match[1] for match in found if match}


def test_only_what_must_refers_to_a_function_without_its_alias() -> None:
    unqualified = {*FUNCTIONS, *(f"{name}.Arn" for name in FUNCTIONS)}
    found = {
        name
        for name, entry in RESOURCES.items()
        if unqualified & set(references(entry)) and not entry["Type"].startswith(WATCHING)
    }
    assert found == set(UNQUALIFIED)
    machine = template.properties("ProcessingStateMachine")
    assert not unqualified & set(references(machine["DefinitionSubstitutions"]))


def test_every_function_has_the_alias_that_its_callers_call() -> None:
    assert GLOBALS["AutoPublishAlias"] == "live"
    assert not [name for name, function in FUNCTIONS.items() if "AutoPublishAlias" in function]


def test_the_rest_api_may_call_every_alias_that_it_calls() -> None:
    permitted = {
        permission["FunctionName"]["Ref"].removesuffix(".Alias")
        for permission in template.of_type("AWS::Lambda::Permission").values()
        if permission["Principal"] == "apigateway.amazonaws.com"
        and permission["FunctionName"]["Ref"].endswith(".Alias")
        and "${RestApi}" in permission["SourceArn"]["Fn::Sub"]
    }
    assert integrated() == permitted == GRADUAL - {"SocketFunction", "AuthorizerFunction"}
    assert RESOURCES["RestApi"]["DependsOn"] == [
        f"{name}Aliaslive" for name in FUNCTIONS if name in permitted
    ]


def test_sockets_and_event_sources_call_aliases() -> None:
    assert called("WebSocketApi") == called("WebSocketApiConnectIntegration") == {"SocketFunction"}
    assert called("SocketAuthorizer") == {"AuthorizerFunction"}
    for name, mapping in template.of_type("AWS::Lambda::EventSourceMapping").items():
        assert called(name) == {mapping["FunctionName"]["Ref"].removesuffix(".Alias")}


def test_an_execution_keeps_to_the_versions_that_it_began_with() -> None:
    machine = template.properties("ProcessingStateMachine")
    steps = {
        name: entry for name, entry in machine["DefinitionSubstitutions"].items() if name.endswith("Arn")
    }
    assert steps == {
        f"{step}FunctionArn": {"Ref": f"{step}Function.Version"}
        for step in ("Prepare", "Encode", "Publish", "Fail")
    }
    [invoking] = [
        statement
        for statement in machine["Policies"][0]["Statement"]
        if statement.get("Action") == "lambda:InvokeFunction"
    ]
    assert invoking["Resource"][:4] == [
        {"Fn::Sub": f"${{{name.removesuffix('Arn')}.Arn}}:*"} for name in steps
    ]


def test_no_plan_is_newer_than_the_steps_that_read_it() -> None:
    """CloudFormation updates a resource before what refers to it: the definition before planning."""
    assert "ProcessingStateMachine" in set(references(FUNCTIONS["PlanFunction"]["Environment"]))
    steps = {"PrepareFunction", "EncodeFunction", "PublishFunction", "FailFunction"}
    assert not [
        step for step in steps if "ProcessingStateMachine" in set(references(FUNCTIONS[step]["Environment"]))
    ]


@pytest.mark.parametrize("step", ["Prepare", "Encode", "Publish", "Fail"])
def test_the_versions_of_a_step_are_kept_for_executions_that_call_them(step: str) -> None:
    # SAM itself keeps a version that another one follows because the code changed.
    assert RESOURCES[f"{step}Function"]["UpdateReplacePolicy"] == "Retain"


@pytest.mark.parametrize("name", FUNCTIONS)
def test_another_value_of_a_parameter_publishes_another_version(name: str) -> None:
    """SAM publishes no version for it: github.com/aws/serverless-application-model/issues/3820."""
    function = {key: entry for key, entry in FUNCTIONS[name].items() if key not in NOT_OF_A_VERSION}
    used = PARAMETERS & set(references([function, GLOBALS]))
    described = set(references(FUNCTIONS[name]["VersionDescription"]))
    assert described == used, f"VersionDescription of {name} must have the parameters {sorted(used)}"


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_description_of_a_version_is_as_short_as_lambda_wants_it(name: str) -> None:
    described = list(references(FUNCTIONS[name]["VersionDescription"]))
    assert sum(longest_value(each) + 1 for each in described) <= 256


def longest_value(parameter: str) -> int:
    """As the template bounds it, or else as it is in practice."""
    declared = TEMPLATE["Parameters"][parameter]
    allowed = declared.get("AllowedValues", [declared["MaxValue"]] if "MaxValue" in declared else [])
    return max(map(len, map(str, allowed)), default={"EmulatorEndpoint": 40}.get(parameter, 15))


def test_another_layer_publishes_versions_of_the_functions_that_have_it() -> None:
    layers = template.of_type("AWS::Serverless::LayerVersion")
    assert all(layer["PublishLambdaVersion"] is True for layer in layers.values())
    with_layers = {name for name, function in FUNCTIONS.items() if "Layers" in function}
    assert {
        n for n, function in FUNCTIONS.items() if function.get("AutoPublishAliasAllProperties")
    } == with_layers


def test_what_clients_call_can_shift_gradually_and_is_taken_back_by_an_alarm() -> None:
    preferences = {
        name: function["DeploymentPreference"]
        for name, function in FUNCTIONS.items()
        if "DeploymentPreference" in function
    }
    assert set(preferences) == GRADUAL
    for preference in preferences.values():
        assert preference["Type"] == {"Ref": "TrafficShift"}
        assert preference["Enabled"] == {
            "Fn::FindInMap": ["TrafficShift", {"Ref": "TrafficShift"}, "IsGradual"]
        }
        assert preference["Alarms"]["Fn::If"][:2] == ["ShiftsGradually", [{"Ref": "NewVersionAlarm"}]]
    assert RESOURCES["NewVersionAlarm"]["Condition"] == "ShiftsGradually"


def test_every_way_to_shift_traffic_is_known_to_be_gradual_or_not() -> None:
    ways = TEMPLATE["Mappings"]["TrafficShift"]
    assert list(ways) == TEMPLATE["Parameters"]["TrafficShift"]["AllowedValues"]
    assert json.dumps(ways["AllAtOnce"]) == '{"IsGradual": "false"}'
    assert {ways[way]["IsGradual"] for way in ways if way != "AllAtOnce"} == {"true"}
