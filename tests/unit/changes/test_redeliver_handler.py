"""Batches that were given up: they are read back out of the streams of tables, which are moto's."""

import copy
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import boto3
import pytest

from reelway.adapters.connections_table import ConnectionsTable
from reelway.adapters.telemetry import Metrics
from reelway.adapters.videos_table import VideosTable
from reelway.ports.connections import Connection
from tests.support import samples
from tests.support.doubles import moto_aws
from tests.support.readers import events, template
from tests.support.samples import RUN_ID, UNKNOWN_ID, VIDEO_ID

KEYS = ("BillingMode", "AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes")


@dataclass
class Streamed:
    """A table with its stream, of which a batch has been given up."""

    logical_id: str

    def __post_init__(self) -> None:
        self.name = f"streamed-{self.logical_id}"
        declared = template.properties(self.logical_id)
        moto_aws.client("dynamodb").create_table(
            TableName=self.name,
            **{key: declared[key] for key in KEYS if key in declared},
            StreamSpecification={"StreamEnabled": True, **declared["StreamSpecification"]},
        )

    def lost(self, first: int = 0, last: int = -1) -> dict[str, Any]:
        """Lambda's message on the records with these places in the stream."""
        client = boto3.client("dynamodbstreams")
        [stream] = client.list_streams(TableName=self.name)["Streams"]
        [shard] = client.describe_stream(StreamArn=stream["StreamArn"])["StreamDescription"]["Shards"]
        iterator = client.get_shard_iterator(
            StreamArn=stream["StreamArn"], ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
        )["ShardIterator"]
        records = client.get_records(ShardIterator=iterator)["Records"]
        numbers = [record["dynamodb"]["SequenceNumber"] for record in records]
        event = samples.event("sqs-undelivered")
        body = json.loads(event["Records"][0]["body"])
        body["DDBStreamBatchInfo"] |= {
            "streamArn": stream["StreamArn"],
            "shardId": shard["ShardId"],
            "startSequenceNumber": numbers[first],
            "endSequenceNumber": numbers[last],
        }
        event["Records"][0]["body"] = json.dumps(body)
        return event


@pytest.fixture
def redelivering(handlers: Callable[[str], Any]) -> Any:
    return handlers("changes.redeliver_handler")


def announced() -> list[dict[str, Any]]:
    return sorted(map(json.loads, moto_aws.messages("AnnouncementQueue")), key=json.dumps)


@pytest.fixture
def videos(redelivering: Any) -> tuple[VideosTable, Streamed]:
    """Two videos, of which one is being processed."""
    streamed = Streamed("VideosTable")
    table = VideosTable(moto_aws.client("dynamodb"), streamed.name, Metrics("reelway"))
    for video_id in (VIDEO_ID, UNKNOWN_ID):
        table.create(video_id, size_bytes=1)
    table.start(VIDEO_ID, run_id=RUN_ID, duration_s=30.0, total_frames=750)
    return table, streamed


def test_videos_whose_changes_were_given_up_are_announced_once_for_each_state(
    redelivering: Any, videos: tuple[VideosTable, Streamed]
) -> None:
    table, streamed = videos
    for _ in range(5):
        table.add_progress(VIDEO_ID, run_id=RUN_ID, frames=10)
    table.start(UNKNOWN_ID, run_id=RUN_ID, duration_s=30.0, total_frames=750)
    answer = redelivering.lambda_handler(streamed.lost(), None)
    assert answer == {"batchItemFailures": []}
    both = [UNKNOWN_ID, UNKNOWN_ID, VIDEO_ID, VIDEO_ID]
    assert announced() == [{"videoId": video_id} for video_id in both]
    assert moto_aws.messages("RemovalQueue") == []


def test_progress_that_was_given_up_is_left_to_the_next(
    redelivering: Any, videos: tuple[VideosTable, Streamed]
) -> None:
    table, streamed = videos
    table.add_progress(VIDEO_ID, run_id=RUN_ID, frames=10)
    redelivering.lambda_handler(streamed.lost(first=-1), None)
    assert announced() == []


