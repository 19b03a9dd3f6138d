"""The lists of videos (ready, open, failed, deleted, pending) in the sparse index of the Videos table."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypedDict, cast

from reelway.adapters import video_items
from reelway.ports.videos import Listed

if TYPE_CHECKING:
    from types_boto3_dynamodb.client import DynamoDBClient
    from types_boto3_dynamodb.type_defs import QueryInputTypeDef, UniversalAttributeValueTypeDef

LISTING_INDEX = "byListing"
LADDER_INDEX = "byLadder"
# Before and after every ISO 8601 time of this millennium, as texts.
_BEGINNING, _END = "0", "9"


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
        self, listing: str, *, after: str = _BEGINNING, before: str = _END, oldest_first: bool = False
    ) -> Iterator[str]:
        """Of the videos that were listed between two ISO 8601 times, newest first unless `oldest_first`."""
        query: _Query = {**self._query(listing, after, before), "ScanIndexForward": oldest_first}
        with video_items.storage_errors():
            for page in self.client.get_paginator("query").paginate(**query):
                for item in page["Items"]:
                    yield video_items.fields_of(item)["videoId"]

    def oldest_unfinished(self) -> str | None:
        """When the video that has been UPLOADED or PROCESSING for longest became so, as an ISO 8601 time."""
        listed = self._query(video_items.OPEN_LIST, _BEGINNING, _END)
        query = cast("QueryInputTypeDef", {**listed, "ScanIndexForward": True, "Limit": 1})
        with video_items.storage_errors():
            items = self.client.query(**query)["Items"]
        return video_items.fields_of(items[0])["listedAt"] if items else None

    def page(self, listing: str, *, limit: int, after: Listed | None) -> tuple[list[Listed], bool]:
        """Entries behind `after`, and whether there are more: DynamoDB is asked for one more than `limit`."""
        query = cast("QueryInputTypeDef", {**self._query(listing, _BEGINNING, _END), "Limit": limit + 1})
        if after:
            place = {"listing": listing, "listedAt": after.listed_at, "videoId": after.video_id}
            query["ExclusiveStartKey"] = video_items.item_of(place)
        with video_items.storage_errors():
            found = [video_items.fields_of(item) for item in self.client.query(**query)["Items"]]
        entries = [Listed(fields["videoId"], fields["listedAt"]) for fields in found[:limit]]
        return entries, len(found) > limit

    def _query(self, listing: str, after: str, before: str) -> _Query:
        values = {":listing": listing, ":after": after, ":before": before}
        return {
            "TableName": self.table,
            "IndexName": LISTING_INDEX,
            "KeyConditionExpression": "listing = :listing AND listedAt BETWEEN :after AND :before",
            "ExpressionAttributeValues": video_items.item_of(values),
            "ScanIndexForward": False,
        }
