"""The adapters over boto3's clients, as handlers make them when they are imported.

What few functions use is in `api_wiring`, `live_wiring` and `maintenance_wiring`, since each import is a part
of every cold start.
"""

from typing import TYPE_CHECKING

import boto3
from botocore.config import Config

from reelway.adapters.announcement_queue import AnnouncementQueue
from reelway.adapters.connections_table import ConnectionsTable
from reelway.adapters.lost_batches import LostBatches
from reelway.adapters.pending_uploads import PendingUploadsTable
from reelway.adapters.push_lag import PushLag
from reelway.adapters.removal_queue import RemovalQueue
from reelway.adapters.s3 import S3Bucket
from reelway.adapters.s3_events import EventQueue
from reelway.adapters.step_functions import StepFunctionsWorkflows
from reelway.adapters.telemetry import Metrics
from reelway.adapters.videos_table import VideosTable
from reelway.adapters.websocket_api import ApiGatewaySockets

if TYPE_CHECKING:
    from types_boto3_dynamodb.client import DynamoDBClient
    from types_boto3_s3.client import S3Client

# For functions that nobody waits for: a call that hangs is given up after 20 s (boto3's own default is 60 s)
# and tried three times more, so that a service that stumbles for some seconds fails no video.
PATIENT = Config(
    connect_timeout=3,
    read_timeout=20,
    retries={"mode": "standard", "total_max_attempts": 4},
    # Presigned URLs of the older signature are refused by newer regions.
    signature_version="v4",
)

# For functions that a client waits for: API Gateway gives up after 29 s, and two calls that nobody
# answers must have failed by then: 2 calls x 2 attempts x (2 s + 4 s), and the pauses between attempts.
ANSWERING = PATIENT.merge(
    Config(connect_timeout=2, read_timeout=4, retries={"mode": "standard", "total_max_attempts": 2})
)

# One attempt: the sockets are asked again by their adapter, and one that hangs must not hold up the others.
_SOCKETS = PATIENT.merge(Config(connect_timeout=1, read_timeout=2, retries={"total_max_attempts": 1}))

# For functions that tell sockets: all that is on one of them waits for a call that hangs, 9 s at most.
PROMPT = PATIENT.merge(
    Config(connect_timeout=1, read_timeout=2, retries={"mode": "standard", "total_max_attempts": 3})
)

# Virtual addressing presigns for the bucket's own region: the global endpoint answers 307 for a new
# bucket elsewhere, and a signature does not survive the redirect.
_S3 = Config(signature_version="s3v4", s3={"addressing_style": "virtual"})


def bucket(name: str, config: Config = PATIENT) -> S3Bucket:
    return S3Bucket(s3(config), name)


def videos_table(name: str, *, stack: str, config: Config = PATIENT) -> VideosTable:
    """Changes of state are counted as metrics of `stack`."""
    return VideosTable(dynamodb(config), name, Metrics(stack))


def pending_uploads(videos_table_name: str, config: Config = PATIENT) -> PendingUploadsTable:
    return PendingUploadsTable(dynamodb(config), videos_table_name)


def push_lag(idempotency_table: str, config: Config = PATIENT) -> PushLag:
    return PushLag(dynamodb(config), idempotency_table)


def connections_table(name: str, config: Config = PATIENT) -> ConnectionsTable:
    return ConnectionsTable(dynamodb(config), name)


def dynamodb(config: Config = PATIENT) -> "DynamoDBClient":
    return boto3.client("dynamodb", config=config)


def sockets() -> ApiGatewaySockets:
    """boto3 reads the API's address from AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI."""
    return ApiGatewaySockets(boto3.client("apigatewaymanagementapi", config=_SOCKETS))


def removal_queue(url: str) -> RemovalQueue:
    return RemovalQueue(boto3.client("sqs", config=PROMPT), url)


def announcement_queue(url: str, *, stack: str) -> AnnouncementQueue:
    return AnnouncementQueue(boto3.client("sqs", config=PROMPT), url, Metrics(stack))


def lost_batches() -> LostBatches:
    return LostBatches(boto3.client("dynamodbstreams", config=PROMPT))


def workflows(state_machine_arn: str, config: Config = PATIENT) -> StepFunctionsWorkflows:
    return StepFunctionsWorkflows(boto3.client("stepfunctions", config=config), state_machine_arn)


def event_queue(url: str, *, stack: str, config: Config = PATIENT) -> EventQueue:
    return EventQueue(boto3.client("sqs", config=config), url, Metrics(stack))


def s3(config: Config) -> "S3Client":
    return boto3.client("s3", config=config.merge(_S3))
