"""boto3 clients as every function uses them: one per service, made when the module is imported."""

import os
from typing import Any

import boto3
from botocore.config import Config

from reelway.adapters.cloudfront import Distribution
from reelway.adapters.connections_table import ConnectionsTable
from reelway.adapters.s3 import S3Bucket
from reelway.adapters.s3_events import EventQueue
from reelway.adapters.s3_multipart import S3PartUploads
from reelway.adapters.step_functions import StepFunctionsWorkflows
from reelway.adapters.videos_table import VideosTable
from reelway.adapters.websocket_api import ApiGatewaySockets

_CONFIG = Config(
    connect_timeout=3,
    read_timeout=20,
    retries={"mode": "standard", "total_max_attempts": 4},
    # Presigned URLs of the older signature are refused by newer regions.
    signature_version="v4",
)

# Virtual addressing presigns for the bucket's own region: the global endpoint answers 307 for a new
# bucket elsewhere, and a signature does not survive the redirect.
_S3 = {"signature_version": "s3v4", "s3": {"addressing_style": "virtual"}}

# For functions that a client waits for: API Gateway gives up after 29 s, and two calls that nobody
# answers must have failed by then.
ANSWERING: dict[str, Any] = {
    "connect_timeout": 2,
    "read_timeout": 4,
    "retries": {"mode": "standard", "total_max_attempts": 2},
}


def _client(service: str, **overrides: Any) -> Any:
    make: Any = boto3.client  # its type stubs know services by literal names only
    return make(service, config=_CONFIG.merge(Config(**overrides)))


def uploads_bucket(**overrides: Any) -> S3Bucket:
    return S3Bucket(_client("s3", **_S3, **overrides), os.environ["UPLOADS_BUCKET"])


def part_uploads(**overrides: Any) -> S3PartUploads:
    return S3PartUploads(_client("s3", **_S3, **overrides), os.environ["UPLOADS_BUCKET"])


def media_bucket(**overrides: Any) -> S3Bucket:
    return S3Bucket(_client("s3", **_S3, **overrides), os.environ["MEDIA_BUCKET"])


def site_bucket() -> S3Bucket:
    return S3Bucket(_client("s3", **_S3), os.environ["SITE_BUCKET"])


def videos_table(**overrides: Any) -> VideosTable:
    return VideosTable(_client("dynamodb", **overrides), os.environ["VIDEOS_TABLE"])


def dynamodb(**overrides: Any) -> Any:
    return _client("dynamodb", **overrides)


def connections_table(**overrides: Any) -> ConnectionsTable:
    return ConnectionsTable(_client("dynamodb", **overrides), os.environ["CONNECTIONS_TABLE"])


def sockets() -> ApiGatewaySockets:
    """boto3 reads the API's address from AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI.

    It tries once: the sockets themselves are asked again, and one that hangs must not keep the others.
    """
    once = {"connect_timeout": 1, "read_timeout": 2, "retries": {"total_max_attempts": 1}}
    return ApiGatewaySockets(_client("apigatewaymanagementapi", **once))


def workflows() -> StepFunctionsWorkflows:
    return StepFunctionsWorkflows(_client("stepfunctions"), os.environ["STATE_MACHINE_ARN"])


def distribution() -> Distribution:
    return Distribution(_client("cloudfront"), os.environ["DISTRIBUTION_ID"])


def event_queue() -> EventQueue:
    return EventQueue(_client("sqs"), os.environ["EVENT_QUEUE_URL"])
