"""The Connections table as `ports.connections.Connections`.

One item per socket: videoId and connectionId (key), connectedAt and expiresAt (epoch seconds; the table's
TTL, because $disconnect is best effort), wantsProgress, untilComplete (which rows of release 0.2.0 lack); and
the last claim of `live_status.delivery`: lastVersion, lastProgress, claimId, busyUntil (epoch seconds; 0
after `done`, 1 after `release`).
"""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from reelway.adapters import video_items
from reelway.adapters.conditional_writes import refused_update
from reelway.ports.connections import HOLD_S, Claim, Connection

if TYPE_CHECKING:
    from types_boto3_dynamodb.client import DynamoDBClient

BY_CONNECTION_INDEX = "byConnection"
# API Gateway closes every socket after 2 h; ten minutes more for clocks that differ.
_LIFETIME_S = 2 * 3600 + 600


class ConnectionsTable:
    """`client` is a boto3 DynamoDB client; `now_s` gives seconds since the epoch."""

    def __init__(
        self, client: "DynamoDBClient", table: str, *, now_s: Callable[[], float] = time.time
    ) -> None:
        self._client = client
        self._table = table
        self._now_s = now_s

    def add(self, connection: Connection) -> None:
        fields = {
            "videoId": connection.video_id,
            "connectionId": connection.connection_id,
            "connectedAt": connection.connected_at,
            "expiresAt": connection.connected_at + _LIFETIME_S,
            "wantsProgress": connection.wants_progress,
            "untilComplete": connection.until_complete,
            "lastVersion": 0,
            "lastProgress": 0,
            "busyUntil": 0,
        }
        with video_items.storage_errors():
            self._client.put_item(TableName=self._table, Item=video_items.item_of(fields))

    def remove(self, video_id: str, connection_id: str) -> None:
        with video_items.storage_errors():
            self._client.delete_item(TableName=self._table, Key=_key(video_id, connection_id))

    def remove_by_connection(self, connection_id: str) -> None:
        with video_items.storage_errors():
            answer = self._client.query(
                TableName=self._table,
                IndexName=BY_CONNECTION_INDEX,
                KeyConditionExpression="connectionId = :connection",
                ExpressionAttributeValues=video_items.item_of({":connection": connection_id}),
            )
        for item in answer["Items"]:
            self.remove(video_items.fields_of(item)["videoId"], connection_id)

    def watching(
        self, video_id: str, *, first: str | None = None, last: str | None = None, limit: int
    ) -> list[Connection]:
        """Strongly consistent: a socket added before a change is among those that are sent it."""
        conditions = ["videoId = :video", *_between(first, last)]
        bounds = {":first": first, ":last": last}
        values = {":video": video_id} | {name: bound for name, bound in bounds.items() if bound}
        with video_items.storage_errors():
            answer = self._client.query(
                TableName=self._table,
                KeyConditionExpression=" AND ".join(conditions),
                ExpressionAttributeValues=video_items.item_of(values),
                ConsistentRead=True,
                Limit=limit,
            )
        return [connection_of(item) for item in answer["Items"]]

    def claim(
        self, connection: Connection, claim_id: str, *, version: int, progress: float, again: bool = False
    ) -> Claim:
        """The SDK repeats a write whose answer was lost, and the repetition is refused; `claimId` shows that
        the claim is this call's own.
        """
        now_s = self._now_s()
        values = {
            ":version": version,
            ":progress": progress,
            ":now": now_s,
            ":until": now_s + HOLD_S,
            ":claim": claim_id,
        } | ({} if again else {":free": 0})
        refused = self._update(
            connection,
            "SET lastVersion = :version, lastProgress = :progress, busyUntil = :until, claimId = :claim",
            f"attribute_exists(connectionId) AND busyUntil <= :now AND {_newer(connection, again=again)}",
            values,
        )
        if refused is None or refused.get("claimId") == claim_id:
            return Claim.GRANTED
        is_busy = refused and refused["busyUntil"] > now_s and refused["lastVersion"] <= version
        return Claim.BUSY if is_busy else Claim.NOT_NEEDED

    def release(self, connection: Connection, claim_id: str) -> None:
        self._end(connection, claim_id, busy_until=1)

    def done(self, connection: Connection, claim_id: str) -> None:
        self._end(connection, claim_id, busy_until=0)

    def _end(self, connection: Connection, claim_id: str, *, busy_until: int) -> None:
        self._update(
            connection,
            "SET busyUntil = :end",
            "claimId = :claim",
            {":claim": claim_id, ":end": busy_until},
        )

    def _update(
        self, connection: Connection, update: str, condition: str, values: dict[str, Any]
    ) -> dict[str, Any] | None:
        """None when the row was written, else the row that failed the condition ({} if there is none)."""
        return refused_update(
            self._client,
            {
                "TableName": self._table,
                "Key": _key(connection.video_id, connection.connection_id),
                "UpdateExpression": update,
                "ConditionExpression": condition,
                "ExpressionAttributeValues": video_items.item_of(values),
            },
        )


def connection_of(item: dict[str, Any]) -> Connection:
    """Parse an item, or an image of a stream record."""
    fields = video_items.fields_of(item)
    return Connection(
        video_id=fields["videoId"],
        connection_id=fields["connectionId"],
        connected_at=int(fields["connectedAt"]),
        wants_progress=bool(fields["wantsProgress"]),
        until_complete=bool(fields.get("untilComplete")),
    )


def _key(video_id: str, connection_id: str) -> dict[str, Any]:
    return video_items.item_of({"videoId": video_id, "connectionId": connection_id})


def _between(first: str | None, last: str | None) -> list[str]:
    """DynamoDB takes one condition on the key's second part."""
    if first and last:
        return ["connectionId BETWEEN :first AND :last"]
    return [
        text for bound, text in ((first, "connectionId >= :first"), (last, "connectionId <= :last")) if bound
    ]


def _newer(connection: Connection, *, again: bool) -> str:
    """The version is newer than the last one, or the same that was claimed, but perhaps not sent.

    Progress does not go back, not even where more of it could not be sent.
    """
    same = "busyUntil > :free"
    if again:
        same = "lastProgress <= :progress"
    elif connection.wants_progress or connection.until_complete:
        same = "lastProgress < :progress OR (busyUntil > :free AND lastProgress = :progress)"
    return f"(lastVersion < :version OR (lastVersion = :version AND ({same})))"
