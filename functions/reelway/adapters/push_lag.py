"""How late sockets heard of the last changes, as an item beside the idempotency keys.

Neither of the other tables has a place for it: writing to them is a change that functions are called for.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from reelway.adapters import video_items

if TYPE_CHECKING:
    from types_boto3_dynamodb.client import DynamoDBClient

# No idempotency key is stored as it was sent.
_ID = "push-lag"
# In seconds. A lag of longer ago says nothing of now.
_VALID_S = 300


@dataclass(frozen=True, slots=True)
class PushLag:
    """`client` is a boto3 DynamoDB client; `now_s` gives seconds since the epoch."""

    client: "DynamoDBClient"
    table: str
    now_s: Callable[[], float] = time.time

    def note(self, lag_s: float) -> None:
        now = self.now_s()
        fields = {"id": _ID, "lagS": lag_s, "measuredAt": now, "expiration": int(now) + _VALID_S}
        with video_items.storage_errors():
            self.client.put_item(TableName=self.table, Item=video_items.item_of(fields))

    def latest_s(self) -> float | None:
        """Of the last minutes; None if nothing was sent."""
        with video_items.storage_errors():
            item: dict[str, Any] = self.client.get_item(
                TableName=self.table, Key=video_items.item_of({"id": _ID})
            ).get("Item", {})
        fields = video_items.fields_of(item)
        if not fields or self.now_s() - float(fields["measuredAt"]) > _VALID_S:
            return None
        return float(fields["lagS"])
