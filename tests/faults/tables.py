"""The tables, as moto plays them, with everything that was ever written to them."""

import json
from typing import TYPE_CHECKING, Any

from moto.dynamodb.models import dynamodb_backends

from tests.faults.clock import Clock
from tests.faults.cloudformation import ACCOUNT, REGION, physical_name
from tests.faults.network import Network

if TYPE_CHECKING:
    from types_boto3_dynamodb.client import DynamoDBClient

_KEYS = ("BillingMode", "AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes")
_STREAM: Any = {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}


class Tables:
    """`declared` are their properties in the template, by logical id."""

    def __init__(
        self, client: "DynamoDBClient", network: Network, clock: Clock, declared: dict[str, dict[str, Any]]
    ) -> None:
        self._client = client
        self._network = network
        self._clock = clock
        self._declared = declared
        self._records: dict[str, list[dict[str, Any]]] = {}

    def make(self) -> None:
        """Make all tables, instead of those that there are."""
        self._records = {logical_id: [] for logical_id in self._declared}
        with self._network.unwatched():
            known = self._client.list_tables()["TableNames"]
            for logical_id, declared in self._declared.items():
                name = physical_name(logical_id)
                if name in known:
                    self._client.delete_table(TableName=name)
                made = {key: declared[key] for key in _KEYS if key in declared}
                self._client.create_table(TableName=name, **made, StreamSpecification=_STREAM)

    def records(self, table: str) -> list[dict[str, Any]]:
        """The table's stream as Lambda hands it on; `seen_s` is when a record was written."""
        shard = dynamodb_backends[ACCOUNT][REGION].tables[physical_name(table)].stream_shard
        assert shard
        known, now_s = self._records[table], self._clock.now()
        for item in shard.items[len(known) :]:
            record = json.loads(json.dumps(item.to_json(), default=str))
            record["dynamodb"]["ApproximateCreationDateTime"] = int(now_s)
            known.append(record | {"seen_s": now_s})
        return known

    def put(self, table: str, item: dict[str, Any]) -> None:
        with self._network.unwatched():
            self._client.put_item(TableName=physical_name(table), Item=item)

    def items(self, table: str) -> list[dict[str, Any]]:
        """All items, as DynamoDB writes them."""
        with self._network.unwatched():
            found: list[dict[str, Any]] = self._client.scan(TableName=physical_name(table))["Items"]
        return found
