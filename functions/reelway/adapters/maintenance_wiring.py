"""What maintenance alone uses, over boto3's clients."""

from datetime import timedelta

import boto3

from reelway.adapters import clients, queue_wiring, wiring
from reelway.adapters.backlog import Backlog, OverdueRemovals
from reelway.adapters.cloudfront import CloudFrontCache
from reelway.adapters.file_orders import FileOrderQueues
from reelway.adapters.invalidation_queue import InvalidationQueue
from reelway.adapters.open_sockets import OpenSocketsTable
from reelway.adapters.removals_table import RemovalsTable
from reelway.adapters.s3 import S3Bucket
from reelway.adapters.s3_versions import S3Versions
from reelway.adapters.settings import DeletionsSettings
from reelway.adapters.share_queue import ShareQueue
from reelway.adapters.shelves_table import ShelvesTable
from reelway.adapters.telemetry import Metrics
from reelway.adapters.unfinished_videos import UnfinishedVideosTable
from reelway.adapters.video_lists import VideoLists
from reelway.ports.versions import VersionedBucket


def unfinished_videos(videos_table_name: str) -> UnfinishedVideosTable:
    return UnfinishedVideosTable(clients.dynamodb(clients.ANSWERING), videos_table_name)


def backlog(videos_table_name: str, *, stack: str) -> Backlog:
    return Backlog(unfinished_videos(videos_table_name), Metrics(stack))


def shelf_lists(videos_table_name: str) -> tuple[VideoLists, ShelvesTable]:
    client = clients.dynamodb(clients.ANSWERING)
    return VideoLists(client, videos_table_name), ShelvesTable(client, videos_table_name)


def removals_table(name: str) -> RemovalsTable:
    return RemovalsTable(clients.dynamodb(), name)


def overdue_removals(settings: DeletionsSettings) -> OverdueRemovals:
    lists, kept = VideoLists(clients.dynamodb(), settings.videos_table), timedelta(days=settings.window_days)
    return OverdueRemovals(lists, Metrics(settings.stack_name), kept)


def versioned_bucket(name: str) -> VersionedBucket:
    client = clients.s3(clients.PATIENT)
    return VersionedBucket(S3Bucket(client, name), S3Versions(client, name))


def file_orders(invalidations: str, removals: str, events: str, *, stack: str) -> FileOrderQueues:
    """By the queues' URLs."""
    return FileOrderQueues(
        invalidation_queue(invalidations),
        queue_wiring.removal_queue(removals),
        wiring.event_queue(events, stack=stack),
    )


def invalidation_queue(url: str) -> InvalidationQueue:
    return InvalidationQueue(boto3.client("sqs", config=clients.PATIENT), url)


def cdn_cache(distribution_id: str) -> CloudFrontCache:
    return CloudFrontCache(boto3.client("cloudfront", config=clients.ANSWERING), distribution_id)


def open_sockets(connections_table_name: str, videos_table_name: str) -> OpenSocketsTable:
    return OpenSocketsTable(clients.dynamodb(clients.ANSWERING), connections_table_name, videos_table_name)


def share_queue(url: str) -> ShareQueue:
    return ShareQueue(boto3.client("sqs", config=clients.PROMPT), url)
