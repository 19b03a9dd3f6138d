"""The lists of `video_items` (ready, open, failed, …) in the sparse index of the Videos table."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, TypedDict, cast

from reelway.adapters import video_items
from reelway.ports.videos import Listed

if TYPE_CHECKING:
    from types_boto3_dynamodb.client import DynamoDBClient
    from types_boto3_dynamodb.type_defs import (
        AttributeValueTypeDef,
        QueryInputTypeDef,
        UniversalAttributeValueTypeDef,
    )

LISTING_INDEX = "byListing"
LADDER_INDEX = "byLadder"


class _Query(TypedDict):
    TableName: str
    IndexName: str
    KeyConditionExpression: str
    ExpressionAttributeValues: "dict[str, UniversalAttributeValueTypeDef]"
    ScanIndexForward: bool


@dataclass(frozen=True, slots=True)
class VideoLists:
    """`client` is a boto3 DynamoDB client. The index is eventually consistent."""

    client: "DynamoDBClient"
    table: str

    def ids(
        self,
        listing: str,
        *,
        after: str | None = None,
        before: str | None = None,
        oldest_first: bool = False,
    ) -> Iterator[str]:
        """Of the videos that were listed between two ISO 8601 times, newest first unless `oldest_first`."""
        query: _Query = {**self._query(listing, after, before), "ScanIndexForward": oldest_first}
        return (entry.video_id for entry in self._pages(query))

    def entries(
        self, listing: str, *, since: str | None = None, until: str | None = None
    ) -> Iterator[Listed]:
        """All that were listed between two ISO 8601 times, both included, newest first."""
        return self._pages(self._query(listing, since, until))

    def count(self, listing: str, *, before: str) -> int:
        """How many videos were listed before this ISO 8601 time."""
        query = self._query(listing, until=before)
        with video_items.storage_errors():
            pages = self.client.get_paginator("query").paginate(**query, Select="COUNT")
            return sum(page["Count"] for page in pages)

    def oldest_unfinished(self) -> str | None:
        """When the video that has been UPLOADED or PROCESSING for longest became so, as an ISO 8601 time."""
        listed = self._query(video_items.OPEN_LIST)
        query = cast("QueryInputTypeDef", {**listed, "ScanIndexForward": True, "Limit": 1})
        with video_items.storage_errors():
            items = self.client.query(**query)["Items"]
        return _listed(items[0]).listed_at if items else None

    def page(
        self,
        listing: str,
        *,
        limit: int,
        after: Listed | None,
        before: str | None = None,
        oldest_first: bool = False,
    ) -> tuple[list[Listed], bool]:
        """At most `limit` entries behind `after`, and whether there are more.

        DynamoDB is asked for one more than `limit`, and once, where these do not exceed 1 MB (11,000).
        """
        listed = {**self._query(listing, until=before), "ScanIndexForward": oldest_first}
        query = cast("QueryInputTypeDef", {**listed, "Limit": limit + 1})
        if after:
            place = {"listing": listing, "listedAt": after.listed_at, "videoId": after.video_id}
            query["ExclusiveStartKey"] = video_items.item_of(place)
        found = list(islice(self._pages(query), limit + 1))
        return found[:limit], len(found) > limit

    def _pages(self, query: "_Query | QueryInputTypeDef") -> Iterator[Listed]:
        with video_items.storage_errors():
            for page in self.client.get_paginator("query").paginate(**query):
                yield from map(_listed, page["Items"])

    def _query(self, listing: str, since: str | None = None, until: str | None = None) -> _Query:
        """Without a bound no condition on the time: emulators look at each entry for it."""
        bounds = {":since": since, ":until": until}
        if since and until:
            of_time = " AND listedAt BETWEEN :since AND :until"
        else:
            of_time = " AND listedAt >= :since" if since else " AND listedAt <= :until" if until else ""
        values = {":listing": listing, **{name: bound for name, bound in bounds.items() if bound}}
        return {
            "TableName": self.table,
            "IndexName": LISTING_INDEX,
            "KeyConditionExpression": f"listing = :listing{of_time}",
            "ExpressionAttributeValues": video_items.item_of(values),
            "ScanIndexForward": False,
        }


def _listed(item: "Mapping[str, AttributeValueTypeDef]") -> Listed:
    """Without boto3's deserializer, which takes three times as long: the ready list may be long."""
    return Listed(item["videoId"]["S"], item["listedAt"]["S"])
