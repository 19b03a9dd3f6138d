"""Where what follows from changes of videos goes, over boto3's clients."""

from collections.abc import Callable
from dataclasses import dataclass

import boto3
from botocore.config import Config

from reelway.adapters import clients, queue_wiring, wiring
from reelway.adapters.event_bus import EventBus
from reelway.adapters.recall_queue import RecallQueue
from reelway.adapters.settings import ChangesSettings, RedeliverSettings
from reelway.adapters.shelf_rows import ShelfRowsTable
from reelway.video import Video


@dataclass(frozen=True, slots=True)
class Outlets:
    """`order_removal(video_id, execution)` and `order_recall(video_id)` send to their queues."""

    order_removal: Callable[[str, str], None]
    order_recall: Callable[[str], None]
    find: Callable[[str], Video | None]
    shelf_rows: ShelfRowsTable
    bus: EventBus


def outlets(settings: ChangesSettings | RedeliverSettings, of_bus: Config) -> Outlets:
    recalls = RecallQueue(boto3.client("sqs", config=clients.PROMPT), settings.recall_queue_url)
    return Outlets(
        queue_wiring.removal_queue(settings.removal_queue_url).send,
        recalls.send,
        wiring.videos_table(settings.videos_table, stack=settings.stack_name, config=clients.PROMPT).find,
        wiring.shelf_rows(settings.videos_table),
        EventBus(boto3.client("events", config=of_bus), settings.event_bus, stack=settings.stack_name),
    )
