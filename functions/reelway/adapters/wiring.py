"""The adapters over boto3's clients, as handlers make them when they are imported.

What few functions use is in `api_wiring`, `live_wiring`, `maintenance_wiring` and `queue_wiring`, since each
import is a part of every cold start.
"""

import boto3
from botocore.config import Config

from reelway.adapters import clients
from reelway.adapters.connections_table import ConnectionsTable
from reelway.adapters.deleted_videos import DeletedVideosTable
from reelway.adapters.pending_uploads import PendingUploadsTable
from reelway.adapters.push_lag import PushLag
from reelway.adapters.reruns_table import RerunsTable
from reelway.adapters.s3 import S3Bucket
from reelway.adapters.s3_events import EventQueue
from reelway.adapters.shelf_rows import ShelfRowsTable
from reelway.adapters.step_functions import StepFunctionsWorkflows
from reelway.adapters.telemetry import Metrics
from reelway.adapters.videos_table import VideosTable
from reelway.adapters.websocket_api import ApiGatewaySockets


def bucket(name: str, config: Config = clients.PATIENT) -> S3Bucket:
    return S3Bucket(clients.s3(config), name)


def videos_table(name: str, *, stack: str, config: Config = clients.PATIENT) -> VideosTable:
    """Changes of state are counted as metrics of `stack`."""
    return VideosTable(clients.dynamodb(config), name, Metrics(stack))


def deleted_videos(
    videos_table_name: str, *, stack: str, config: Config = clients.PATIENT
) -> DeletedVideosTable:
    return DeletedVideosTable(clients.dynamodb(config), videos_table_name, Metrics(stack))


def reruns_table(name: str, *, stack: str, config: Config = clients.PATIENT) -> RerunsTable:
    return RerunsTable(clients.dynamodb(config), name, Metrics(stack))


def video_tables(
    name: str, *, stack: str, config: Config = clients.PATIENT
) -> tuple[VideosTable, RerunsTable, DeletedVideosTable]:
    """One table in three roles."""
    client, metrics = clients.dynamodb(config), Metrics(stack)
    return (
        VideosTable(client, name, metrics),
        RerunsTable(client, name, metrics),
        DeletedVideosTable(client, name, metrics),
    )


def pending_uploads(videos_table_name: str, config: Config = clients.PATIENT) -> PendingUploadsTable:
    return PendingUploadsTable(clients.dynamodb(config), videos_table_name)


def shelf_rows(videos_table_name: str, config: Config = clients.PROMPT) -> ShelfRowsTable:
    return ShelfRowsTable(clients.dynamodb(config), videos_table_name)


def push_lag(idempotency_table: str, config: Config = clients.PATIENT) -> PushLag:
    return PushLag(clients.dynamodb(config), idempotency_table)


def connections_table(name: str, config: Config = clients.PATIENT) -> ConnectionsTable:
    return ConnectionsTable(clients.dynamodb(config), name)


def sockets() -> ApiGatewaySockets:
    """boto3 reads the API's address from AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI."""
    return ApiGatewaySockets(boto3.client("apigatewaymanagementapi", config=clients.ONCE))


def workflows(state_machine_arn: str, config: Config = clients.PATIENT) -> StepFunctionsWorkflows:
    return StepFunctionsWorkflows(boto3.client("stepfunctions", config=config), state_machine_arn)


def event_queue(url: str, *, stack: str, config: Config = clients.PATIENT) -> EventQueue:
    return EventQueue(boto3.client("sqs", config=config), url, Metrics(stack))
