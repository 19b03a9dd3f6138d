"""The promises of template.yaml on how changes travel: streams, queues, and the functions that read them."""

import json
from collections import Counter
from typing import Any

import pytest

from tests.support.readers import template

MAPPINGS = template.of_type("AWS::Lambda::EventSourceMapping")
STREAM_MAPPINGS = {name: mapping for name, mapping in MAPPINGS.items() if "StartingPosition" in mapping}
FUNCTIONS = template.of_type("AWS::Serverless::Function")
LONG_OUTAGE_S = 12 * 3600


def source_of(mapping: dict[str, Any]) -> tuple[str, str]:
    """Logical id and attribute of what the mapping reads."""
    logical_id, attribute = mapping["EventSourceArn"]["Fn::GetAtt"]
    return logical_id, attribute


def readers() -> Counter[str]:
    """How many functions read each table's stream; SAM makes a mapping of each DynamoDB event too."""
    tables = [source_of(mapping)[0] for mapping in STREAM_MAPPINGS.values()]
    events = [event for function in FUNCTIONS.values() for event in function.get("Events", {}).values()]
    tables += [e["Properties"]["Stream"]["Fn::GetAtt"][0] for e in events if e["Type"] == "DynamoDB"]
    return Counter(tables)


def test_one_function_reads_the_changes_of_videos() -> None:
    """Whatever else is to follow from a change is a listener of that function."""
    assert readers()["VideosTable"] == 1
    assert MAPPINGS["VideosStreamMapping"]["FunctionName"] == {"Ref": "ChangesFunction.Alias"}


def test_no_stream_has_more_readers_than_lambda_advises() -> None:
    assert set(readers()) == {"VideosTable", "ConnectionsTable"}
    assert max(readers().values()) <= 2


@pytest.mark.parametrize(
    ("name", "table", "events"),
    [
        ("VideosStreamMapping", "VideosTable", ["INSERT", "MODIFY"]),
        ("ConnectionsStreamMapping", "ConnectionsTable", ["INSERT"]),
    ],
)
def test_one_bad_stream_record_holds_nothing_up_for_long(name: str, table: str, events: list[str]) -> None:
    mapping = MAPPINGS[name]
    assert source_of(mapping) == (table, "StreamArn")
    assert mapping["ParallelizationFactor"] == 10
    assert mapping["MaximumRetryAttempts"] == 5
    assert mapping["MaximumRecordAgeInSeconds"] == 300
    assert mapping["BisectBatchOnFunctionError"] is True
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert mapping["DestinationConfig"]["OnFailure"]["Destination"] == {
        "Fn::GetAtt": ["UndeliveredQueue", "Arn"]
    }
    [pattern] = mapping["FilterCriteria"]["Filters"]
    assert json.loads(pattern["Pattern"])["eventName"] == events


def test_every_stream_mapping_is_tested_above() -> None:
    assert set(STREAM_MAPPINGS) == {"VideosStreamMapping", "ConnectionsStreamMapping"}


def test_changes_that_are_given_up_are_read_again() -> None:
    mapping = MAPPINGS["UndeliveredQueueMapping"]
    assert source_of(mapping) == ("UndeliveredQueue", "Arn")
    assert mapping["FunctionName"] == {"Ref": "RedeliverFunction.Alias"}
    [reading, *_] = FUNCTIONS["RedeliverFunction"]["Policies"][0]["Statement"]
    assert reading["Action"] == ["dynamodb:GetRecords", "dynamodb:GetShardIterator"]
    assert reading["Resource"] == [
        {"Fn::GetAtt": [source_of(mapping)[0], "StreamArn"]} for mapping in STREAM_MAPPINGS.values()
    ]


def test_pages_of_sockets_are_told_one_by_one_and_several_at_a_time() -> None:
    mapping = MAPPINGS["AnnouncementQueueMapping"]
    assert source_of(mapping) == ("AnnouncementQueue", "Arn")
    assert mapping["FunctionName"] == {"Ref": "AnnounceFunction.Alias"}
    assert (mapping["BatchSize"], mapping["ScalingConfig"]["MaximumConcurrency"]) == (1, 5)
    for name in ("ChangesFunction", "AnnounceFunction", "RedeliverFunction"):
        variables = FUNCTIONS[name]["Environment"]["Variables"]
        assert variables["ANNOUNCEMENT_QUEUE_URL"] == {"Ref": source_of(mapping)[0]}


def test_streams_carry_the_images_that_changes_are_parsed_from() -> None:
    tables = template.of_type("AWS::DynamoDB::Table")
    assert tables["VideosTable"]["StreamSpecification"]["StreamViewType"] == "NEW_AND_OLD_IMAGES"
    assert tables["ConnectionsTable"]["StreamSpecification"]["StreamViewType"] in (
        "NEW_IMAGE",
        "NEW_AND_OLD_IMAGES",
    )
    assert tables["ConnectionsTable"]["TimeToLiveSpecification"] == {
        "AttributeName": "expiresAt",
        "Enabled": True,
    }


def test_a_removal_is_retried_alone_and_for_longer_than_an_outage() -> None:
    queue, mapping = template.properties("RemovalQueue"), MAPPINGS["RemovalQueueMapping"]
    assert source_of(mapping) == ("RemovalQueue", "Arn")
    assert mapping["FunctionName"] == {"Ref": "RemoveFunction.Alias"}
    assert mapping["BatchSize"] == 1
    # Lambda advises this of a queue: throttled calls are tried again within the visibility timeout.
    assert queue["VisibilityTimeout"] >= 6 * FUNCTIONS["RemoveFunction"]["Timeout"]
    assert queue["VisibilityTimeout"] * queue["RedrivePolicy"]["maxReceiveCount"] >= LONG_OUTAGE_S
    assert (
        queue["MessageRetentionPeriod"]
        > queue["VisibilityTimeout"] * queue["RedrivePolicy"]["maxReceiveCount"]
    )


def test_a_removal_that_is_given_up_is_kept_and_alarms() -> None:
    redrive = template.properties("RemovalQueue")["RedrivePolicy"]
    assert redrive["deadLetterTargetArn"] == {"Fn::GetAtt": ["RemovalDeadLetterQueue", "Arn"]}
    alarm = template.properties("RemovalAlarm")
    [dimension] = alarm["Dimensions"]
    assert dimension == {
        "Name": "QueueName",
        "Value": {"Fn::GetAtt": ["RemovalDeadLetterQueue", "QueueName"]},
    }
    assert (alarm["Namespace"], alarm["MetricName"]) == ("AWS/SQS", "ApproximateNumberOfMessagesVisible")
    assert alarm["AlarmActions"] == [{"Ref": "AlarmTopic"}]


def test_the_function_that_orders_removals_knows_the_queue_that_is_read() -> None:
    variables = FUNCTIONS["ChangesFunction"]["Environment"]["Variables"]
    assert variables["REMOVAL_QUEUE_URL"] == {"Ref": source_of(MAPPINGS["RemovalQueueMapping"])[0]}


@pytest.mark.parametrize("name", ["UndeliveredQueue", "RemovalQueue", "RemovalDeadLetterQueue"])
def test_queues_are_encrypted_and_keep_messages_for_two_weeks(name: str) -> None:
    queue = template.properties(name)
    assert queue["SqsManagedSseEnabled"] is True
    assert queue["MessageRetentionPeriod"] == 14 * 24 * 3600
