"""The table of webhooks' deliveries, as `ports.webhooks.Deliveries`, whose items live for 30 days."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from reelway.adapters import video_items
from reelway.adapters.conditional_writes import refused_put
from reelway.documents import from_plain, to_plain
from reelway.webhooks.webhook import Delivery

if TYPE_CHECKING:
    from types_boto3_dynamodb.client import DynamoDBClient

KEPT_S = 30 * 86_400


class DeliveriesTable:
    """`client` is a boto3 DynamoDB client; `now_s` gives seconds since 1970."""

    def __init__(
        self, client: "DynamoDBClient", table: str, *, now_s: Callable[[], float] = time.time
    ) -> None:
        self._client = client
        self._table = table
        self._now_s = now_s

    def create(self, delivery: Delivery) -> Delivery:
        refusing = self._put(delivery, "attribute_not_exists(deliveryId)", {})
        return from_plain(Delivery, refusing) if refusing else delivery

    def find(self, webhook_id: str, delivery_id: str) -> Delivery | None:
        key = video_items.item_of({"webhookId": webhook_id, "deliveryId": delivery_id})
        with video_items.storage_errors():
            answer = self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True)
        return _delivery_of(answer["Item"]) if "Item" in answer else None

    def page(self, webhook_id: str, *, limit: int, before: str | None = None) -> tuple[list[Delivery], bool]:
        """The one that is `before` need not be there any more."""
        values = {":webhook": webhook_id} | ({":before": before} if before else {})
        with video_items.storage_errors():
            answer = self._client.query(
                TableName=self._table,
                KeyConditionExpression="webhookId = :webhook" + (" AND deliveryId < :before" * bool(before)),
                ExpressionAttributeValues=video_items.item_of(values),
                ScanIndexForward=False,
                Limit=limit,
            )
        return [*map(_delivery_of, answer["Items"])], "LastEvaluatedKey" in answer

    def change(self, delivery: Delivery, *, seen: Delivery) -> bool:
        """A write whose answer was lost is repeated by the SDK, and then refused by itself."""
        refusing = self._put(
            delivery,
            "attempts = :attempts AND begunAt = :begun AND #state = :state",
            {":attempts": seen.attempts, ":begun": seen.begun_at, ":state": seen.state},
            {"#state": "state"},
        )
        return refusing is None or (bool(refusing) and from_plain(Delivery, refusing) == delivery)

    def _put(
        self,
        delivery: Delivery,
        condition: str,
        values: dict[str, Any],
        names: dict[str, str] | None = None,
    ) -> dict[str, Any] | None:
        """None when the item was written, else the fields that failed the condition."""
        fields = {name: value for name, value in to_plain(delivery).items() if value is not None}
        asked: Any = {
            "TableName": self._table,
            "Item": video_items.item_of(fields | {"expiration": int(self._now_s()) + KEPT_S}),
            "ConditionExpression": condition,
        }
        if values:
            asked |= {"ExpressionAttributeValues": video_items.item_of(values)}
        if names:
            asked |= {"ExpressionAttributeNames": names}
        return refused_put(self._client, asked)


def _delivery_of(item: dict[str, Any]) -> Delivery:
    return from_plain(Delivery, video_items.fields_of(item))
