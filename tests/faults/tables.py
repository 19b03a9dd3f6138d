"""The tables of DynamoDB in memory, with everything that was ever written to them."""

from collections.abc import Mapping
from typing import Any
from zlib import crc32

from tests.faults.attributes import Item, comparable
from tests.faults.clock import Clock
from tests.faults.cloudformation import REGION, arn, physical_name

Key = tuple[Any, ...]
Record = dict[str, Any]
_FIRST_NUMBER = 10**21  # of as many digits as DynamoDB's


class Table:
    """`declared` are its properties in the template.

    Items are never changed, but replaced. `records` are its stream, as Lambda hands it to functions; `seen_s`
    is when a record was written. `written` is all that was ever written to a table without a stream.
    """

    def __init__(self, clock: Clock, logical_id: str, declared: Mapping[str, Any]) -> None:
        self.name = physical_name(logical_id)
        self.stream_arn = f"{arn(logical_id)}/stream/1"
        self.items: dict[Key, Item] = {}
        self.records: list[Record] = []
        self.written: list[Item] = []
        self._clock = clock
        self._keys = _names(declared)
        self._indexes = {
            each["IndexName"]: _names(each) for each in declared.get("GlobalSecondaryIndexes", [])
        }
        self._view = str(declared.get("StreamSpecification", {}).get("StreamViewType", ""))

    def clear(self) -> None:
        self.items.clear()
        self.records.clear()
        self.written.clear()

    def get(self, key: Item) -> Item | None:
        return self.items.get(self.place_of(key))

    def write(self, key: Item, new: Item | None) -> None:
        """None deletes. The stream tells nothing of a write that changes nothing."""
        place = self.place_of(key)
        old = self.items.pop(place, None)
        if new:
            self.items[place] = new
        if self._view and old != new:
            self.records.append(self._record(old, new, self.keys_of(key)))
        elif new:
            self.written.append(new)

    def listed(self, index: str | None = None) -> list[Item]:
        """Items that have the keys of the index or the table, in the order of these."""
        names = self._names_of(index)
        found = [item for item in self.items.values() if item.keys() >= {*names}]
        return sorted(found, key=lambda item: self.place_of(item, index))

    def place_of(self, item: Item, index: str | None = None) -> Key:
        return tuple(comparable(item[name]) for name in self._names_of(index))

    def keys_of(self, item: Item, index: str | None = None) -> Item:
        return {name: item[name] for name in self._names_of(index)}

    def projected(self, item: Item, index: str | None) -> Item:
        """As an index has it: each of them has only keys."""
        return self.keys_of(item, index) if index else item

    def segment_of(self, item: Item, count: int) -> int:
        return crc32(repr(self.place_of(item)).encode()) % count

    def _names_of(self, index: str | None) -> tuple[str, ...]:
        return (*self._indexes[index], *self._keys) if index else self._keys

    def _record(self, old: Item | None, new: Item | None, keys: Item) -> Record:
        images = {
            name: image
            for name, image in (("NewImage", new), ("OldImage", old))
            if image and name[:3].upper() in self._view
        }
        about = {
            "Keys": keys,
            "ApproximateCreationDateTime": int(self._clock.now()),
            "SequenceNumber": str(_FIRST_NUMBER + len(self.records)),
            "SizeBytes": 1,
            "StreamViewType": self._view,
        }
        return {
            "eventID": str(len(self.records)),
            "eventName": "INSERT" if not old else "MODIFY" if new else "REMOVE",
            "eventVersion": "1.1",
            "eventSource": "aws:dynamodb",
            "awsRegion": REGION,
            "dynamodb": about | images,
            "seen_s": self._clock.now(),
        }


class Tables:
    """`declared` are the properties of all tables in the template, by logical id."""

    def __init__(self, clock: Clock, declared: Mapping[str, Mapping[str, Any]]) -> None:
        self._by_id = {logical_id: Table(clock, logical_id, of) for logical_id, of in declared.items()}
        self.by_name = {table.name: table for table in self._by_id.values()}

    def clear(self) -> None:
        for table in self._by_id.values():
            table.clear()

    def records(self, table: str) -> list[Record]:
        return self._by_id[table].records

    def written(self, table: str) -> list[Item]:
        return self._by_id[table].written

    def put(self, table: str, item: Item) -> None:
        self._by_id[table].write(item, item)

    def items(self, table: str) -> list[Item]:
        """All items, as DynamoDB writes them."""
        return list(self._by_id[table].items.values())


def _names(declared: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(key["AttributeName"] for key in declared["KeySchema"])
