"""Batches of DynamoDB stream records, as Lambda delivers them with ReportBatchItemFailures.

Powertools' batch processor does the same, but loads its classes for events of all kinds, and asyncio: 30 ms
of CPU time at each cold start.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

Record = dict[str, Any]


def handle(event: dict[str, Any], take: Callable[[Sequence[Record]], Iterable[Record]]) -> dict[str, Any]:
    """Hand the raw records to `take`, which returns those that failed: the answer's `batchItemFailures`.

    Lambda then delivers the batch again from the first of them on, including records that succeeded.
    """
    failed = take(event["Records"])
    return {
        "batchItemFailures": [{"itemIdentifier": record["dynamodb"]["SequenceNumber"]} for record in failed]
    }
