"""The queues between S3 and functions: who may send, how long is waited, what ends there."""

import hashlib
import json
from typing import Any

import pytest

from reelway.adapters.s3_events import retry_delay_s
from tests.support.readers import template

RESOURCES: dict[str, Any] = template.load()["Resources"]
FUNCTIONS = template.of_type("AWS::Serverless::Function")
BUCKETS = template.of_type("AWS::S3::Bucket")
DEFAULT_TIMEOUT_S = template.load()["Globals"]["Function"]["Timeout"]
QUEUES = template.of_type("AWS::SQS::Queue")
MAPPINGS = template.of_type("AWS::Lambda::EventSourceMapping")
ARN_OF_QUEUE = {json.dumps({"Fn::GetAtt": [queue, "Arn"]}): queue for queue in QUEUES}
FROM_QUEUES = {
    name: ARN_OF_QUEUE[json.dumps(mapping["EventSourceArn"])]
    for name, mapping in MAPPINGS.items()
    if json.dumps(mapping["EventSourceArn"]) in ARN_OF_QUEUE
}


def function_of(mapping: str) -> str:
    """The function whose alias the mapping calls."""
    return str(MAPPINGS[mapping]["FunctionName"]["Ref"].removesuffix(".Alias"))


def test_the_functions_that_uploads_and_removals_wake_are_reached_through_queues() -> None:
    woken = {queue: function_of(name) for name, queue in FROM_QUEUES.items()}
    assert woken["PlanQueue"] == "PlanFunction"
    assert woken["UnlistQueue"] == "UnlistFunction"
    notified = {name: bucket.get("NotificationConfiguration") for name, bucket in BUCKETS.items()}
    assert [name for name, notification in notified.items() if notification] == [
        "UploadsBucket",
        "MediaBucket",
    ]
    for name, queue, event, prefix in (
        ("UploadsBucket", "PlanQueue", "s3:ObjectCreated:*", "uploads/"),
        ("MediaBucket", "UnlistQueue", "s3:ObjectRemoved:*", "stream/"),
    ):
        [configuration] = notified[name]["QueueConfigurations"]
        assert set(notified[name]) == {"QueueConfigurations"}
        assert (configuration["Event"], configuration["Queue"]) == (event, {"Fn::GetAtt": [queue, "Arn"]})
        assert configuration["Filter"]["S3Key"]["Rules"][0] == {"Name": "prefix", "Value": prefix}


@pytest.mark.parametrize(
    ("bucket", "queue"), [("UploadsBucket", "PlanQueue"), ("MediaBucket", "UnlistQueue")]
)
def test_s3_may_send_to_a_queue_before_its_bucket_is_made(bucket: str, queue: str) -> None:
    assert RESOURCES[bucket]["DependsOn"] == f"{queue}Policy"
    policy = template.properties(f"{queue}Policy")
    [statement] = policy["PolicyDocument"]["Statement"]
    assert policy["Queues"] == [{"Ref": queue}]
    assert statement == {
        "Effect": "Allow",
        "Principal": {"Service": "s3.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": {"Fn::GetAtt": [queue, "Arn"]},
        "Condition": {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}},
    }


@pytest.mark.parametrize(("mapping", "queue"), FROM_QUEUES.items())
def test_a_function_has_time_for_a_message_before_it_comes_again(mapping: str, queue: str) -> None:
    timeout_s = FUNCTIONS[function_of(mapping)].get("Timeout", DEFAULT_TIMEOUT_S)
    assert QUEUES[queue]["VisibilityTimeout"] >= 6 * timeout_s


@pytest.mark.parametrize("mapping", FROM_QUEUES)
def test_a_message_that_fails_comes_again_and_brings_back_no_other(mapping: str) -> None:
    """Without partial batch failures a function must raise, and so get its messages singly."""
    if mapping in ("RemovalQueueMapping", "ShareQueueMapping"):
        assert "FunctionResponseTypes" not in MAPPINGS[mapping]
        assert MAPPINGS[mapping]["BatchSize"] == 1
    else:
        assert MAPPINGS[mapping]["FunctionResponseTypes"] == ["ReportBatchItemFailures"]


def test_planning_keeps_few_of_a_new_accounts_ten_executions() -> None:
    assert 2 <= MAPPINGS["PlanQueueMapping"]["ScalingConfig"]["MaximumConcurrency"] <= 5
    assert MAPPINGS["PlanQueueMapping"]["BatchSize"] == 1


def test_an_upload_waits_out_a_day_of_failing_planning() -> None:
    """From the first try to the last; with its first retry after seconds."""
    redrive = QUEUES["PlanQueue"]["RedrivePolicy"]
    waited_s = sum(retry_delay_s(tries) for tries in range(1, redrive["maxReceiveCount"]))
    assert 24 * 3600 <= waited_s < 26 * 3600
    assert retry_delay_s(1) == 15
    assert redrive["deadLetterTargetArn"] == {"Fn::GetAtt": ["UnplannedQueue", "Arn"]}
    assert MAPPINGS["UnplannedQueueMapping"]["FunctionName"] == {"Ref": "FailFunction.Alias"}


def test_an_alarm_sounds_when_planning_is_ended_before_it_can_count_its_tries() -> None:
    alarm = template.properties("PlanAlarm")
    assert (alarm["Namespace"], alarm["MetricName"]) == ("AWS/Lambda", "Errors")
    assert alarm["Dimensions"] == [{"Name": "FunctionName", "Value": {"Ref": "PlanFunction"}}]
    assert (alarm["Statistic"], alarm["Threshold"], alarm["EvaluationPeriods"]) == ("Sum", 1, 1)
    assert alarm["AlarmActions"] == [{"Ref": "AlarmTopic"}]


@pytest.mark.parametrize("queue", sorted(QUEUES.keys() - {"ShareQueue"}))
def test_what_waits_in_a_queue_is_kept_as_long_as_it_is_worth_something(queue: str) -> None:
    """As long as SQS can, but for messages to sockets, which live for two hours."""
    kept_s = 2 * 3600 + 600 if queue == "AnnouncementQueue" else 14 * 24 * 3600
    assert QUEUES[queue]["MessageRetentionPeriod"] == kept_s
    assert QUEUES[queue]["SqsManagedSseEnabled"] is True


def test_a_share_of_the_sockets_is_kept_until_the_next_round_which_orders_it_anew() -> None:
    assert QUEUES["ShareQueue"]["MessageRetentionPeriod"] == 300
    assert MAPPINGS["ShareQueueMapping"]["ScalingConfig"]["MaximumConcurrency"] <= 5


def test_every_sample_event_of_a_queue_names_a_queue_of_the_template() -> None:
    for sample in (template.ROOT / "events").glob("sqs-*.json"):
        [message] = json.loads(sample.read_text())["Records"]
        assert message["eventSourceARN"].split(":")[-1].split("-")[1] in QUEUES
        assert hashlib.md5(message["body"].encode()).hexdigest() == message["md5OfBody"]  # noqa: S324
