"""Which IAM action on which resource each call asks for, and which a role is allowed.

https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

import json
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from functools import partial
from typing import Any, NamedTuple

from tests.faults.cloudformation import ACCOUNT, REGION
from tests.faults.declared import Function, Role
from tests.faults.network import Request

_NO_TAGS: Mapping[str, str] = {}
_OF_KEYS = "ForAllValues:StringEquals"
_OF_PREFIXES = "StringEquals"
_PREFIXES = {
    "sfn": "states",
    "apigatewaymanagementapi": "execute-api",
    "dynamodb-streams": "dynamodb",
    "eventbridge": "events",
    "secrets-manager": "secretsmanager",
}
# Operations whose action has another name.
_ACTIONS = {
    "HeadObject": "GetObject",
    "ListObjectsV2": "ListBucket",
    "ListObjectVersions": "ListBucketVersions",
    "DeleteObjects": "DeleteObject",
    "CreateMultipartUpload": "PutObject",
    "UploadPart": "PutObject",
    "CompleteMultipartUpload": "PutObject",
    "ListParts": "ListMultipartUploadParts",
    "SendMessageBatch": "SendMessage",
    "DeleteMessageBatch": "DeleteMessage",
    "ChangeMessageVisibilityBatch": "ChangeMessageVisibility",
    "PostToConnection": "ManageConnections",
    "GetConnection": "ManageConnections",
    "DeleteConnection": "ManageConnections",
}
_METHODS = {"PostToConnection": "POST", "GetConnection": "GET", "DeleteConnection": "DELETE"}


class Permission(NamedTuple):
    """`key` is the partition key of a table's item, or the prefix of what is listed of a bucket."""

    action: str
    resource: str
    key: str = ""


class Grant(NamedTuple):
    """Of one action on one pattern of resources, to a role or to a function's; of `key` alone, if any."""

    of: str
    action: str
    pattern: str
    key: str | None = None

    def covers(self, asked: Permission) -> bool:
        is_of_key = self.key is None or asked.key == self.key
        return (
            is_of_key and fnmatchcase(asked.action, self.action) and fnmatchcase(asked.resource, self.pattern)
        )


def grants_of(of: Function | Role, tags: Mapping[str, str] = _NO_TAGS) -> Iterator[Grant]:
    """With `tags` instead of the policy's variables for them."""
    for statement in of.statements:
        assert statement["Effect"] == "Allow"
        key = _key_of(statement.get("Condition", {}))
        for action in _listed(statement["Action"]):
            for pattern in _listed(statement["Resource"]):
                yield Grant(of.name, action, _filled(pattern, tags), key and _filled(key, tags))


def _key_of(condition: Mapping[str, Any]) -> str | None:
    """The one key, or prefix of keys, for which a statement is, if there is one."""
    if _OF_KEYS in condition:
        [[key]] = condition[_OF_KEYS].values()
        return str(key)
    prefix: str | None = condition.get(_OF_PREFIXES, {}).get("s3:prefix")
    return prefix


def _filled(text: str, tags: Mapping[str, str]) -> str:
    for name, value in tags.items():
        text = text.replace(f"${{aws:PrincipalTag/{name}}}", value)
    return text


def asked_by(request: Request) -> Iterator[Permission]:
    """What the request needs, for each of its keys.

    For a key that is missing S3 answers 404 only to those who may list the bucket.
    """
    call, parameters = request.call, request.parameters
    name = _ACTIONS.get(call.operation, call.operation)
    is_of_versions = any("VersionId" in entry for entry in parameters.get("Delete", {}).get("Objects", []))
    action = f"{_PREFIXES.get(call.service, call.service)}:{name}"
    resources: dict[str, Any] = {
        "s3": _objects,
        "dynamodb": _table,
        "dynamodb-streams": _stream,
        "sqs": _queue,
        "sfn": _workflow,
        "cloudfront": _distribution,
        "apigatewaymanagementapi": partial(_connection, _METHODS.get(call.operation, "")),
        "sts": _role,
        "eventbridge": _bus,
        "secrets-manager": _secret,
        "cloudfront-keyvaluestore": _store,
    }
    for resource in resources[call.service](parameters):
        yield Permission(action, resource, _key(parameters))
        if is_of_versions:  # "you must always have the s3:DeleteObject permission"
            yield Permission("s3:DeleteObjectVersion", resource)
    if "Tags" in parameters and call.service == "sts":
        yield Permission("sts:TagSession", parameters["RoleArn"])
    if call.service == "s3" and 404 in request.statuses:
        yield Permission("s3:ListBucket", f"arn:aws:s3:::{parameters['Bucket']}")


def _listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def _key(parameters: Mapping[str, Any]) -> str:
    """The partition key of a table's item, or a prefix of keys in a bucket; empty where a call has none."""
    if "Prefix" in parameters:
        return str(parameters["Prefix"])
    item = parameters.get("Key") or parameters.get("Item")
    if not isinstance(item, Mapping):
        return ""
    return next((str(item[name]["S"]) for name in ("videoId", "id") if name in item), "")


def _role(parameters: Mapping[str, Any]) -> Iterator[str]:
    yield parameters["RoleArn"]


def _objects(parameters: Mapping[str, Any]) -> Iterator[str]:
    bucket = f"arn:aws:s3:::{parameters['Bucket']}"
    if "Delete" in parameters:
        yield from (f"{bucket}/{entry['Key']}" for entry in parameters["Delete"]["Objects"])
    else:
        yield f"{bucket}/{parameters['Key']}" if "Key" in parameters else bucket


def _table(parameters: Mapping[str, Any]) -> Iterator[str]:
    if "TransactItems" in parameters:
        for entry in parameters["TransactItems"]:
            [of] = entry.values()
            yield from _table(of)
        return
    if "RequestItems" in parameters:
        yield from (
            f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{name}" for name in parameters["RequestItems"]
        )
        return
    table = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{parameters['TableName']}"
    yield f"{table}/index/{parameters['IndexName']}" if "IndexName" in parameters else table


def _stream(parameters: Mapping[str, Any]) -> Iterator[str]:
    """Iterators of this world begin with the stream's ARN."""
    yield parameters["StreamArn"] if "StreamArn" in parameters else json.loads(parameters["ShardIterator"])[0]


def _queue(parameters: Mapping[str, Any]) -> Iterator[str]:
    yield f"arn:aws:sqs:{REGION}:{ACCOUNT}:{parameters['QueueUrl'].rsplit('/', 1)[1]}"


def _bus(parameters: Mapping[str, Any]) -> Iterator[str]:
    for name in sorted({entry["EventBusName"] for entry in parameters["Entries"]}):
        yield f"arn:aws:events:{REGION}:{ACCOUNT}:event-bus/{name}"


def _workflow(parameters: Mapping[str, Any]) -> Iterator[str]:
    yield parameters.get("stateMachineArn") or parameters["executionArn"]


def _distribution(parameters: Mapping[str, Any]) -> Iterator[str]:
    yield f"arn:aws:cloudfront::{ACCOUNT}:distribution/{parameters['DistributionId']}"


def _secret(parameters: Mapping[str, Any]) -> Iterator[str]:
    yield parameters["SecretId"]


def _store(parameters: Mapping[str, Any]) -> Iterator[str]:
    yield parameters["KvsARN"]


def _connection(method: str, parameters: Mapping[str, Any]) -> Iterator[str]:
    connection = parameters["ConnectionId"]
    yield f"arn:aws:execute-api:{REGION}:{ACCOUNT}:abc/ws/{method}/@connections/{connection}"
