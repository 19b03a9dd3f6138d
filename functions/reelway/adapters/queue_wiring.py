"""What orders work of other functions, or reads again what they were to do, over boto3's clients."""

import boto3

from reelway.adapters import clients
from reelway.adapters.announcement_queue import AnnouncementQueue
from reelway.adapters.lost_batches import LostBatches
from reelway.adapters.removal_queue import RemovalQueue
from reelway.adapters.telemetry import Metrics


def removal_queue(url: str) -> RemovalQueue:
    return RemovalQueue(boto3.client("sqs", config=clients.PROMPT), url)


def announcement_queue(url: str, *, stack: str) -> AnnouncementQueue:
    return AnnouncementQueue(boto3.client("sqs", config=clients.PROMPT), url, Metrics(stack))


def lost_batches() -> LostBatches:
    return LostBatches(boto3.client("dynamodbstreams", config=clients.PROMPT))
