"""Batches of DynamoDB stream records, as Lambda delivers them with ReportBatchItemFailures."""

from collections.abc import Callable
from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.dynamo_db_stream_event import DynamoDBRecord

Record = dict[str, Any]
_processor = BatchProcessor(event_type=EventType.DynamoDBStreams, raise_on_entire_batch_failure=False)


def handle(event: dict[str, Any], context: Any, handler: Callable[[Record], None]) -> dict[str, Any]:
    """Hand each raw record to `handler`, in order; `batchItemFailures` of the answer are those that raised.

    Lambda then delivers the batch again from the first of them on, including records that succeeded.
    """

    def handle_record(record: DynamoDBRecord) -> None:
        handler(record.raw_event)

    return dict(
        process_partial_response(
            event=event, record_handler=handle_record, processor=_processor, context=context
        )
    )
