"""Names of what a stack makes: for a stack of any name, and for a second one beside what a first one left."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.readers import template

RESOURCES: dict[str, Any] = template.load()["Resources"]
# As long as CloudFormation takes it, and in both cases.
STACK_NAME = "Films-" * 21 + "X1"
STACK_UUID = "3f0e8f3a-4c39-4ea1-9d1f-27a4f1f4b0c7"
_STACK_UUID_OF = {"Id": {"Fn::Select": [2, {"Fn::Split": ["/", {"Ref": "AWS::StackId"}]}]}}
# Names that the template gives: (type, property) -> (maximum length, letters), from the API references.
LIMITS = {
    ("AWS::Serverless::WebSocketApi", "Name"): (128, r".+"),
    ("AWS::Serverless::Api", "Name"): (1024, r".+"),
    ("AWS::Serverless::Api", "DefinitionBody/info/title"): (1024, r".+"),
    ("AWS::Serverless::StateMachine", "Name"): (80, r"[A-Za-z0-9_-]+"),
    ("AWS::Events::EventBus", "Name"): (256, r"[/.\-_A-Za-z0-9]+"),
    ("AWS::CloudFront::Function", "Name"): (64, r"[a-zA-Z0-9-_]{1,64}"),
    ("AWS::CloudFront::KeyValueStore", "Name"): (64, r"[a-zA-Z0-9-_]{1,64}"),
    ("AWS::CloudFront::OriginRequestPolicy", "OriginRequestPolicyConfig/Name"): (128, r".+"),
    ("AWS::CloudFront::OriginAccessControl", "OriginAccessControlConfig/Name"): (64, r".+"),
    ("AWS::CloudFront::ResponseHeadersPolicy", "ResponseHeadersPolicyConfig/Name"): (128, r".+"),
    ("AWS::SecretsManager::Secret", "Name"): (512, r"[A-Za-z0-9/_+=.@-]+"),
    ("AWS::ApiGateway::ApiKey", "Name"): (1024, r".+"),
    ("AWS::ApiGateway::UsagePlan", "UsagePlanName"): (1024, r".+"),
    ("AWS::CloudFront::Distribution", "DistributionConfig/Comment"): (128, r".+"),
    ("AWS::CloudWatch::Alarm", "Dimensions/0/Value"): (1024, r"[\x20-\x7e]+"),
    ("AWS::CloudWatch::Alarm", "Metrics/1/MetricStat/Metric/Dimensions/0/Value"): (1024, r"[\x20-\x7e]+"),
    ("AWS::CloudWatch::Alarm", "Metrics/3/MetricStat/Metric/Dimensions/0/Value"): (1024, r"[\x20-\x7e]+"),
    ("AWS::CloudWatch::Alarm", "Metrics/4/MetricStat/Metric/Dimensions/0/Value"): (1024, r"[\x20-\x7e]+"),
    ("AWS::Logs::QueryDefinition", "Name"): (255, r"[^:*]+"),
}
# Without these properties CloudFormation makes a name that fits, and is never given twice.
GENERATED = {
    "AWS::S3::Bucket": "BucketName",
    "AWS::DynamoDB::Table": "TableName",
    "AWS::SQS::Queue": "QueueName",
    "AWS::SNS::Topic": "TopicName",
    "AWS::Logs::LogGroup": "LogGroupName",
    "AWS::CloudWatch::Alarm": "AlarmName",
    "AWS::CloudWatch::Dashboard": "DashboardName",
    "AWS::IAM::Role": "RoleName",
    "AWS::Serverless::Function": "FunctionName",
}
# Names of other resources, or text that may be the same in two stacks.
_OF_OTHERS = re.compile(r"(Policies|Environment|DefinitionSubstitutions)/|DashboardBody$")


def resolved(value: Any) -> str:
    """A name as CloudFormation would make it for a stack name of maximum length."""
    if isinstance(value, str):
        return value
    if value == {"Ref": "AWS::StackName"}:
        return STACK_NAME
    sub = value["Fn::Sub"]
    text, variables = (sub, _STACK_UUID_OF) if isinstance(sub, str) else sub
    assert variables == _STACK_UUID_OF
    for variable, longest in (
        ("Id", STACK_UUID),
        ("AWS::StackName", STACK_NAME),
        ("OriginKeyVersion", "9" * 9),
        ("PlaybackKeyVersion", "9" * 9),
    ):
        text = text.replace(f"${{{variable}}}", longest)
    return str(text)


def stack_bound(node: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """(path, value) of all that is made of the stack's name or id below a node."""
    if node == {"Ref": "AWS::StackName"} or (isinstance(node, dict) and "Fn::Sub" in node):
        if "AWS::StackName" in str(node) or "AWS::StackId" in str(node):
            yield path, node
    elif isinstance(node, dict):
        for name, value in node.items():
            yield from stack_bound(value, f"{path}/{name}" if path else name)
    elif isinstance(node, list):
        for number, value in enumerate(node):
            yield from stack_bound(value, f"{path}/{number}")


