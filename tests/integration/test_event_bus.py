"""A rule on the stack's bus, as a team has it in a stack of its own: what a queue gets of real videos."""

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from tests.support.media import corpus
from tests.support.readers import events
from tests.support.samples import ROOT
from tests.support.system.client import Client, eventually
from tests.support.system.cloud import Cloud

EXAMPLE = ROOT / "docs" / "examples" / "event-rule.yaml"


class Subscription:
    """The stack of docs/examples, whose queue gets what its rule takes."""

    def __init__(self, cloud: Cloud, name: str) -> None:
        self._sqs, self._stacks, self._name = cloud.client("sqs"), cloud.client("cloudformation"), name
        bus = {"ParameterKey": "EventBusName", "ParameterValue": cloud.outputs["EventBusName"]}
        self._stacks.create_stack(StackName=name, TemplateBody=EXAMPLE.read_text(), Parameters=[bus])
        self._url = eventually(self._outputs)["QueueUrl"]
        self._heard: list[dict[str, Any]] = []

    def _outputs(self) -> dict[str, str]:
        [stack] = self._stacks.describe_stacks(StackName=self._name)["Stacks"]
        assert not stack["StackStatus"].startswith("ROLLBACK"), stack
        return {each["OutputKey"]: each["OutputValue"] for each in stack.get("Outputs", [])}

    def end(self) -> None:
        self._stacks.delete_stack(StackName=self._name)

    def types_of(self, video_id: str) -> list[str]:
        """What has come of this video so far, without repeats, in the order of their sequences."""
        while True:
            answer = self._sqs.receive_message(QueueUrl=self._url, MaxNumberOfMessages=10)
            for message in answer.get("Messages", []):
                self._heard.append(json.loads(message["Body"]))
                self._sqs.delete_message(QueueUrl=self._url, ReceiptHandle=message["ReceiptHandle"])
            if not answer.get("Messages"):
                break
        return [event["type"].removeprefix("video.") for event in self.of(video_id)]

    def of(self, video_id: str) -> list[dict[str, Any]]:
        """The CloudEvents, each of which was as its schema says and as its envelope."""
        found = {}
        for envelope in self._heard:
            event = envelope["detail"]
            assert events.faults(event) == []
            assert (envelope["source"], envelope["detail-type"]) == ("reelway", event["type"])
            if event["subject"] == video_id:
                found[event["id"]] = event
        return sorted(found.values(), key=lambda event: event["sequence"])


@pytest.fixture
def subscription(cloud: Cloud) -> Iterator[Subscription]:
    subscription = Subscription(cloud, "a-team")
    yield subscription
    subscription.end()


def test_a_queue_hears_of_a_video_until_it_is_deleted_and_has_returned(
    client: Client, cloud: Cloud, subscription: Subscription
) -> None:
    video_id = client.upload_until(corpus.file("carphone_pristine.mp4"), "READY")
    client.ladder_of(video_id)
    described = client.describe(video_id)
    told = ["ready", "ladder_complete"]
    eventually(lambda: subscription.types_of(video_id) == told)
    last = subscription.of(video_id)[-1]
    assert last["source"] == f"urn:reelway:{cloud.stack_name}"
    assert last["data"] == {"owner": ""} | described
    assert last["time"] == described["updatedAt"]

    client.http.delete(f"/video/{video_id}")
    eventually(lambda: subscription.types_of(video_id) == [*told, "deleted"])
    assert subscription.of(video_id)[-1]["data"]["renditions"] == described["renditions"]

    client.http.post(f"/video/{video_id}/restore")
    eventually(lambda: subscription.types_of(video_id) == [*told, "deleted", "restored"])
    assert subscription.of(video_id)[-1]["data"]["state"] == "READY"
    client.http.delete(f"/video/{video_id}")


def test_a_queue_hears_of_a_file_that_went_straight_to_storage_and_failed(
    client: Client, subscription: Subscription
) -> None:
    form = client.get("/s3/params").json()
    video_id = form["fields"]["key"].split("/")[1]
    client.http.post(form["url"], data=form["fields"], files={"file": b"This is a text. " * 99})
    eventually(lambda: subscription.types_of(video_id) == ["failed"])
    assert subscription.of(video_id)[-1]["data"]["failure"]["retryable"] is False


@pytest.mark.parametrize("name", ["ChangesFunction", "RedeliverFunction"])
def test_a_function_may_publish_on_this_bus_alone(cloud: Cloud, name: str) -> None:
    """The emulator decides by its role."""
    publish = _as(cloud, name).put_events
    entry = {"Source": "test", "DetailType": "test", "Detail": "{}"}
    with pytest.raises(ClientError, match="AccessDenied"):
        publish(Entries=[entry])
    answer = publish(Entries=[entry | {"EventBusName": cloud.outputs["EventBusName"]}])
    assert answer["FailedEntryCount"] == 0


def _as(cloud: Cloud, function: str) -> Any:
    """A client of EventBridge with the rights of the function."""
    arn = cloud.functions.get_function(FunctionName=cloud.physical_id(function))["Configuration"]["Role"]
    given = cloud.client("sts").assume_role(RoleArn=arn, RoleSessionName="function")["Credentials"]
    return boto3.client(
        "events",
        endpoint_url=cloud.endpoint,
        region_name="us-east-1",
        aws_access_key_id=given["AccessKeyId"],
        aws_secret_access_key=given["SecretAccessKey"],
        aws_session_token=given["SessionToken"],
    )
