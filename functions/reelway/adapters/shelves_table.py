"""Shelves in the Videos table's sparse index, and the records of their videos, as `ports.shelves.Shelves`."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from reelway.adapters import video_items
from reelway.adapters.record_batches import RecordBatches
from reelway.adapters.video_lists import VideoLists
from reelway.documents import names_of
from reelway.ports.shelves import Place
from reelway.ports.videos import Listed
from reelway.shelves import Shelf, video_of_row
from reelway.video import Video

if TYPE_CHECKING:
    from types_boto3_dynamodb.client import DynamoDBClient

_READ = (*names_of(Video), "encodedFrames", "totalFrames", "deletedAt")


class ShelvesTable:
    """`client` is a boto3 DynamoDB client, `table` the name of the Videos table."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._lists = VideoLists(client, table)
        self._records = RecordBatches(client, table, _READ)

    def read(self, shelf: Shelf, *, limit: int, after: Place) -> tuple[Sequence[Place], bool]:
        row = Listed(shelf.row_id(after.video_id), after.created_at) if after.video_id else None
        found, has_more = self._lists.page(
            shelf.name(after.created_at),
            limit=limit,
            after=row,
            before=None if row else after.created_at,
        )
        return [Place(entry.listed_at, video_of_row(entry.video_id)) for entry in found], has_more

    def videos(self, video_ids: Sequence[str]) -> Sequence[Video]:
        return [video for item in self._records.items(video_ids) if (video := _readable(item))]


def _readable(item: dict[str, Any]) -> Video | None:
    """None for a tombstone, and for a record that cannot be read, which must not take a page with it."""
    try:
        return video_items.video_of(item) if video_items.is_video(item) else None
    except (ArithmeticError, LookupError, TypeError, ValueError):
        return None
