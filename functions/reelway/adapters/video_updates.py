"""The conditional writes that change a video's record, made of the fields that change (`video_items`)."""

import uuid
from collections.abc import Mapping
from typing import Any

from reelway.adapters import video_items
from reelway.adapters.conditional_writes import ItemUpdate
from reelway.video import LadderState, State

_IS_THERE = "attribute_exists(videoId) AND attribute_not_exists(deletedAt)"
_NEXT_VERSION, _ONE = ", version = version + :one", {":one": 1}  # what sockets count as a change


def advance(state: State, fields: Mapping[str, Any], *, now: str) -> ItemUpdate:
    """The only way in which a state changes: to a higher rank, however often an event is delivered.

    `fields` name the list that the video is on as `listing`, but for a FAILED one, whose list is known.
    """
    listing = {"listing": video_items.FAILED_LIST} if state is State.FAILED else {}
    changed = {**listing, **fields, "state": state, "rank": state.rank, "listedAt": now, **_stamp(now)}
    return ItemUpdate(changed, f"{_IS_THERE} AND #rank < :rank", _ONE, _NEXT_VERSION)


def end_of_ladder(fields: Mapping[str, Any], run_id: str | None, *, now: str) -> ItemUpdate:
    """For a ladder that is ENCODING, and by this run, if one is given.

    Without a new `version`: a socket is sent READY once, and nothing after it.
    """
    condition = "#ladder = :encoding AND attribute_not_exists(deletedAt)"
    values: dict[str, str] = {":encoding": LadderState.ENCODING}
    if run_id:
        condition, values = f"{condition} AND runId = :run", {**values, ":run": run_id}
    return ItemUpdate({**fields, **_stamp(now)}, condition, values)


def deletion(*, now: str) -> ItemUpdate:
    """Makes a tombstone of the record, whatever the video's state."""
    fields = {"deletedAt": now, "listing": video_items.DELETED_LIST, "listedAt": now, **_stamp(now)}
    return ItemUpdate(fields, _IS_THERE, _ONE, f"{_NEXT_VERSION} REMOVE removedAt")


def _stamp(now: str) -> dict[str, str]:
    return {"updatedAt": now, "writeId": str(uuid.uuid4())}
