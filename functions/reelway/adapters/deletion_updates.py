"""The conditional writes by which a video is deleted, and comes back (as `video_updates`)."""

import uuid
from typing import Any

from reelway.adapters import video_items
from reelway.adapters.conditional_writes import ItemUpdate
from reelway.adapters.video_updates import (
    COUNTED,
    FROM_NONE,
    IS_THERE,
    NEXT_VERSION,
    OFF_LADDER_LIST,
    ONE,
    next_run,
    on_ladder_list,
    stamp,
)
from reelway.video import State, Video

_CAN_COME_BACK = "attribute_not_exists(purgedAt) AND attribute_not_exists(restoringAt)"


def deletion(*, now: str) -> ItemUpdate:
    """Makes a tombstone of the record, whatever the video's state, or of one that is being restored."""
    fields = {"deletedAt": now, "listing": video_items.DELETED_LIST, "listedAt": now, **stamp(now)}
    removed = f"{OFF_LADDER_LIST}, restoringAt, orderedAt"
    return ItemUpdate(
        fields, f"({IS_THERE}) OR attribute_exists(restoringAt)", ONE, f"{NEXT_VERSION}{removed}"
    )


def restoring(*, deleted_since: str, now: str) -> ItemUpdate:
    """For a tombstone that was made at `deleted_since` or later, while its files are there."""
    deleted = video_items.DELETED_LIST
    values = {":since": deleted_since, ":hidden": video_items.HIDDEN_LIST, ":deleted": deleted}
    return ItemUpdate(
        {"restoringAt": now, "listing": deleted, "listedAt": now, "writeId": str(uuid.uuid4())},
        f"deletedAt >= :since AND listing IN (:deleted, :hidden) AND {_CAN_COME_BACK}",
        values,
        " REMOVE orderedAt",
    )


def restored(video: Video, *, run_id: str, is_whole: bool, now: str) -> ItemUpdate:
    """Makes the video again of a tombstone that is being restored: as it was, or waiting for this run.

    A READY one comes back READY if its media are whole. What was being processed waits for another run.
    """
    fields: dict[str, Any] = {**stamp(now), "listedAt": now}
    values, clause = {**ONE}, f"{NEXT_VERSION}"
    removed = "deletedAt, restoringAt, orderedAt"
    if video.state is State.FAILED:
        fields["listing"] = video_items.FAILED_LIST
    elif video.state is State.READY and is_whole:
        fields["listing"] = video_items.READY_LIST
    else:
        fields |= {"listing": video_items.OPEN_LIST, "state": State.UPLOADED, "rank": State.UPLOADED.rank}
        removed += ", ladder, failure"
    if needs_run(video, is_whole=is_whole):
        fields |= next_run(video.video_id, run_id, now)
        fields |= on_ladder_list(now) if fields["listing"] == video_items.READY_LIST else {}
        values, clause = {**values, **FROM_NONE}, f"{clause}{COUNTED}"
        removed += ", replans, replannedAt"
    return ItemUpdate(fields, "attribute_exists(restoringAt)", values, f"{clause} REMOVE {removed}")


def needs_run(video: Video, *, is_whole: bool) -> bool:
    """Whether something is to be processed of a video that is restored."""
    return not video.is_settled or (video.state is State.READY and not is_whole)
