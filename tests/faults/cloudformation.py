"""Values of template.yaml with the names that resources get when they are deployed."""

import re
from collections.abc import Mapping
from typing import Any

from tests.support.doubles.moto_aws import REFERENCES
from tests.support.readers import template
from tests.support.readers.deployed import Deployed
from tests.support.readers.function_environment import STACK_ID

ACCOUNT, REGION = "123456789012", "us-east-1"
_PSEUDO = {
    "AWS::StackId": STACK_ID,
    "AWS::StackName": "reelway",
    "AWS::AccountId": ACCOUNT,
    "AWS::Region": REGION,
    "AWS::Partition": "aws",
    "AWS::URLSuffix": "amazonaws.com",
}
_ARNS = {
    "AWS::S3::Bucket": "arn:aws:s3:::{name}",
    "AWS::DynamoDB::Table": f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{{name}}",
    "AWS::SQS::Queue": f"arn:aws:sqs:{REGION}:{ACCOUNT}:{{name}}",
    "AWS::CloudFront::KeyValueStore": f"arn:aws:cloudfront::{ACCOUNT}:key-value-store/{{name}}",
    "AWS::IAM::Role": f"arn:aws:iam::{ACCOUNT}:role/{{name}}",
    "AWS::Events::EventBus": f"arn:aws:events:{REGION}:{ACCOUNT}:event-bus/{{name}}",
    "AWS::Serverless::Function": f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{{name}}",
}


def physical_name(logical_id: str) -> str:
    """The name of a bucket, table, queue or function."""
    known = REFERENCES.get(logical_id, logical_id)
    return logical_id if known.startswith("https://") else known


def arn(logical_id: str) -> str:
    kind = template.load()["Resources"][logical_id]["Type"]
    return _ARNS[kind].format(name=physical_name(logical_id))


def queue_url(logical_id: str) -> str:
    return f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/{logical_id}"


class Resolver:
    """`parameters` are those that have another value than their default."""

    def __init__(self, parameters: Mapping[str, str]) -> None:
        self._deployed = Deployed(**parameters)

    def __call__(self, node: Any) -> Any:
        return self._named(self._deployed.resolve(node), {})

    def _named(self, node: Any, local: Mapping[str, Any]) -> Any:
        """With names instead of references; conditions are decided by now."""
        if isinstance(node, list):
            return [self._named(entry, local) for entry in node]
        if not isinstance(node, dict):
            return node
        if len(node) == 1:
            [(intrinsic, argument)] = node.items()
            if intrinsic == "Ref" or intrinsic.startswith("Fn::"):
                return getattr(self, f"_{intrinsic.removeprefix('Fn::').lower()}")(argument, local)
        return {name: self._named(value, local) for name, value in node.items()}

    def _ref(self, name: str, local: Mapping[str, Any]) -> Any:
        for known in (local, _PSEUDO):
            if name in known:
                return known[name]
        if name in template.load()["Parameters"]:
            return self._deployed.resolve({"Ref": name})
        kind = template.load()["Resources"].get(name, {}).get("Type")
        if kind == "AWS::SQS::Queue":
            return queue_url(name)
        return REFERENCES.get(name, name.removesuffix(".Version").removesuffix(".Alias"))

    def _getatt(self, of: str | list[str], local: Mapping[str, Any]) -> str:
        name, attribute = of.split(".", 1) if isinstance(of, str) else of
        if attribute == "Arn":
            return arn(name)
        if attribute == "StreamArn":
            return f"{arn(name)}/stream/1"
        return {"Name": REFERENCES.get(name, name).split(":")[-1]}.get(attribute, f"{name}.{attribute}")

    def _sub(self, argument: Any, local: Mapping[str, Any]) -> str:
        text, own = argument if isinstance(argument, list) else (argument, {})
        named = {**local, **{name: self._named(value, local) for name, value in own.items()}}

        def value_of(found: re.Match[str]) -> str:
            name = found[1]
            return str(self._getatt(name, named) if "." in name else self._ref(name, named))

        return re.sub(r"\$\{([\w:.]+)\}", value_of, text).replace("${!", "${")

    def _split(self, argument: list[Any], local: Mapping[str, Any]) -> list[str]:
        separator, text = argument
        return str(self._named(text, local)).split(separator)

    def _select(self, argument: list[Any], local: Mapping[str, Any]) -> Any:
        index, values = argument
        return self._named(values, local)[int(index)]

    def _join(self, argument: list[Any], local: Mapping[str, Any]) -> str:
        separator, values = argument
        return str(separator).join(map(str, self._named(values, local)))
