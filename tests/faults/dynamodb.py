"""The API of DynamoDB, in front of tables."""

from collections.abc import Iterator, Mapping
from typing import Any

from botocore.awsrequest import AWSPreparedRequest, AWSResponse

from tests.faults.answers import answer, body_of
from tests.faults.attributes import Item
from tests.faults.expressions import Bound, condition, update
from tests.faults.tables import Table, Tables

Asked = Mapping[str, Any]


class _Refused(Exception):
    """By a condition; with the item that did not fulfil it."""

    def __init__(self, item: Item) -> None:
        super().__init__("The conditional request failed")
        self.item = item

    def document(self, asked: Asked) -> dict[str, Any]:
        told = {"__type": "ConditionalCheckFailedException", "message": str(self)}
        is_asked = asked.get("ReturnValuesOnConditionCheckFailure") == "ALL_OLD"
        return told | ({"Item": self.item} if is_asked and self.item else {})


class Dynamodb:
    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def __call__(self, operation: str, request: AWSPreparedRequest) -> AWSResponse:
        asked = body_of(request)
        handle = getattr(self, f"_{operation}", None)
        if handle is None:
            raise NotImplementedError(f"dynamodb:{operation}")
        try:
            return answer(request, handle(asked))
        except _Refused as refused:
            return answer(request, refused.document(asked), 400)

    def _table(self, asked: Asked) -> Table:
        return self._tables.by_name[asked["TableName"]]

    def _GetItem(self, asked: Asked) -> dict[str, Any]:  # noqa: N802  AWS's names
        found = self._table(asked).get(asked["Key"])
        return {"Item": found} if found else {}

    def _PutItem(self, asked: Asked) -> dict[str, Any]:  # noqa: N802
        self._check(asked, asked["Item"])
        self._table(asked).write(asked["Item"], asked["Item"])
        return {}

    def _DeleteItem(self, asked: Asked) -> dict[str, Any]:  # noqa: N802
        self._check(asked, asked["Key"])
        self._table(asked).write(asked["Key"], None)
        return {}

    def _UpdateItem(self, asked: Asked) -> dict[str, Any]:  # noqa: N802
        known = self._check(asked, asked["Key"])
        new = update(asked["UpdateExpression"])(_bound(known or asked["Key"], asked))
        self._table(asked).write(asked["Key"], new)
        return {"Attributes": new} if asked.get("ReturnValues") == "ALL_NEW" else {}

    def _check(self, asked: Asked, key: Item) -> Item:
        """The item that is there, or {}, if it fulfils the condition."""
        known = self._table(asked).get(key) or {}
        holds = condition(asked["ConditionExpression"]) if "ConditionExpression" in asked else None
        if holds and not holds(_bound(known, asked)):
            raise _Refused(known)
        return known

    def _BatchGetItem(self, asked: Asked) -> dict[str, Any]:  # noqa: N802
        found: dict[str, list[Item]] = {}
        for name, of in asked["RequestItems"].items():
            items = map(self._tables.by_name[name].get, of["Keys"])
            found[name] = [_projected(item, of) for item in items if item]
        return {"Responses": found, "UnprocessedKeys": {}}

    def _Query(self, asked: Asked) -> dict[str, Any]:  # noqa: N802
        is_meant = condition(asked["KeyConditionExpression"])
        table, index = self._table(asked), asked.get("IndexName")
        items = (item for item in table.listed(index) if is_meant(_bound(item, asked)))
        return _page(table, items, asked)

    def _Scan(self, asked: Asked) -> dict[str, Any]:  # noqa: N802
        table, count = self._table(asked), asked.get("TotalSegments", 1)
        items = (item for item in table.listed() if table.segment_of(item, count) == asked.get("Segment", 0))
        return _page(table, items, asked)


def _page(table: Table, items: Iterator[Item], asked: Asked) -> dict[str, Any]:
    """Up to `Limit` items, behind `ExclusiveStartKey`; those of an index have its keys alone."""
    index, after, limit = asked.get("IndexName"), asked.get("ExclusiveStartKey"), asked.get("Limit", 1000)
    found, is_falling = list(items), not asked.get("ScanIndexForward", True)
    if is_falling:
        found.reverse()
    if after:
        start = table.place_of(after, index)
        found = [
            item
            for item in found
            if (table.place_of(item, index) < start if is_falling else table.place_of(item, index) > start)
        ]
    page = found[:limit]
    listed = (
        {} if asked.get("Select") == "COUNT" else {"Items": [table.projected(item, index) for item in page]}
    )
    more = {"LastEvaluatedKey": table.keys_of(page[-1], index)} if len(page) == limit else {}
    return {"Count": len(page), "ScannedCount": len(page), **listed, **more}


def _bound(item: Item, asked: Asked) -> Bound:
    return Bound(item, asked.get("ExpressionAttributeNames", {}), asked.get("ExpressionAttributeValues", {}))


def _projected(item: Item, asked: Asked) -> Item:
    if "ProjectionExpression" not in asked:
        return item
    names = [asked["ExpressionAttributeNames"][name] for name in asked["ProjectionExpression"].split(", ")]
    return {name: item[name] for name in names if name in item}
