"""The system as the owner of the account sees it: tables, buckets, functions and executions."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3

from local.endpoints import api_url, rest_api_url
from local.system import System
from tests.support.system.capabilities import ALL, Capabilities

ALIAS = "live"


class Cloud:
    """boto3 clients of the account in which the system is deployed, and what tests do with them.

    What needs a capability that the emulator lacks skips the test.
    """

    def __init__(self, running: System, *, capabilities: Capabilities = ALL) -> None:
        self.endpoint = running.endpoint
        self.outputs = running.outputs
        self.stack_name = running.stack_name
        self.capabilities = capabilities
        self.s3 = self.client("s3")
        self.dynamodb = self.client("dynamodb")
        self.functions = self.client("lambda")
        self.states = self.client("stepfunctions")
        self.iam = self.client("iam")

    def client(self, service: str) -> Any:
        make: Any = boto3.client  # its types know services by literal names only
        return make(service, endpoint_url=self.endpoint, region_name="us-east-1")

    @property
    def rest_api_url(self) -> str:
        """The URL of the REST API itself, without the edge in front."""
        return rest_api_url(self.endpoint, self.outputs)

    @property
    def origin_key(self) -> str:
        """What the distribution shows to both APIs."""
        found = self.client("secretsmanager").get_secret_value(SecretId=self.physical_id("OriginKey"))
        return str(found["SecretString"])

    @property
    def socket_url(self) -> str:
        """The URL of the WebSocket API itself; takes ?videoId=."""
        api_id = self.outputs["WebSocketUrl"].removeprefix("wss://").split(".")[0]
        return api_url(self.endpoint, api_id, "ws").replace("http", "ws", 1)

    def physical_id(self, logical_id: str) -> str:
        stack = self.client("cloudformation")
        found = stack.describe_stack_resource(StackName=self.stack_name, LogicalResourceId=logical_id)
        return str(found["StackResourceDetail"]["PhysicalResourceId"])

    def disable_schedules(self) -> None:
        """Maintenance then runs only when it is invoked."""
        for function in ("LostWorkFunction", "KeepAliveFunction", "DeletionsFunction"):
            self.client("events").disable_rule(Name=self.physical_id(f"{function}Often"))

    def item(self, video_id: str) -> dict[str, Any] | None:
        key = {"videoId": {"S": video_id}}
        answer = self.dynamodb.get_item(
            TableName=self.outputs["VideosTableName"], Key=key, ConsistentRead=True
        )
        return dict(answer["Item"]) if "Item" in answer else None

    def upload_keys(self) -> set[str]:
        pages = self.s3.get_paginator("list_objects_v2").paginate(
            Bucket=self.outputs["UploadsBucketName"], Prefix="uploads/"
        )
        return {entry["Key"] for page in pages for entry in page.get("Contents", [])}

    def video_count(self) -> int:
        """Records of videos, without the rows of uploads that are pending."""
        found = self.dynamodb.scan(
            TableName=self.outputs["VideosTableName"],
            FilterExpression="attribute_exists(version)",
            Select="COUNT",
        )
        return int(found["Count"])

    def put_video(self, video_id: str, **fields: Any) -> None:
        """Write the record of a video uploaded long ago, changed by `fields` (strings and integers)."""
        plain = {
            "videoId": video_id,
            "state": "UPLOADED",
            "rank": 0,
            "version": 1,
            "createdAt": "2026-01-01T00:00:00.000000Z",
            "updatedAt": "2026-01-01T00:00:00.000000Z",
            "listing": "open",
            "listedAt": "2026-01-01T00:00:00.000000Z",
        } | fields
        item = {k: {"N": str(v)} if isinstance(v, int) else {"S": v} for k, v in plain.items()}
        self.dynamodb.put_item(TableName=self.outputs["VideosTableName"], Item=item)

    def advance_video(self, video_id: str, state: str) -> None:
        """Write a later state into a record, as the functions would."""
        self.dynamodb.update_item(
            TableName=self.outputs["VideosTableName"],
            Key={"videoId": {"S": video_id}},
            UpdateExpression="SET #state = :state, #rank = :rank, version = version + :one",
            ExpressionAttributeNames={"#state": "state", "#rank": "rank"},
            ExpressionAttributeValues={":state": {"S": state}, ":rank": {"N": "2"}, ":one": {"N": "1"}},
        )

    def age_video(self, video_id: str) -> None:
        """Change a record as if it had been written long ago."""
        self.dynamodb.update_item(
            TableName=self.outputs["VideosTableName"],
            Key={"videoId": {"S": video_id}},
            UpdateExpression="SET listedAt = :long_ago",
            ExpressionAttributeValues={":long_ago": {"S": "2026-01-01T00:00:00.000000Z"}},
        )

    def forget_video(self, video_id: str) -> None:
        """Delete the record, as if the video had never existed."""
        self.dynamodb.delete_item(TableName=self.outputs["VideosTableName"], Key={"videoId": {"S": video_id}})

    def connections(self, video_id: str) -> list[dict[str, Any]]:
        answer = self.dynamodb.query(
            TableName=self.outputs["ConnectionsTableName"],
            KeyConditionExpression="videoId = :v",
            ExpressionAttributeValues={":v": {"S": video_id}},
            ConsistentRead=True,
        )
        return list(answer["Items"])

    def age_connections(self, video_id: str, *, seconds: int) -> None:
        """Change a video's connections as if they had been opened `seconds` earlier."""
        for item in self.connections(video_id):
            self.dynamodb.update_item(
                TableName=self.outputs["ConnectionsTableName"],
                Key={name: item[name] for name in ("videoId", "connectionId")},
                UpdateExpression="SET connectedAt = connectedAt - :seconds",
                ExpressionAttributeValues={":seconds": {"N": str(seconds)}},
            )

    def invoke(self, logical_id: str, event: dict[str, Any]) -> Any:
        """Invoke a function and return its result; fails when the function raised."""
        error, payload = self._invoke(logical_id, event)
        assert error is None, payload
        return payload

    def log_lines(self, text: str) -> list[str]:
        """All log messages of any function that contain `text`."""
        self.capabilities.require("log_group")
        pages = (
            self.client("logs")
            .get_paginator("filter_log_events")
            .paginate(logGroupName=self.outputs["LogGroupName"], filterPattern=f'"{text}"')
        )
        return [event["message"] for page in pages for event in page["events"]]

    def _invoke(self, logical_id: str, event: dict[str, Any]) -> tuple[str | None, Any]:
        answer = self.functions.invoke(
            FunctionName=self.physical_id(logical_id), Qualifier=ALIAS, Payload=json.dumps(event).encode()
        )
        return answer.get("FunctionError"), json.loads(answer["Payload"].read() or b"null")

    def execution_name(self, video_id: str) -> str:
        """As the record has it, or the video's id where no run was begun."""
        item = self.item(video_id) or {}
        return str(item.get("execution", {}).get("S", video_id))

    def execution(self, video_id: str) -> dict[str, Any]:
        """The video's last execution. Raises ExecutionDoesNotExist before it was started."""
        machine = self.outputs["StateMachineArn"]
        arn = f"{machine.replace(':stateMachine:', ':execution:')}:{self.execution_name(video_id)}"
        return dict(self.states.describe_execution(executionArn=arn))

    def step_errors(self, video_id: str) -> list[str]:
        """The names under which steps of the video's execution have failed, in their order."""
        arn = self.execution(video_id)["executionArn"]
        pages = self.states.get_paginator("get_execution_history").paginate(executionArn=arn)
        details = [event.get("taskFailedEventDetails") for page in pages for event in page["events"]]
        return [failed["error"] for failed in details if failed]

    def is_running(self, video_id: str) -> bool:
        """Whether the video's execution was started and has not ended."""
        try:
            return str(self.execution(video_id)["status"]) == "RUNNING"
        except self.states.exceptions.ExecutionDoesNotExist:
            return False

    def function_starts(self) -> int:
        """How many invocations of any function the log group has."""
        return len(self.log_lines("START RequestId"))

    @contextmanager
    def denied(self, logical_id: str, action: str, resource: str = "*") -> Iterator[None]:
        """Deny a function or a role an action as long as the context lasts: an outage, or a wrong policy.

        Several functions take the role of a job; by what they write, `resource` tells them apart.
        """
        self.capabilities.require("iam")
        role = self.physical_id(logical_id)
        if not logical_id.endswith("Role"):
            role = self.functions.get_function_configuration(FunctionName=role)["Role"].rsplit("/", 1)[-1]
        statement = {"Effect": "Deny", "Action": action, "Resource": resource}
        document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        self.iam.put_role_policy(RoleName=role, PolicyName="outage", PolicyDocument=document)
        try:
            yield
        finally:
            self.iam.delete_role_policy(RoleName=role, PolicyName="outage")

    def function_names(self) -> list[str]:
        """Names of the stack's functions, which CloudFormation made."""
        pages = self.functions.get_paginator("list_functions").paginate()
        names = [entry["FunctionName"] for page in pages for entry in page["Functions"]]
        return [name for name in names if name.startswith(f"{self.stack_name}-")]

    @contextmanager
    def without_functions(self) -> Iterator[None]:
        """No function of the stack can run as long as the context lasts."""
        self.capabilities.require("reserved_concurrency")
        names = self.function_names()
        live = {name: self.functions.get_alias(FunctionName=name, Name=ALIAS) for name in names}
        try:
            for name in names:
                self.functions.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=0)
                # The emulator has published versions run nevertheless.
                self.functions.update_alias(FunctionName=name, Name=ALIAS, FunctionVersion="$LATEST")
            yield
        finally:
            for name, alias in live.items():
                version = alias["FunctionVersion"]
                self.functions.update_alias(FunctionName=name, Name=ALIAS, FunctionVersion=version)
                self.functions.delete_function_concurrency(FunctionName=name)

    @contextmanager
    def queue_attributes(self, logical_id: str, **attributes: str) -> Iterator[None]:
        """Change attributes of a queue as long as the context lasts."""
        sqs, url = self.client("sqs"), self.physical_id(logical_id)
        answer = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=[*attributes])
        before = {name: answer["Attributes"][name] for name in attributes}
        sqs.set_queue_attributes(QueueUrl=url, Attributes=attributes)
        try:
            yield
        finally:
            sqs.set_queue_attributes(QueueUrl=url, Attributes=before)

    def queue_arn(self, logical_id: str) -> str:
        answer = self.client("sqs").get_queue_attributes(
            QueueUrl=self.physical_id(logical_id), AttributeNames=["QueueArn"]
        )
        return str(answer["Attributes"]["QueueArn"])

    def queued(self, logical_id: str) -> int:
        """How many messages a queue has, including those in flight."""
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        answer = self.client("sqs").get_queue_attributes(
            QueueUrl=self.physical_id(logical_id), AttributeNames=names
        )
        return sum(int(answer["Attributes"][name]) for name in names)

    @contextmanager
    def environment(self, logical_id: str, **variables: str) -> Iterator[None]:
        """Change a function's environment variables as long as the context lasts, in a version of its own.

        Its callers call the alias, which is on that version meanwhile.
        """
        function = {"FunctionName": self.physical_id(logical_id)}
        live = self.functions.get_alias(**function, Name=ALIAS)["FunctionVersion"]
        before = self.functions.get_function_configuration(**function)["Environment"]["Variables"]
        self._set_environment(function["FunctionName"], before | variables)
        changed = self.functions.publish_version(**function)["Version"]
        self._set_environment(function["FunctionName"], before)
        self.functions.update_alias(**function, Name=ALIAS, FunctionVersion=changed)
        try:
            yield
        finally:
            self.functions.update_alias(**function, Name=ALIAS, FunctionVersion=live)
            self.functions.delete_function(**function, Qualifier=changed)

    def _set_environment(self, function: str, variables: dict[str, str]) -> None:
        self.functions.update_function_configuration(
            FunctionName=function, Environment={"Variables": variables}
        )
