"""Stream records of the Videos table → what belonged to deleted videos is removed."""

from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.dynamo_db_stream_event import DynamoDBRecord

from maintenance.removing import Remover
from reelway.adapters import clients, records, telemetry

logger = telemetry.logger_for("remove")
remover = Remover(
    clients.uploads_bucket(), clients.media_bucket(), clients.workflows(), clients.distribution().forget
)
processor = BatchProcessor(event_type=EventType.DynamoDBStreams, raise_on_entire_batch_failure=False)


def remove(record: DynamoDBRecord) -> None:
    new = record.raw_event["dynamodb"]["NewImage"]
    if records.is_tombstone(new):
        video_id = new["videoId"]["S"]
        logger.set_correlation_id(video_id)
        try:
            remover.remove(video_id)
        except Exception:
            logger.exception("not removed; it is tried again")
            raise
        logger.info("removed")


def lambda_handler(event: dict[str, Any], context: Any) -> Any:
    return process_partial_response(event=event, record_handler=remove, processor=processor, context=context)
