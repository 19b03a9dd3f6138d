"""The adapters over boto3's clients, as handlers make them when they are imported."""

from typing import TYPE_CHECKING

import boto3
from botocore.config import Config

from reelway.adapters.announcement_queue import AnnouncementQueue
from reelway.adapters.backlog import Backlog, OverdueRemovals
from reelway.adapters.cloudfront import CloudFrontCache
from reelway.adapters.connections_table import ConnectionsTable
from reelway.adapters.invalidation_queue import InvalidationQueue
from reelway.adapters.lost_batches import LostBatches
from reelway.adapters.open_sockets import OpenSocketsTable
from reelway.adapters.pending_uploads import PendingUploadsTable
from reelway.adapters.push_lag import PushLag
from reelway.adapters.ready_index import ReadyListIndex
from reelway.adapters.ready_snapshots import ReadySnapshots
from reelway.adapters.removal_queue import RemovalQueue
from reelway.adapters.removals_table import RemovalsTable
from reelway.adapters.reruns_table import RerunsTable
from reelway.adapters.s3 import S3Bucket
from reelway.adapters.s3_events import EventQueue
from reelway.adapters.s3_multipart import S3PartUploads
from reelway.adapters.service_figures import ServiceFigures
from reelway.adapters.share_queue import ShareQueue
from reelway.adapters.step_functions import StepFunctionsWorkflows
from reelway.adapters.telemetry import Metrics
from reelway.adapters.unfinished_videos import UnfinishedVideosTable
from reelway.adapters.video_lists import VideoLists
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
    return S3Bucket(_s3(config), name)


def part_uploads(bucket_name: str, config: Config = PATIENT) -> S3PartUploads:
    return S3PartUploads(_s3(config), bucket_name)


def videos_table(name: str, *, stack: str, config: Config = PATIENT) -> VideosTable:
    """Changes of state are counted as metrics of `stack`."""
    return VideosTable(dynamodb(config), name, Metrics(stack))


def reruns_table(name: str, *, stack: str, config: Config = PATIENT) -> RerunsTable:
    return RerunsTable(dynamodb(config), name, Metrics(stack))


def ready_index(videos_table_name: str, config: Config = PATIENT) -> ReadyListIndex:
    return ReadyListIndex(VideoLists(dynamodb(config), videos_table_name))


def ready_snapshots(bucket_name: str, config: Config = PATIENT) -> ReadySnapshots:
    return ReadySnapshots(_s3(config), bucket_name)


def pending_uploads(videos_table_name: str, config: Config = PATIENT) -> PendingUploadsTable:
    return PendingUploadsTable(dynamodb(config), videos_table_name)


def push_lag(idempotency_table: str, config: Config = PATIENT) -> PushLag:
    return PushLag(dynamodb(config), idempotency_table)


def service_figures(
    videos_table_name: str, idempotency_table: str, config: Config = PATIENT
) -> ServiceFigures:
    return ServiceFigures(dynamodb(config), videos_table_name, push_lag(idempotency_table, config))


def removals_table(name: str) -> RemovalsTable:
    return RemovalsTable(dynamodb(), name)


def backlog(videos_table_name: str, *, stack: str) -> Backlog:
    return Backlog(unfinished_videos(videos_table_name), Metrics(stack))


def open_sockets(connections_table_name: str, videos_table_name: str) -> OpenSocketsTable:
    return OpenSocketsTable(dynamodb(ANSWERING), connections_table_name, videos_table_name)


def share_queue(url: str) -> ShareQueue:
    return ShareQueue(boto3.client("sqs", config=PROMPT), url)


def unfinished_videos(videos_table_name: str) -> UnfinishedVideosTable:
    return UnfinishedVideosTable(dynamodb(ANSWERING), videos_table_name)


def overdue_removals(videos_table_name: str, *, stack: str) -> OverdueRemovals:
    return OverdueRemovals(VideoLists(dynamodb(), videos_table_name), Metrics(stack))


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


def invalidation_queue(url: str) -> InvalidationQueue:
    return InvalidationQueue(boto3.client("sqs", config=PATIENT), url)


def workflows(state_machine_arn: str, config: Config = PATIENT) -> StepFunctionsWorkflows:
    return StepFunctionsWorkflows(boto3.client("stepfunctions", config=config), state_machine_arn)


def cdn_cache(distribution_id: str) -> CloudFrontCache:
    return CloudFrontCache(boto3.client("cloudfront", config=ANSWERING), distribution_id)


def event_queue(url: str, *, stack: str, config: Config = PATIENT) -> EventQueue:
    return EventQueue(boto3.client("sqs", config=config), url, Metrics(stack))


def _s3(config: Config) -> "S3Client":
    return boto3.client("s3", config=config.merge(_S3))
