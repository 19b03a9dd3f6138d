"""What each owner has begun, one item for an owner, as `ports.quotas.QuotaLedger`.

The items lie beside the idempotency keys, as the ledger of admissions does. They are written one after the
other, each on the version that it was decided by, and forgotten when nothing of an owner has begun for long.
"""

import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from reelway.adapters import video_items
from reelway.adapters.conditional_writes import refused_put
from reelway.adapters.record_batches import RecordBatches
from reelway.attempts import SHORT_PAUSES_S, attempts
from reelway.documents import from_plain, to_plain
from reelway.errors import StorageFailed
from reelway.quotas import Fate, Quotas, Usage
from reelway.timestamps import utc_now
from reelway.video import State

if TYPE_CHECKING:
    from types_boto3_dynamodb.client import DynamoDBClient
    from types_boto3_dynamodb.type_defs import PutItemInputTypeDef

# Longer than an upload is expected.
_KEPT_S = 7 * 86_400
_READ = ("videoId", "state", "sizeBytes", "durationS", "deletedAt", "listing")


@dataclass(frozen=True, slots=True)
class QuotasTable:
    """`client` is a boto3 DynamoDB client, `table` that of the items, `videos_table` that of the videos."""

    client: "DynamoDBClient"
    table: str
    videos_table: str
    quotas: Quotas
    now: Callable[[], str] = utc_now
    now_s: Callable[[], float] = time.time
    sleep: Callable[[float], None] = time.sleep

    def take(self, owner: str, video_id: str, *, size_bytes: int) -> None:
        if not self.quotas.are_set:
            return
        for _ in attempts(SHORT_PAUSES_S, self.sleep):
            stored, now = self._usage(owner), self.now()
            fates = self._fates(stored)
            usage = stored.settled(fates, now)
            usage.check(video_id, size_bytes, fates, self.quotas, now)
            if self._is_stored(owner, usage.with_begun(video_id, size_bytes, now), seen=stored.version):
                return
        raise StorageFailed("storage_failed", "Other uploads of this owner were always beginning.")

    def _usage(self, owner: str) -> Usage:
        with video_items.storage_errors():
            item: dict[str, Any] = self.client.get_item(
                TableName=self.table, Key=video_items.item_of({"id": _id(owner)}), ConsistentRead=True
            ).get("Item", {})
        return from_plain(Usage, video_items.fields_of(item))

    def _fates(self, usage: Usage) -> Mapping[str, Fate]:
        """By id, of what has begun and is recorded, or still expected: a row may outlast that."""
        if not usage.begun:
            return {}
        rows = RecordBatches(self.client, self.videos_table, _READ, self.sleep).items(list(usage.begun))
        known = map(video_items.fields_of, rows)
        return {row["videoId"]: _fate(row) for row in known if "state" in row or _is_expected(row)}

    def _is_stored(self, owner: str, usage: Usage, *, seen: int) -> bool:
        """False where another upload of the owner began in the meantime."""
        written = replace(usage, version=seen + 1, write_id=str(uuid.uuid4()))
        expiration = int(self.now_s()) + _KEPT_S
        item = video_items.item_of({"id": _id(owner), "expiration": expiration, **to_plain(written)})
        asked: PutItemInputTypeDef = {
            "TableName": self.table,
            "Item": item,
            "ConditionExpression": "#version = :seen" if seen else "attribute_not_exists(#version)",
            "ExpressionAttributeNames": {"#version": "version"},
        }
        if seen:
            asked["ExpressionAttributeValues"] = video_items.item_of({":seen": seen})
        refusing = refused_put(self.client, asked)
        # A write whose answer was lost is repeated by the SDK, and refused by itself.
        return refusing is None or refusing.get("writeId") == written.write_id


def _id(owner: str) -> str:
    """No idempotency key is stored as it was sent."""
    return f"quotas#{owner}"


def _is_expected(row: Mapping[str, Any]) -> bool:
    return row.get("listing") == video_items.PENDING_LIST


def _fate(row: Mapping[str, Any]) -> Fate:
    size, duration, state = row.get("sizeBytes"), row.get("durationS"), row.get("state")
    return Fate(
        size_bytes=None if size is None else int(size),
        duration_s=None if duration is None else float(duration),
        has_ended="deletedAt" in row or (state is not None and State(state).is_final),
    )
