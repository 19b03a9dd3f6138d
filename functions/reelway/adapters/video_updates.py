"""The conditional writes that change a video's record, made of the fields that change (`video_items`)."""

import uuid
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from reelway.adapters import video_items
from reelway.adapters.conditional_writes import ItemUpdate
from reelway.failure_codes import RETRYABLE
from reelway.video import LadderState, State, execution_name

IS_THERE = "attribute_exists(version) AND attribute_not_exists(deletedAt)"
_OUR_CODES = {f":code{index}": code for index, code in enumerate(RETRYABLE)}
# A failure of ours, while the files are there that another run needs.
_CAN_GO_ON = f"failure.code IN ({', '.join(_OUR_CODES)}) AND attribute_not_exists(removedAt)"
NEXT_VERSION, ONE = ", version = version + :one", {":one": 1}  # what sockets count as a change
COUNTED, FROM_NONE = ", reruns = if_not_exists(reruns, :none) + :one", {**ONE, ":none": 0}
OFF_LADDER_LIST = " REMOVE ladderListing, ladderListedAt"


def creation(size_bytes: int, *, now: str) -> ItemUpdate:
    """A record, unless there is one or was one, with what a pending upload says of the video."""
    fields = {
        "state": State.UPLOADED,
        "rank": State.UPLOADED.rank,
        "version": 1,
        "createdAt": now,
        **stamp(now),
        "sizeBytes": size_bytes,
        "listing": video_items.OPEN_LIST,
        "listedAt": now,
    }
    return ItemUpdate(fields, video_items.IS_NOT_RECORDED, {}, " REMOVE expectedUntil")


def advance(state: State, fields: Mapping[str, Any], *, now: str) -> ItemUpdate:
    """How a state changes, but for `reruns`: to a higher rank, however often an event is delivered.

    A run that `fields` name as `runId` is the video's first, or the one that it waits for. The video is on
    the list that they name as `listing`, or else on none.
    """
    changed = {**fields, "state": state, "rank": state.rank, **stamp(now)}
    if "listing" in fields:
        changed["listedAt"] = now
    if fields.get("ladder") is LadderState.ENCODING:
        changed |= on_ladder_list(now)
    removed = "" if "listing" in fields else " REMOVE listing, listedAt"
    condition = f"{IS_THERE} AND #rank < :rank"
    if "runId" in fields:
        condition = f"{condition} AND (attribute_not_exists(runId) OR runId = :runId)"
    return ItemUpdate(changed, condition, ONE, f"{NEXT_VERSION}{removed}")


def completion(fields: Mapping[str, Any], *, now: str) -> ItemUpdate:
    """READY with all renditions; also where the same run was given up as failed by us, and went on."""
    update = advance(State.READY, fields, now=now)
    given_up = f"{IS_THERE} AND #state = :failed AND runId = :runId AND {_CAN_GO_ON}"
    return replace(
        update,
        condition=f"({update.condition}) OR ({given_up})",
        values={**update.values, **_OUR_CODES, ":failed": State.FAILED},
        clause=f"{update.clause} REMOVE failure",
    )


def reruns(video_id: str, run_id: str, *, now: str) -> tuple[ItemUpdate, ItemUpdate]:
    """The only way back out of a failure of ours: for a FAILED video, and for a READY one's failed ladder.

    The video waits for this run.
    """
    values, run = {**_OUR_CODES, **FROM_NONE}, next_run(video_id, run_id, now)
    uploaded = {"state": State.UPLOADED, "rank": State.UPLOADED.rank}
    of_video = ItemUpdate(
        {**run, **uploaded, "listing": video_items.OPEN_LIST, "listedAt": now},
        f"{IS_THERE} AND #state = :failed AND {_CAN_GO_ON}",
        {**values, ":failed": State.FAILED},
        f"{NEXT_VERSION}{COUNTED} REMOVE failure, replans, replannedAt",
    )
    of_ladder = ItemUpdate(
        {**run, **on_ladder_list(now)},
        f"{IS_THERE} AND #ladder = :failed AND {_CAN_GO_ON}",
        {**values, ":failed": LadderState.FAILED},
        f"{COUNTED} REMOVE failure, replans, replannedAt",
    )
    return of_video, of_ladder


def reruns_of_lost(video_id: str, run_id: str, execution: str, *, now: str) -> tuple[ItemUpdate, ItemUpdate]:
    """For a PROCESSING video, and for a READY one's ladder that is ENCODING: another run after `execution`.

    State and list stay as they are. Sockets are told PROCESSING once more, by a version of its own, since
    its progress begins at 0 again, and less of it is not sent within a version.
    """
    run = next_run(video_id, run_id, now)
    of_video = ItemUpdate(
        {**run, "state": State.PROCESSING},
        f"{IS_THERE} AND #state = :state",
        FROM_NONE,
        f"{NEXT_VERSION}{COUNTED}",
    )
    of_ladder = ItemUpdate(
        {**run, "ladder": LadderState.ENCODING}, f"{IS_THERE} AND #ladder = :ladder", FROM_NONE, COUNTED
    )
    return by_execution(of_video, video_id, execution), by_execution(of_ladder, video_id, execution)


def end_of_ladder(fields: Mapping[str, Any], *, now: str) -> ItemUpdate:
    """For a ladder that is ENCODING.

    Without a new `version`: a socket is sent READY once, and after it the ladder or nothing.
    """
    condition = "#ladder = :encoding AND attribute_not_exists(deletedAt)"
    return ItemUpdate(
        {**fields, **stamp(now)}, condition, {":encoding": LadderState.ENCODING}, OFF_LADDER_LIST
    )


def completion_of_ladder(fields: Mapping[str, Any], run_id: str, *, now: str) -> ItemUpdate:
    """By the video's last run; also where it was given up as failed by us, and went on."""
    ended = end_of_ladder(fields, now=now)
    given_up = f"#ladder = :failed AND attribute_not_exists(deletedAt) AND {_CAN_GO_ON}"
    return replace(
        ended,
        condition=f"runId = :run AND (({ended.condition}) OR ({given_up}))",
        values={**ended.values, **_OUR_CODES, ":run": run_id, ":failed": LadderState.FAILED},
        clause=f"{OFF_LADDER_LIST}, failure",
    )


def by_execution(update: ItemUpdate, video_id: str, execution: str | None) -> ItemUpdate:
    """The same update, where `execution` is given only for a video whose last execution has this name."""
    if execution is None:
        return update
    if execution == execution_name(video_id, None):
        return replace(update, condition=f"{update.condition} AND attribute_not_exists(execution)")
    return replace(
        update,
        condition=f"{update.condition} AND execution = :last",
        values={**update.values, ":last": execution},
    )


def next_run(video_id: str, run_id: str, now: str) -> dict[str, Any]:
    execution = execution_name(video_id, run_id)
    return {"runId": run_id, "execution": execution, "encodedFrames": 0, **stamp(now)}


def stamp(now: str) -> dict[str, str]:
    return {"updatedAt": now, "writeId": str(uuid.uuid4())}


def on_ladder_list(now: str) -> dict[str, str]:
    return {
        "ladder": LadderState.ENCODING,
        "ladderListing": video_items.ENCODING_LIST,
        "ladderListedAt": now,
    }
