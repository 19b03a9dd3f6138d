"""Records in the Videos table as `ports.annotations.AnnotatedVideos`."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from reelway.adapters.conditional_writes import ItemUpdate
from reelway.adapters.video_updates import IS_THERE, stamp
from reelway.documents import to_plain
from reelway.ports.annotations import Annotations
from reelway.timestamps import utc_now

if TYPE_CHECKING:
    from types_boto3_dynamodb.client import DynamoDBClient


@dataclass(frozen=True, slots=True)
class AnnotationsTable:
    """`client` is a boto3 DynamoDB client, `table` is the Videos table; `now` gives ISO 8601 times."""

    client: "DynamoDBClient"
    table: str
    now: Callable[[], str] = utc_now

    def annotate(self, video_id: str, annotations: Annotations, *, replacing: Annotations) -> bool:
        """Without a new version: sockets are told nothing."""
        conditions, values = [IS_THERE], {}
        for name, value in to_plain(replacing).items():
            held = f"#{name} = :seen_{name}"
            # Nothing is stored of what was not stated at first; what was taken away is null, or {}.
            conditions.append(held if value else f"(attribute_not_exists(#{name}) OR {held})")
            values[f":seen_{name}"] = value
        fields: dict[str, Any] = {**to_plain(annotations), **stamp(self.now())}
        update = ItemUpdate(fields, " AND ".join(conditions), values)
        return update.apply(self.client, self.table, {"videoId": video_id})
