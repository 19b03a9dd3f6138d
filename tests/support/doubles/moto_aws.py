"""AWS by moto, with the tables, buckets, queues and state machine of the template."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import boto3
from botocore.config import Config
from moto.sqs.models import sqs_backends

from reelway.adapters.connections_table import connection_of
from reelway.ports.connections import Connection
from tests.support.readers import template
from tests.support.readers.function_environment import STACK_ID

UPLOADS, MEDIA, SITE = "uploads-bucket", "media-bucket", "site-bucket"
VIDEOS, CONNECTIONS, IDEMPOTENCY = "videos-table", "connections-table", "idempotency-table"
DISTRIBUTION = "E1"
_ACCOUNT, _REGION = "123456789012", "us-east-1"
_STATE_MACHINE = f"reelway-processing-{STACK_ID.split('/')[2]}"
QUEUES = (
    *("PlanQueue", "UnplannedQueue", "UnlistQueue", "RemovalQueue", "InvalidationQueue"),
    *("AnnouncementQueue", "UndeliveredQueue", "ShareQueue"),
)
# The values of `!Ref` for the template's resources.
REFERENCES = {
    "UploadsBucket": UPLOADS,
    "MediaBucket": MEDIA,
    "SiteBucket": SITE,
    "VideosTable": VIDEOS,
    "ConnectionsTable": CONNECTIONS,
    "IdempotencyTable": IDEMPOTENCY,
    "Distribution": DISTRIBUTION,
    "ProcessingStateMachine": f"arn:aws:states:{_REGION}:{_ACCOUNT}:stateMachine:{_STATE_MACHINE}",
    "TokenKey.Id": "reelway-token-key",
    "JobRole.Arn": f"arn:aws:iam::{_ACCOUNT}:role/jobs",
    "WebSocketApi": "abc",
    **{name: f"https://sqs.{_REGION}.amazonaws.com/{_ACCOUNT}/{name}" for name in QUEUES},
}
TABLE_KEYS = ("BillingMode", "AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes")
# Faults in tests are deliberate: retries would only take time.
_CONFIG = Config(retries={"total_max_attempts": 1})
_PASS = {"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}


@cache
def session() -> boto3.Session:
    """One for all tests: it caches the descriptions of AWS's services, which are slow to load."""
    return boto3.Session()


@cache
def client(service: str) -> Any:
    """One per service for all tests, as creating one takes longer than most tests; moto has the state."""
    make: Any = session().client
    return make(
        service, config=_CONFIG.merge(Config(signature_version="s3v4")) if service == "s3" else _CONFIG
    )


@contextmanager
def lost_first_answer(service: str, operation: str) -> Iterator[None]:
    """The first call of `operation` is done, but treated as if its answer was lost, so that it is retried."""
    event, lost = f"needs-retry.{service}.{operation}", 0

    def lose(attempts: int, **_: object) -> int | None:
        nonlocal lost
        lost += attempts == 1
        return 0 if attempts == 1 else None

    events = client(service).meta.events
    events.register_first(event, lose)
    try:
        yield
    finally:
        events.unregister(event, lose)
    assert lost, "the operation was not called"


def make_buckets() -> None:
    for name, logical_id in {UPLOADS: "UploadsBucket", MEDIA: "MediaBucket"}.items():
        client("s3").create_bucket(Bucket=name)
        declared = template.properties(logical_id)["VersioningConfiguration"]
        client("s3").put_bucket_versioning(Bucket=name, VersioningConfiguration=declared)


def make_tables() -> None:
    """Create the tables with the keys and indexes of the template, so that a mismatch with the code shows."""
    made = {VIDEOS: "VideosTable", CONNECTIONS: "ConnectionsTable", IDEMPOTENCY: "IdempotencyTable"}
    for name, logical_id in made.items():
        declared = template.properties(logical_id)
        client("dynamodb").create_table(
            TableName=name, **{key: declared[key] for key in TABLE_KEYS if key in declared}
        )


def make_queues() -> None:
    """Create the queues that functions use; the dead-letter queues are not needed.

    Past boto3, which would take longer than all else that a test of a handler begins with.
    """
    for name in QUEUES:
        sqs_backends[_ACCOUNT][_REGION].create_queue(name)


def listed(listing: str) -> list[str]:
    """The videos of a list, in no order."""
    items = client("dynamodb").scan(TableName=VIDEOS, IndexName="byListing")["Items"]
    return [item["videoId"]["S"] for item in items if item["listing"]["S"] == listing]


def connections() -> list[Connection]:
    """The rows of all open sockets."""
    return [connection_of(item) for item in client("dynamodb").scan(TableName=CONNECTIONS)["Items"]]


def messages(queue: str) -> list[str]:
    """Bodies of the messages that can be received now from the queue of this logical id."""
    received = client("sqs").receive_message(
        QueueUrl=REFERENCES[queue], MaxNumberOfMessages=10, VisibilityTimeout=0
    )
    return [message["Body"] for message in received.get("Messages", [])]


def taken(queue: str) -> list[str]:
    """Take the messages out of the queue of this logical id, up to ten; their bodies."""
    url = REFERENCES[queue]
    received = client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
    for message in received:
        client("sqs").delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return [message["Body"] for message in received]


def make_state_machine() -> str:
    """Create a state machine that does nothing; its ARN. Integration tests execute the real definition."""
    answer = client("stepfunctions").create_state_machine(
        name=_STATE_MACHINE,
        definition=json.dumps(_PASS),
        roleArn=f"arn:aws:iam::{_ACCOUNT}:role/processing",
    )
    return str(answer["stateMachineArn"])
