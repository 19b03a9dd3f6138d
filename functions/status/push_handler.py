"""Stream records of the Videos and Connections tables → messages on sockets."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.dynamo_db_stream_event import DynamoDBRecord

from reelway.adapters import clients, records, telemetry
from reelway.adapters.connections import connection_of
from reelway.errors import ProcessingInterrupted, ReelwayError
from reelway.pushing import Pusher

logger = telemetry.logger_for("push")
# Sockets that are told something at the same time; a client of boto3 keeps ten connections.
AT_ONCE = 8
pusher = Pusher(
    clients.videos_table(),
    clients.connections_table(),
    clients.sockets(),
    for_each=ThreadPoolExecutor(AT_ONCE).map,
)
# Videos of which a change could not be told; those after it in the batch must wait for the retry.
held_up: set[str] = set()
processor = BatchProcessor(event_type=EventType.DynamoDBStreams, raise_on_entire_batch_failure=False)


def push(record: DynamoDBRecord) -> None:
    images = record.raw_event["dynamodb"]
    new, old = images["NewImage"], images.get("OldImage", {})
    video_id = new["videoId"]["S"]
    logger.set_correlation_id(video_id)
    if "connectionId" in new:
        pusher.greet(connection_of(new))
        return
    if video_id in held_up:
        raise ProcessingInterrupted("held_up", "An earlier change of this video could not be told.")
    try:
        if records.is_tombstone(new):
            pusher.dismiss(video_id)
        else:
            pusher.announce(records.video_of(new), only_progress=old.get("version") == new["version"])
    except ReelwayError:
        held_up.add(video_id)
        raise


def lambda_handler(event: dict[str, Any], context: Any) -> Any:
    held_up.clear()
    return process_partial_response(event=event, record_handler=push, processor=processor, context=context)
