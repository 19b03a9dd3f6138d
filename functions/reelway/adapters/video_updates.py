"""The conditional writes that change a video's record, made of the fields that change (`video_items`)."""

import uuid
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from reelway.adapters import video_items
from reelway.adapters.conditional_writes import ItemUpdate
from reelway.video import LadderState, State, execution_name

_IS_THERE = "attribute_exists(version) AND attribute_not_exists(deletedAt)"
_NEXT_VERSION, _ONE = ", version = version + :one", {":one": 1}  # what sockets count as a change
_OFF_LADDER_LIST = " REMOVE ladderListing, ladderListedAt"


def advance(state: State, fields: Mapping[str, Any], *, now: str) -> ItemUpdate:
    """The only way in which a state changes: to a higher rank, however often an event is delivered.

    The video is on the list that `fields` name as `listing`, or else on none.
    """
    changed = {**fields, "state": state, "rank": state.rank, **_stamp(now)}
    if "listing" in fields:
        changed["listedAt"] = now
    if fields.get("ladder") is LadderState.ENCODING:
        changed |= {"ladderListing": video_items.ENCODING_LIST, "ladderListedAt": now}
    removed = "" if "listing" in fields else " REMOVE listing, listedAt"
    return ItemUpdate(changed, f"{_IS_THERE} AND #rank < :rank", _ONE, f"{_NEXT_VERSION}{removed}")


def end_of_ladder(fields: Mapping[str, Any], run_id: str | None = None, *, now: str) -> ItemUpdate:
    """For a ladder that is ENCODING, and by this run, if one is given.

    Without a new `version`: a socket is sent READY once, and nothing after it.
    """
    condition = "#ladder = :encoding AND attribute_not_exists(deletedAt)"
    values: dict[str, str] = {":encoding": LadderState.ENCODING}
    if run_id:
        condition, values = f"{condition} AND runId = :run", {**values, ":run": run_id}
    return ItemUpdate({**fields, **_stamp(now)}, condition, values, _OFF_LADDER_LIST)


def by_execution(update: ItemUpdate, video_id: str, execution: str | None) -> ItemUpdate:
    """The same update, where `execution` is given only for a video whose last execution has this name."""
    if execution is None:
        return update
    if execution == execution_name(video_id, None):
        return replace(update, condition=f"{update.condition} AND attribute_not_exists(execution)")
    return replace(
        update,
        condition=f"{update.condition} AND execution = :execution",
        values={**update.values, ":execution": execution},
    )


def deletion(*, now: str) -> ItemUpdate:
    """Makes a tombstone of the record, whatever the video's state."""
    fields = {"deletedAt": now, "listing": video_items.DELETED_LIST, "listedAt": now, **_stamp(now)}
    return ItemUpdate(fields, _IS_THERE, _ONE, f"{_NEXT_VERSION}{_OFF_LADDER_LIST}")


def _stamp(now: str) -> dict[str, str]:
    return {"updatedAt": now, "writeId": str(uuid.uuid4())}
