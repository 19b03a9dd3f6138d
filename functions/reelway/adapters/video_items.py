"""DynamoDB items of the Videos table, in both directions.

One item per video: videoId (key), state, rank, version, runId, writeId (of the last change of state),
createdAt, updatedAt, sizeBytes, durationS, totalFrames, encodedFrames, renditions, ladder, failure.
`listing` ("ready", "open" or "deleted") and `listedAt` are the key of the sparse index; a video that is
in no list has no `listing`. `deletedAt` makes a tombstone of the item, which stays for ever.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer
from botocore.exceptions import BotoCoreError, ClientError

from reelway.errors import StorageFailed
from reelway.video import Failure, LadderState, Rendition, State, Video

READY_LIST = "ready"
OPEN_LIST = "open"
DELETED_LIST = "deleted"

_serialize = TypeSerializer().serialize
_deserialize = TypeDeserializer().deserialize
_NEARLY_DONE = 0.99


@contextmanager
def storage_errors() -> Iterator[None]:
    """Turn what DynamoDB's client raises into StorageFailed."""
    try:
        yield
    except (ClientError, BotoCoreError) as error:
        raise StorageFailed("storage_failed", f"DynamoDB did not answer as expected: {error}") from error


def item_of(fields: dict[str, Any]) -> dict[str, Any]:
    """Plain values to DynamoDB's typed JSON; floats are written with full decimal precision."""
    return {name: _serialize(_with_decimals(value)) for name, value in fields.items()}


def fields_of(item: dict[str, Any]) -> dict[str, Any]:
    return {name: _deserialize(value) for name, value in item.items()}


def video_of(item: dict[str, Any]) -> Video:
    """A Video out of an item or a stream record's image."""
    fields = fields_of(item)
    state = State(fields["state"])
    return Video(
        video_id=fields["videoId"],
        state=state,
        version=int(fields["version"]),
        created_at=fields["createdAt"],
        updated_at=fields["updatedAt"],
        run_id=fields.get("runId"),
        size_bytes=int(fields["sizeBytes"]) if "sizeBytes" in fields else None,
        duration_s=float(fields["durationS"]) if "durationS" in fields else None,
        progress=1.0 if state is State.READY else _encoded(fields),
        ladder=LadderState(fields["ladder"]) if "ladder" in fields else None,
        ladder_progress=1.0 if fields.get("ladder") == LadderState.COMPLETE else _encoded(fields),
        renditions=tuple(_rendition_of(entry) for entry in fields.get("renditions", [])),
        failure=Failure(**fields["failure"]) if "failure" in fields else None,
    )


def is_tombstone(item: dict[str, Any]) -> bool:
    return "deletedAt" in item


def rendition_fields(rendition: Rendition) -> dict[str, Any]:
    return {
        "name": rendition.name,
        "width": rendition.width,
        "height": rendition.height,
        "frameRate": rendition.frame_rate,
        "codecs": rendition.codecs,
        "bandwidthBps": rendition.bandwidth_bps,
        "averageBandwidthBps": rendition.average_bandwidth_bps,
    }


def failure_fields(failure: Failure) -> dict[str, str]:
    return {"code": failure.code, "message": failure.message}


def _rendition_of(fields: dict[str, Any]) -> Rendition:
    return Rendition(
        name=fields["name"],
        width=int(fields["width"]),
        height=int(fields["height"]),
        frame_rate=float(fields["frameRate"]),
        codecs=fields["codecs"],
        bandwidth_bps=int(fields["bandwidthBps"]),
        average_bandwidth_bps=int(fields["averageBandwidthBps"]),
    )


def _encoded(fields: dict[str, Any]) -> float:
    """At most 0.99, since a retried chunk counts its frames twice."""
    encoded, total = int(fields.get("encodedFrames", 0)), int(fields.get("totalFrames", 0))
    return min(_NEARLY_DONE, round(encoded / total, 3)) if total else 0.0


def _with_decimals(value: Any) -> Any:
    """boto3 takes no floats: write them as Decimals, also inside of lists and maps."""
    if isinstance(value, float):
        return Decimal(repr(value))
    if isinstance(value, dict):
        return {name: _with_decimals(entry) for name, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return [_with_decimals(entry) for entry in value]
    return value
