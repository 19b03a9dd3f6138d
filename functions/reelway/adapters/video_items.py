"""DynamoDB items of the Videos table, in both directions.

One item per video: videoId (key), state, rank, version (counts changes of the state), runId, execution (the
run's, by name; runs that 0.2.0 began have none), writeId (of the last change of state), createdAt, updatedAt,
sizeBytes, durationS, totalFrames, encodedFrames, renditions, ladder, failure, loudness, reruns (how often a
run was begun again). `listing` ("ready", "open", "failed", "deleted", "hidden", "unlisted" or "pending") and
`listedAt` are the key of the sparse index; a video that is in no list has no `listing`. What has left
"ready", "failed" or "hidden" stays "unlisted" for ever: from there a copy of the ready list learns what to
take out. `removedAt` is when maintenance ordered that all be removed which a FAILED video has in storage, or
found that nothing is left: no run of it is begun again. `ladderListing` ("encoding") and `ladderListedAt` are
the key of another index, of READY videos whose ladder is unfinished. `replans` and `replannedAt` say how
often, and when last, maintenance has asked for planning. `deletedAt` makes a tombstone of the item, which
stays for ever, unless the video is restored. A tombstone is on the list "deleted" until its segments are
hidden, then on "hidden" until all is removed. `restoringAt` is when restoring it was ordered; `purgedAt`,
when it was that all be removed for good: the video cannot be restored any more. `orderedAt` is when
maintenance last ordered that it be hidden or restored.

An upload that is pending has an item without a state and version, with videoId, createdAt and
`expectedUntil`; its `listedAt` is the time at which it is to be looked for. What is known of the video then
(owner, title, metadata, externalId, playback, each where it is not the default) stays in the record.

Rows of shelves (`reelway.shelves`) are items of their own, of which videoId is `{kind}/{videoId}`, and which
have `listing` and `listedAt` only.

Items outlive every release, so they have no version of their shape: attributes are only ever added, never
renamed or reused. What reads them takes a default where one is missing and passes over those it does not
know.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal
from typing import Any

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer
from botocore.exceptions import BotoCoreError, ClientError

from reelway.documents import from_plain, to_plain
from reelway.errors import StorageFailed
from reelway.video import LadderState, State, Video, execution_name

READY_LIST = "ready"
OPEN_LIST = "open"
FAILED_LIST = "failed"
DELETED_LIST = "deleted"
HIDDEN_LIST = "hidden"
ENCODING_LIST = "encoding"
UNLISTED_LIST = "unlisted"
PENDING_LIST = "pending"
# A condition: there is no record and no tombstone, but perhaps the item of a pending upload.
IS_NOT_RECORDED = "attribute_not_exists(version)"

_serialize = TypeSerializer().serialize
_deserialize = TypeDeserializer().deserialize
_NEARLY_DONE = 0.99  # shown as 99 %: 100 % only when everything is published


@contextmanager
def storage_errors() -> Iterator[None]:
    """Turn what DynamoDB's client raises into StorageFailed."""
    try:
        yield
    except (ClientError, BotoCoreError) as error:
        raise StorageFailed("storage_failed", f"DynamoDB did not answer as expected: {error}") from error


def item_of(fields: dict[str, Any]) -> dict[str, Any]:
    """Values to DynamoDB's typed JSON; floats are written with full decimal precision."""
    return {name: _serialize(_with_decimals(to_plain(value))) for name, value in fields.items()}


def fields_of(item: dict[str, Any]) -> dict[str, Any]:
    return {name: _deserialize(value) for name, value in item.items()}


def video_of(item: dict[str, Any]) -> Video:
    """A Video out of an item or a stream record's image."""
    fields = fields_of(item)
    video, encoded = from_plain(Video, fields), _encoded(fields)
    return replace(
        video,
        progress=1.0 if video.state is State.READY else encoded,
        ladder_progress=1.0 if video.ladder is LadderState.COMPLETE else encoded,
    )


def execution_of(video_id: str, item: dict[str, Any] | None) -> str:
    """The last one that was started for the video; its first one if there is no record, or no run yet."""
    return video_of(item).execution_name if item and is_recorded(item) else execution_name(video_id, None)


def is_video(item: Mapping[str, Any]) -> bool:
    """False for a tombstone and for a pending upload."""
    return is_recorded(item) and not is_tombstone(item)


def is_recorded(item: Mapping[str, Any]) -> bool:
    """True for a video and for its tombstone, false for a pending upload."""
    return "version" in item or "state" in item


def is_tombstone(item: Mapping[str, Any]) -> bool:
    return "deletedAt" in item


def is_restoring(item: Mapping[str, Any]) -> bool:
    """True for a tombstone of which a video is to be made again."""
    return "restoringAt" in item


def is_purged(item: Mapping[str, Any]) -> bool:
    """True for a tombstone whose files are to be removed for good, or were."""
    return is_tombstone(item) and ("purgedAt" in item or item.get("listing") == {"S": UNLISTED_LIST})


def _encoded(fields: dict[str, Any]) -> float:
    """To a tenth of a percent, at most 0.99, since a retried chunk counts its frames twice."""
    encoded, total = int(fields.get("encodedFrames", 0)), int(fields.get("totalFrames", 0))
    return min(_NEARLY_DONE, round(encoded / total, 3)) if total else 0.0


def _with_decimals(value: Any) -> Any:
    """boto3 takes no floats: write them as Decimals, also inside of lists and maps."""
    if isinstance(value, float):
        return Decimal(repr(value))
    if isinstance(value, dict):
        return {name: _with_decimals(entry) for name, entry in value.items()}
    if isinstance(value, list):
        return [_with_decimals(entry) for entry in value]
    return value
