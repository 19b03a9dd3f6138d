"""The lists of unfinished work in the indexes of the Videos table, as `ports.unfinished.UnfinishedVideos`."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, cast

from reelway.adapters import video_items
from reelway.adapters.conditional_writes import unless_refused
from reelway.adapters.record_batches import RecordBatches
from reelway.adapters.video_lists import LADDER_INDEX, LISTING_INDEX
from reelway.ports.unfinished import Found, Unfinished, Work
from reelway.ports.videos import Listed
from reelway.timestamps import utc_now
from reelway.video import LadderState, State, execution_name

if TYPE_CHECKING:
    from types_boto3_dynamodb.client import DynamoDBClient
    from types_boto3_dynamodb.type_defs import QueryInputTypeDef

# Of each list: its index, the index's two keys, and the list's name in the first of them.
_LISTS = {
    Work.VIDEOS: (LISTING_INDEX, "listing", "listedAt", video_items.OPEN_LIST),
    Work.LADDERS: (LADDER_INDEX, "ladderListing", "ladderListedAt", video_items.ENCODING_LIST),
}
_IS_THERE = "attribute_exists(#state) AND attribute_not_exists(deletedAt)"
_LISTED_AT = [listed_at for _, _, listed_at, _ in _LISTS.values()]
_READ = ("videoId", "state", "ladder", "execution", "deletedAt", "replans", "replannedAt", *_LISTED_AT)


class UnfinishedVideosTable:
    """`client` is a boto3 DynamoDB client; `now` gives ISO 8601 times."""

    def __init__(self, client: "DynamoDBClient", table: str, *, now: Callable[[], str] = utc_now) -> None:
        self._client = client
        self._table = table
        self._records = RecordBatches(client, table, _READ)
        self._now = now

    def page(self, work: Work, *, after: Listed | None, before: str, limit: int) -> list[Listed]:
        listed_at = _LISTS[work][2]
        query = self._query(work, after, before) | {"Limit": limit}
        with video_items.storage_errors():
            items = self._client.query(**cast("QueryInputTypeDef", query))["Items"]
        return [Listed(item["videoId"]["S"], item[listed_at]["S"]) for item in items]

    def count(self, work: Work, *, after: Listed | None, before: str) -> int:
        query = cast(Any, self._query(work, after, before) | {"Select": "COUNT"})
        with video_items.storage_errors():
            return sum(page["Count"] for page in self._client.get_paginator("query").paginate(**query))

    def read(self, video_ids: Sequence[str]) -> Found:
        found, unreadable = [], {}
        for item in self._records.items(video_ids):
            if video_items.is_tombstone(item):
                continue
            try:
                found.append(_unfinished_of(item))
            except Exception as error:  # whatever it is that one record has
                unreadable[item["videoId"]["S"]] = repr(error)
        return Found(found, unreadable)

    def note_replan(self, video: Unfinished) -> None:
        values = {":replans": video.replans + 1, ":now": self._now()}
        seen = "attribute_not_exists(replannedAt)"
        if video.replanned_at:
            seen, values[":seen"] = "replannedAt = :seen", video.replanned_at
        with unless_refused(self._client):
            self._client.update_item(
                TableName=self._table,
                Key=video_items.item_of({"videoId": video.video_id}),
                UpdateExpression="SET replans = :replans, replannedAt = :now",
                ConditionExpression=f"{_IS_THERE} AND {seen}",
                ExpressionAttributeNames={"#state": "state"},
                ExpressionAttributeValues=video_items.item_of(values),
            )

    def _query(self, work: Work, after: Listed | None, before: str) -> dict[str, Any]:
        index, listing, listed_at, name = _LISTS[work]
        query: dict[str, Any] = {
            "TableName": self._table,
            "IndexName": index,
            "KeyConditionExpression": f"{listing} = :listing AND {listed_at} < :before",
            "ExpressionAttributeValues": video_items.item_of({":listing": name, ":before": before}),
        }
        if after:
            place = {listing: name, listed_at: after.listed_at, "videoId": after.video_id}
            query["ExclusiveStartKey"] = video_items.item_of(place)
        return query


def _unfinished_of(item: dict[str, Any]) -> Unfinished:
    """Raises whatever a record makes it raise that is not as expected."""
    fields = video_items.fields_of(item)
    replanned_at = fields.get("replannedAt")
    if not isinstance(replanned_at, str | None):
        raise TypeError(f"replannedAt is {replanned_at!r:.40}")
    return Unfinished(
        video_id=fields["videoId"],
        state=State(fields["state"]),
        ladder=LadderState(fields["ladder"]) if "ladder" in fields else None,
        execution=str(fields.get("execution") or execution_name(fields["videoId"], None)),
        since=str(fields.get("ladderListedAt") or fields.get("listedAt", "")),
        replans=int(fields.get("replans", 0)),
        replanned_at=replanned_at,
    )
