"""Videos on shelves in moto, and the browser that reads them."""

from reelway.adapters import video_items
from reelway.adapters.shelf_rows import ShelfRowsTable
from reelway.adapters.shelves_table import ShelvesTable
from reelway.browsing import Browser
from reelway.video import State, Video
from tests.support.doubles import moto_aws

NOW = "2027-06-01T00:00:00.000000Z"


def video_id(number: int) -> str:
    return f"{number:08x}-0000-4000-8000-000000000000"


def put(
    number: int,
    *,
    at: str = "2026-01-01T00:00:00.000000Z",
    owner: str = "",
    external_id: str | None = None,
    state: State = State.READY,
) -> Video:
    """A record on its shelves."""
    fields = {
        "videoId": video_id(number),
        "state": state,
        "rank": state.rank,
        "version": 1,
        "createdAt": at,
        "updatedAt": at,
        **({"owner": owner} if owner else {}),
        **({"externalId": external_id} if external_id else {}),
    }
    item = video_items.item_of(fields)
    moto_aws.client("dynamodb").put_item(TableName=moto_aws.VIDEOS, Item=item)
    video = video_items.video_of(item)
    rows().arrange(video)
    return video


def rows() -> ShelfRowsTable:
    return ShelfRowsTable(moto_aws.client("dynamodb"), moto_aws.VIDEOS)


def browser() -> Browser:
    return Browser(ShelvesTable(moto_aws.client("dynamodb"), moto_aws.VIDEOS), lambda: NOW)
