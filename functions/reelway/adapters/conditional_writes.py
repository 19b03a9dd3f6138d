"""Conditional writes of DynamoDB, and what is known of those that it refused."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from reelway.adapters import video_items

if TYPE_CHECKING:
    from types_boto3_dynamodb.client import DynamoDBClient
    from types_boto3_dynamodb.type_defs import PutItemInputTypeDef, UpdateItemInputTypeDef


@dataclass(frozen=True, slots=True)
class ItemUpdate:
    """SETs `fields`, and does what `clause` adds to the update expression, where `condition` holds.

    `values` are those of the condition's and the clause's own placeholders.
    """

    fields: Mapping[str, Any]
    condition: str
    values: Mapping[str, Any]
    clause: str = ""

    def apply(self, client: "DynamoDBClient", table: str, key: Mapping[str, Any]) -> bool:
        """Whether this very call changed the item, which `fields` give a new `writeId`.

        A write whose answer was lost is repeated by the SDK and then refused; its `writeId` is stored.
        """
        refusing = self.write(client, table, key)
        return refusing is None or refusing.get("writeId") == self.fields["writeId"]

    def write(self, client: "DynamoDBClient", table: str, key: Mapping[str, Any]) -> dict[str, Any] | None:
        """The stored fields that failed the condition, or None when the item was written."""
        sets = ", ".join(f"#{name} = :{name}" for name in self.fields)
        values = {**self.values, **{f":{name}": value for name, value in self.fields.items()}}
        return refused_update(
            client,
            {
                "TableName": table,
                "Key": video_items.item_of(dict(key)),
                "UpdateExpression": f"SET {sets}{self.clause}",
                "ConditionExpression": self.condition,
                "ExpressionAttributeNames": {f"#{name}": name for name in self.fields},
                "ExpressionAttributeValues": video_items.item_of(values),
            },
        )


def refused_update(client: "DynamoDBClient", asked: "UpdateItemInputTypeDef") -> dict[str, Any] | None:
    """Update an item as `asked`; the stored fields that failed the condition, or None when it was written.

    The fields are {} when there is no item.
    """
    with video_items.storage_errors():
        try:
            client.update_item(**asked | {"ReturnValuesOnConditionCheckFailure": "ALL_OLD"})
        except client.exceptions.ConditionalCheckFailedException as refusal:
            return fields_at_refusal(refusal)
    return None


def refused_put(client: "DynamoDBClient", asked: "PutItemInputTypeDef") -> dict[str, Any] | None:
    """Put an item as `asked`; as `refused_update`."""
    with video_items.storage_errors():
        try:
            client.put_item(**asked | {"ReturnValuesOnConditionCheckFailure": "ALL_OLD"})
        except client.exceptions.ConditionalCheckFailedException as refusal:
            return fields_at_refusal(refusal)
    return None


@contextmanager
def unless_refused(client: "DynamoDBClient") -> Iterator[None]:
    """For writes that are not needed where their condition fails. Raises StorageFailed for other errors."""
    with video_items.storage_errors():
        try:
            yield
        except client.exceptions.ConditionalCheckFailedException:
            return


def fields_at_refusal(refusal: ClientError) -> dict[str, Any]:
    """The stored item's fields that refused the write, or {} when there was no item.

    DynamoDB sends them where the write asked for ReturnValuesOnConditionCheckFailure.
    """
    response: Mapping[str, Any] = refusal.response
    return video_items.fields_of(response.get("Item", {}))
