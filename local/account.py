"""The emulated account, as the owner of the stack in it changes it: its buckets, tables and queues."""

import time
from collections.abc import Iterable
from typing import Any

import boto3
from botocore.config import Config

from local import deployment
from local.errors import LocalError
from local.settings import STACK_NAME, Settings

_QUEUE_LIMIT_S = 60
_POLL_S = 0.1
_MAX_DELETED = 1000  # of one request
_HEADERS = ("ContentType", "CacheControl", "Metadata")


class Objects:
    """The objects of one bucket."""

    def __init__(self, endpoint: str, name: str) -> None:
        self._name = name
        self._client = boto3.client("s3", endpoint_url=endpoint)

    def etags(self, prefix: str) -> dict[str, str]:
        """The ETag of every object whose key begins with `prefix`."""
        pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=self._name, Prefix=prefix)
        return {entry["Key"]: entry["ETag"] for page in pages for entry in page.get("Contents", [])}

    def has(self, key: str) -> bool:
        return key in self.etags(key)

    def get(self, key: str) -> bytes:
        return bytes(self._client.get_object(Bucket=self._name, Key=key)["Body"].read())

    def content_type(self, key: str) -> str:
        return str(self._client.head_object(Bucket=self._name, Key=key)["ContentType"])

    def put(self, key: str, body: bytes, content_type: str) -> None:
        self._client.put_object(Bucket=self._name, Key=key, Body=body, ContentType=content_type)

    def rewrite(self, key: str, body: bytes) -> None:
        """Another body for the object, whose headers stay."""
        head = self._client.head_object(Bucket=self._name, Key=key)
        kept: Any = {name: value for name, value in head.items() if name in _HEADERS}
        self._client.put_object(Bucket=self._name, Key=key, Body=body, **kept)

    def copy(self, source: "Objects", key: str, target: str) -> None:
        """Copy an object with its headers."""
        self._client.copy_object(
            Bucket=self._name, Key=target, CopySource={"Bucket": source._name, "Key": key}
        )

    def delete(self, keys: Iterable[str]) -> None:
        listed: list[Any] = [{"Key": key} for key in keys]
        for start in range(0, len(listed), _MAX_DELETED):
            self._client.delete_objects(
                Bucket=self._name, Delete={"Objects": listed[start : start + _MAX_DELETED]}
            )

    def url_to_put(self, key: str, endpoint: str, expires_s: int) -> str:
        """A presigned URL that takes the object from whoever reaches the emulator at `endpoint`."""
        client = boto3.client("s3", endpoint_url=endpoint, config=Config(signature_version="s3v4"))
        asked = {"Bucket": self._name, "Key": key}
        return str(client.generate_presigned_url("put_object", asked, ExpiresIn=expires_s))


class Account:
    """The account in which the running system is deployed."""

    def __init__(self, settings: Settings) -> None:
        deployed = deployment.last(settings)
        if deployed is None:
            raise LocalError("Reelway is not deployed; `make up` does that")
        self._endpoint = settings.endpoint
        self._outputs = deployed.outputs
        self._dynamodb = boto3.client("dynamodb", endpoint_url=settings.endpoint)
        self._stacks = boto3.client("cloudformation", endpoint_url=settings.endpoint)
        self._states = boto3.client("stepfunctions", endpoint_url=settings.endpoint)
        self.uploads = Objects(settings.endpoint, self._outputs["UploadsBucketName"])
        self.media = Objects(settings.endpoint, self._outputs["MediaBucketName"])

    @property
    def site(self) -> Objects:
        return Objects(self._endpoint, self.physical_id("SiteBucket"))

    def bucket(self, name: str) -> Objects:
        return {"uploads": self.uploads, "media": self.media}[name]

    def record(self, video_id: str) -> dict[str, Any]:
        """The video's record as DynamoDB's typed JSON."""
        answer = self._dynamodb.get_item(
            TableName=self._outputs["VideosTableName"], Key={"videoId": {"S": video_id}}, ConsistentRead=True
        )
        return dict(answer["Item"])

    def replace_record(self, item: dict[str, Any]) -> None:
        self._replace(self._outputs["VideosTableName"], item, ("videoId",))

    def replace_connection(self, item: dict[str, Any]) -> None:
        self._replace(self._outputs["ConnectionsTableName"], item, ("videoId", "connectionId"))

    def physical_id(self, logical_id: str) -> str:
        found = self._stacks.describe_stack_resource(StackName=STACK_NAME, LogicalResourceId=logical_id)
        return str(found["StackResourceDetail"]["PhysicalResourceId"])

    def is_running(self, video_id: str) -> bool:
        """Whether an execution works on the video."""
        pages = self._states.get_paginator("list_executions").paginate(
            stateMachineArn=self._outputs["StateMachineArn"], statusFilter="RUNNING"
        )
        return any(each["name"].startswith(video_id) for page in pages for each in page["executions"])

    def await_no_messages(self, queue: str) -> None:
        """Until everything in the stack's queue was received and done."""
        stack = boto3.client("cloudformation", endpoint_url=self._endpoint)
        found = stack.describe_stack_resource(StackName=STACK_NAME, LogicalResourceId=queue)
        sqs, url = boto3.client("sqs", endpoint_url=self._endpoint), found["StackResourceDetail"]
        deadline = time.monotonic() + _QUEUE_LIMIT_S
        while _message_count(sqs, url["PhysicalResourceId"]):
            if time.monotonic() > deadline:
                raise LocalError(f"{queue} still has messages after {_QUEUE_LIMIT_S} s")
            time.sleep(_POLL_S)

    def _replace(self, table: str, item: dict[str, Any], key: tuple[str, ...]) -> None:
        """Deleted before it is written, which makes no change that the functions would tell anybody of."""
        self._dynamodb.delete_item(TableName=table, Key={name: item[name] for name in key})
        self._dynamodb.put_item(TableName=table, Item=item)


def _message_count(sqs: Any, url: str) -> int:
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
    return sum(int(attributes[name]) for name in names)
