"""The table of webhooks, as `ports.webhooks.Webhooks`. Its key is the owner, then the webhook's id.

A key must not be empty, which the owner is where everybody is one: `ownerKey` has a word before it.
"""

from typing import TYPE_CHECKING, Any

from reelway.adapters import video_items
from reelway.adapters.conditional_writes import refused_update
from reelway.documents import from_plain, to_plain
from reelway.webhooks.webhook import Webhook

if TYPE_CHECKING:
    from types_boto3_dynamodb.client import DynamoDBClient

_IS_THERE = "attribute_exists(webhookId)"


class WebhooksTable:
    """`client` is a boto3 DynamoDB client."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def create(self, webhook: Webhook) -> None:
        fields = {name: value for name, value in to_plain(webhook).items() if value is not None}
        item = video_items.item_of(fields | {"ownerKey": _owner_key(webhook.owner)})
        with video_items.storage_errors():
            self._client.put_item(TableName=self._table, Item=item)

    def of_owner(self, owner: str) -> list[Webhook]:
        """An owner has so few that one page of the table holds them."""
        with video_items.storage_errors():
            answer = self._client.query(
                TableName=self._table,
                KeyConditionExpression="ownerKey = :owner",
                ExpressionAttributeValues=video_items.item_of({":owner": _owner_key(owner)}),
                ConsistentRead=True,
            )
        return sorted(map(_webhook_of, answer["Items"]), key=lambda webhook: webhook.created_at)

    def find(self, owner: str, webhook_id: str) -> Webhook | None:
        with video_items.storage_errors():
            answer = self._client.get_item(
                TableName=self._table, Key=_key(owner, webhook_id), ConsistentRead=True
            )
        return _webhook_of(answer["Item"]) if "Item" in answer else None

    def delete(self, webhook: Webhook) -> None:
        with video_items.storage_errors():
            self._client.delete_item(TableName=self._table, Key=_key(webhook.owner, webhook.webhook_id))

    def change_secret(self, webhook: Webhook, secret: str, *, old_until: str) -> bool:
        """A write whose answer was lost is repeated by the SDK, and then refused by itself."""
        refused = self._update(
            webhook,
            "SET secret = :secret, oldSecret = :old, oldSecretUntil = :until",
            "secret = :old",
            {":secret": secret, ":old": webhook.secret, ":until": old_until},
        )
        return refused is None or refused.get("secret") == secret

    def disable(self, webhook: Webhook, now: str) -> None:
        self._update(webhook, "SET disabledAt = :now", _IS_THERE, {":now": now})

    def take_turn(self, webhook: Webhook, *, until: str) -> bool:
        values = {":until": until} | ({":seen": webhook.paused_until} if webhook.paused_until else {})
        condition = "pausedUntil = :seen" if webhook.paused_until else "attribute_not_exists(pausedUntil)"
        return (
            self._update(webhook, "SET pausedUntil = :until", f"{_IS_THERE} AND {condition}", values) is None
        )

    def note_failure(self, webhook: Webhook, *, paused_until: str) -> None:
        values = {":one": 1, ":until": paused_until}
        self._update(webhook, "SET pausedUntil = :until ADD failures :one", _IS_THERE, values)

    def note_success(self, webhook: Webhook) -> None:
        update = "SET failures = :none REMOVE pausedUntil, disabledAt"
        self._update(webhook, update, _IS_THERE, {":none": 0})

    def _update(
        self, webhook: Webhook, update: str, condition: str, values: dict[str, Any]
    ) -> dict[str, Any] | None:
        """None when the item was written, else the fields that failed the condition."""
        return refused_update(
            self._client,
            {
                "TableName": self._table,
                "Key": _key(webhook.owner, webhook.webhook_id),
                "UpdateExpression": update,
                "ConditionExpression": condition,
                "ExpressionAttributeValues": video_items.item_of(values),
            },
        )


def _webhook_of(item: dict[str, Any]) -> Webhook:
    return from_plain(Webhook, video_items.fields_of(item))


def _key(owner: str, webhook_id: str) -> dict[str, Any]:
    return video_items.item_of({"ownerKey": _owner_key(owner), "webhookId": webhook_id})


def _owner_key(owner: str) -> str:
    return f"owner#{owner}"
