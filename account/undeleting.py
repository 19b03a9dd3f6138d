"""`make undelete`: brings back what was deleted since a time, past the API, with the owner's own credentials.

2026-11-26T14:00:12Z  7912445c-fbb3-404b-987a-b73f62c712e0

The API may be closed, because that is how the deletions came about. So each tombstone gets the note that the
API would write, and the stack does the rest: it reads the change, brings the media back, and makes a video of
it again.
"""

import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from account.errors import AccountError

_INDEX = "byListing"
_LISTS = ("deleted", "hidden")
# As reelway.adapters.deletion_updates.restoring has it, which a test compares.
_UPDATE = (
    "SET #restoringAt = :restoringAt, #listing = :listing, #listedAt = :listedAt, #writeId = :writeId"
    " REMOVE orderedAt"
)
_CONDITION = (
    "deletedAt >= :since AND listing IN (:deleted, :hidden)"
    " AND attribute_not_exists(purgedAt) AND attribute_not_exists(restoringAt)"
)


@dataclass(frozen=True, slots=True)
class Deleted:
    """`deleted_at` is ISO 8601."""

    video_id: str
    deleted_at: str

    def __str__(self) -> str:
        return f"{self.deleted_at[:19]}Z  {self.video_id}"


@dataclass(frozen=True, slots=True)
class Tombstones:
    """`client` is a boto3 DynamoDB client, `table` the stack's table of videos; `now` gives the time."""

    client: Any
    table: str
    now: Callable[[], datetime] = lambda: datetime.now(UTC)

    def since(self, time: datetime) -> Iterator[Deleted]:
        """What was deleted since then and has not been removed for good, in the order of the lists.

        A video is on its list since it was deleted or hidden, which comes later.
        """
        for listing in _LISTS:
            for video_id in self._listed(listing, time):
                item = self._item(video_id)
                if item.get("deletedAt", {}).get("S", "") >= _text(time) and "purgedAt" not in item:
                    yield Deleted(video_id, item["deletedAt"]["S"])

    def restore(self, deleted: Deleted) -> bool:
        """False where that was ordered before, or it is too late."""
        now = _text(self.now())
        values = {
            ":restoringAt": now,
            ":listing": "deleted",
            ":listedAt": now,
            ":writeId": str(uuid.uuid4()),
            ":since": deleted.deleted_at,
            ":deleted": "deleted",
            ":hidden": "hidden",
        }
        names = ("restoringAt", "listing", "listedAt", "writeId")
        try:
            self.client.update_item(
                TableName=self.table,
                Key={"videoId": {"S": deleted.video_id}},
                UpdateExpression=_UPDATE,
                ConditionExpression=_CONDITION,
                ExpressionAttributeNames={f"#{name}": name for name in names},
                ExpressionAttributeValues={name: {"S": value} for name, value in values.items()},
            )
        except self.client.exceptions.ConditionalCheckFailedException:
            return False
        return True

    def _listed(self, listing: str, since: datetime) -> Iterator[str]:
        pages = self.client.get_paginator("query").paginate(
            TableName=self.table,
            IndexName=_INDEX,
            KeyConditionExpression="listing = :listing AND listedAt >= :since",
            ExpressionAttributeValues={":listing": {"S": listing}, ":since": {"S": _text(since)}},
        )
        for page in pages:
            yield from (item["videoId"]["S"] for item in page["Items"])

    def _item(self, video_id: str) -> Mapping[str, Any]:
        found = self.client.get_item(TableName=self.table, Key={"videoId": {"S": video_id}})
        item: Mapping[str, Any] = found.get("Item", {})
        return item


def asked(environ: Mapping[str, str]) -> datetime:
    """SINCE. Raises AccountError when it is missing or unreadable."""
    since = environ.get("SINCE", "")
    if not since:
        raise AccountError("say since when: make undelete SINCE=2026-11-26T14:00Z")
    try:
        time = datetime.fromisoformat(since)
    except ValueError as error:
        raise AccountError(f"SINCE={since} is no time; write it as 2026-11-26T14:00Z") from error
    return time.replace(tzinfo=time.tzinfo or UTC).astimezone(UTC)


def undelete(tombstones: Tombstones, deleted: Iterable[Deleted], say: Callable[[str], None]) -> int:
    """How many come back; what does not is said."""
    outcomes: Counter[bool] = Counter()
    for video in deleted:
        is_ordered = tombstones.restore(video)
        outcomes[is_ordered] += 1
        if not is_ordered:
            say(f"{video}: is coming back already, or it is too late")
    return outcomes[True]


def run(tombstones: Tombstones, environ: Mapping[str, str], confirms: Callable[[str], bool]) -> int:
    """List what is to come back, ask, do it, and say what came of it; the exit status."""
    deleted = list(tombstones.since(asked(environ)))
    print(*deleted, f"{len(deleted)} to bring back", sep="\n")
    if not deleted or not confirms("Bring them back?"):
        return 0
    count = undelete(tombstones, deleted, print)
    print(f"{count} come back, about one a second; the ready list has them when they are whole")
    return int(count != len(deleted))


def _text(time: datetime) -> str:
    """As the table has its times, so that texts compare as times do."""
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