def test_the_removal_of_a_video_is_ordered_again(
    redelivering: Any, videos: tuple[VideosTable, Streamed]
) -> None:
    table, streamed = videos
    table.delete(VIDEO_ID)
    redelivering.lambda_handler(streamed.lost(first=-1), None)
    [removal] = map(json.loads, moto_aws.messages("RemovalQueue"))
    assert removal["videoId"] == VIDEO_ID
    assert announced() == [{"videoId": VIDEO_ID}]


def test_what_was_given_up_is_published(redelivering: Any, videos: tuple[VideosTable, Streamed]) -> None:
    table, streamed = videos
    table.delete(VIDEO_ID)
    queue = moto_aws.hear_events()
    redelivering.lambda_handler(streamed.lost(), None)
    heard = moto_aws.heard(queue)
    assert [faults for event in heard for faults in events.faults(event)] == []
    types = sorted((event["subject"], event["type"]) for event in heard)
    assert types == [
        (UNKNOWN_ID, "video.uploaded"),
        (VIDEO_ID, "video.deleted"),
        (VIDEO_ID, "video.processing"),
        (VIDEO_ID, "video.uploaded"),
    ]


def test_a_batch_that_cannot_be_published_comes_again(
    redelivering: Any, videos: tuple[VideosTable, Streamed]
) -> None:
    _, streamed = videos
    moto_aws.client("events").delete_event_bus(Name=moto_aws.EVENT_BUS)
    event = streamed.lost()
    answer = redelivering.lambda_handler(event, None)
    assert answer == {"batchItemFailures": [{"itemIdentifier": event["Records"][0]["messageId"]}]}


def test_what_is_before_and_after_the_batch_was_not_given_up(
    redelivering: Any, videos: tuple[VideosTable, Streamed]
) -> None:
    table, streamed = videos
    table.delete(VIDEO_ID)
    table.start(UNKNOWN_ID, run_id=RUN_ID, duration_s=30.0, total_frames=750)
    table.delete(UNKNOWN_ID)
    redelivering.lambda_handler(streamed.lost(first=-2, last=-2), None)
    assert announced() == [{"videoId": UNKNOWN_ID}]
    assert moto_aws.messages("RemovalQueue") == []


def test_new_sockets_that_were_given_up_are_announced_alone(redelivering: Any) -> None:
    streamed = Streamed("ConnectionsTable")
    table = ConnectionsTable(moto_aws.client("dynamodb"), streamed.name)
    for name in ("one", "two"):
        connection = Connection(VIDEO_ID, name, 1, wants_progress=False)
        table.add(connection)
    table.claim(connection, "claim", version=1, progress=0.0)
    redelivering.lambda_handler(streamed.lost(), None)
    assert announced() == [{"videoId": VIDEO_ID, "first": name, "last": name} for name in ("one", "two")]


def test_a_batch_that_is_no_longer_in_its_stream_is_given_up(
    redelivering: Any, caplog: pytest.LogCaptureFixture
) -> None:
    answer = redelivering.lambda_handler(samples.event("sqs-undelivered"), None)
    assert answer == {"batchItemFailures": []}
    assert "no longer in the stream" in caplog.text


def test_a_batch_that_cannot_be_announced_comes_again(
    redelivering: Any, videos: tuple[VideosTable, Streamed]
) -> None:
    _, streamed = videos
    moto_aws.client("sqs").delete_queue(QueueUrl=moto_aws.REFERENCES["AnnouncementQueue"])
    event = streamed.lost()
    identifier = event["Records"][0]["messageId"]
    answer = redelivering.lambda_handler(event, None)
    assert answer == {"batchItemFailures": [{"itemIdentifier": identifier}]}


def test_a_message_that_names_no_batch_comes_again_alone(
    redelivering: Any, videos: tuple[VideosTable, Streamed], caplog: pytest.LogCaptureFixture
) -> None:
    _, streamed = videos
    event = streamed.lost()
    event["Records"].insert(0, copy.deepcopy(event["Records"][0]) | {"messageId": "other", "body": "{}"})
    answer = redelivering.lambda_handler(event, None)
    assert answer == {"batchItemFailures": [{"itemIdentifier": "other"}]}
    assert "could not be read" in caplog.text
    assert announced() == [{"videoId": video_id} for video_id in (UNKNOWN_ID, VIDEO_ID, VIDEO_ID)]