def at(properties: Any, path: str) -> Any:
    for part in path.split("/"):
        properties = properties[int(part) if isinstance(properties, list) else part]
    return properties


NAMED = [
    (logical_id, path)
    for (kind, path) in LIMITS
    for logical_id, resource in RESOURCES.items()
    if resource["Type"] == kind and path in dict(stack_bound(resource["Properties"]))
]


@pytest.mark.parametrize(("logical_id", "path"), NAMED)
def test_a_name_fits_its_service_whatever_the_stack_is_called(logical_id: str, path: str) -> None:
    assert len(STACK_NAME) == 128
    resource = RESOURCES[logical_id]
    max_length, letters = LIMITS[resource["Type"], path]
    name = resolved(at(resource["Properties"], path))
    assert len(name) <= max_length
    assert re.fullmatch(letters, name)


def test_the_rest_api_has_a_name_which_moto_does_not_take_from_its_definition() -> None:
    assert RESOURCES["RestApi"]["Properties"]["Name"] == {"Ref": "AWS::StackName"}


@pytest.mark.parametrize("logical_id", RESOURCES)
def test_only_names_whose_limit_is_known_are_made_of_the_stacks(logical_id: str) -> None:
    resource = RESOURCES[logical_id]
    made = [path for path, _ in stack_bound(resource.get("Properties", {})) if not _OF_OTHERS.match(path)]
    assert [path for path in made if (resource["Type"], path) not in LIMITS] == []


@pytest.mark.parametrize("logical_id", RESOURCES)
def test_cloudformation_makes_all_other_names(logical_id: str) -> None:
    resource = RESOURCES[logical_id]
    assert GENERATED.get(resource["Type"], "") not in resource.get("Properties", {})


def test_what_outlives_a_stack_has_a_name_that_no_other_stack_gets() -> None:
    retained = {
        name for name, resource in RESOURCES.items() if "Retain" in resource.get("DeletionPolicy", "")
    }
    # Of ApiGatewayAccount a region has one, which has no name.
    assert retained - {"ApiGatewayAccount"} == {
        *("VideosTable", "UploadsBucket", "MediaBucket"),
        *("AccessLogsBucket", "ApiGatewayLogsRole"),
    }
    named = retained - {"ApiGatewayAccount"}
    assert {RESOURCES[name]["Type"] for name in named} <= set(GENERATED)
    assert not [name for name in named if GENERATED[RESOURCES[name]["Type"]] in RESOURCES[name]["Properties"]]


def test_names_that_an_account_has_once_in_all_regions_are_made_of_the_stacks_id() -> None:
    cloudfront = [(name, path) for name, path in NAMED if "CloudFront" in RESOURCES[name]["Type"]]
    for name, path in cloudfront:
        if not path.endswith("Comment"):
            assert STACK_UUID in resolved(at(RESOURCES[name]["Properties"], path))


def test_no_resource_of_the_stack_is_spelled_out() -> None:
    """Apart from those of which the name is needed before they are made, or that have no attribute for it."""
    text = (template.ROOT / "template.yaml").read_text()
    assert not re.findall(r"arn:\$\{AWS::Partition\}:(?:s3|sqs|dynamodb|sns|logs)\b.*", text)


def test_the_template_is_smaller_than_cloudformation_takes_from_s3() -> None:
    size_bytes = len((template.ROOT / "template.yaml").read_bytes())
    assert size_bytes < 1_000_000 / 4  # `sam deploy` writes anchors out, which may make it larger
