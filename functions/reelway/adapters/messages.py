"""Batches of messages of SQS, as Lambda delivers them with ReportBatchItemFailures."""

from collections.abc import Callable
from typing import Any

Message = dict[str, Any]


def handle(
    event: dict[str, Any], take: Callable[[Message], object], report: Callable[[str], Any]
) -> dict[str, Any]:
    """Call `take` with each message; the answer names those for which that raised, which come again.

    `report(text)` is called while the exception is handled.
    """
    failed = [message for message in event["Records"] if not _is_done(message, take, report)]
    return {"batchItemFailures": [{"itemIdentifier": message["messageId"]} for message in failed]}


def _is_done(message: Message, take: Callable[[Message], object], report: Callable[[str], Any]) -> bool:
    try:
        take(message)
    except Exception:
        report("not done; it is tried again")
        return False
    return True
