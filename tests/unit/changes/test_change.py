import copy
from dataclasses import replace
from typing import Any

import pytest

from changes.change import Change, change_of
from reelway.video import State
from tests.support import samples
from tests.support.samples import EXECUTION, VIDEO, VIDEO_ID


@pytest.fixture
def modified() -> dict[str, Any]:
    """UPLOADED → PROCESSING."""
    record: dict[str, Any] = samples.event("dynamodb-video-modified")["Records"][0]
    return record


@pytest.fixture
def deleted() -> dict[str, Any]:
    """PROCESSING → a tombstone."""
    record: dict[str, Any] = samples.event("dynamodb-video-deleted")["Records"][0]
    return record


def states(change: Change) -> list[State | None]:
    return [video.state if video else None for video in (change.before, change.after)]


def test_a_record_has_the_video_before_and_after(modified: dict[str, Any]) -> None:
    change = change_of(modified)
    assert change.video_id == VIDEO_ID
    assert states(change) == [State.UPLOADED, State.PROCESSING]
    assert (change.removal, change.is_progress_only) == (None, False)


def test_a_video_that_is_new_has_nothing_before(modified: dict[str, Any]) -> None:
    del modified["dynamodb"]["OldImage"]
    change = change_of(modified)
    assert states(change) == [None, State.PROCESSING]
    assert (change.removal, change.is_progress_only) == (None, False)


def test_counted_frames_are_only_progress(modified: dict[str, Any]) -> None:
    images = modified["dynamodb"]
    images["OldImage"] = copy.deepcopy(images["NewImage"])
    images["NewImage"]["encodedFrames"] = {"N": "66"}
    change = change_of(modified)
    assert change.is_progress_only
    assert change.after
    assert change.after.progress == 0.5


def test_a_deleted_video_is_no_video_any_more(deleted: dict[str, Any]) -> None:
    change = change_of(deleted)
    assert states(change) == [State.PROCESSING, None]
    assert (change.removal, change.is_progress_only) == (EXECUTION, False)


def test_a_later_write_to_a_tombstone_is_no_second_deletion(deleted: dict[str, Any]) -> None:
    images = deleted["dynamodb"]
    images["OldImage"] = copy.deepcopy(images["NewImage"])
    del images["NewImage"]["listing"]
    change = change_of(deleted)
    assert states(change) == [None, None]
    assert (change.removal, change.is_progress_only) == (None, False)


RESTORING = {"restoringAt": {"S": "2026-02-16T12:00:00.000000Z"}}


@pytest.mark.parametrize(("before", "after"), [({}, RESTORING), (RESTORING, {})])
def test_a_deleted_video_that_is_to_be_restored_or_not_any_more_is_seen_to(
    deleted: dict[str, Any], before: dict[str, Any], after: dict[str, Any]
) -> None:
    images = deleted["dynamodb"]
    tombstone = images["NewImage"]
    images["OldImage"], images["NewImage"] = tombstone | before, tombstone | after
    change = change_of(deleted)
    assert states(change) == [None, None]
    assert (change.removal, change.is_nothing) == (EXECUTION, True)


def test_a_video_that_was_restored_is_there_and_its_files_are(deleted: dict[str, Any]) -> None:
    images = deleted["dynamodb"]
    images["OldImage"], images["NewImage"] = images["NewImage"] | RESTORING, images["OldImage"]
    change = change_of(deleted)
    assert states(change) == [None, State.PROCESSING]
    assert (change.removal, change.is_progress_only) == (None, False)


def pending(image: dict[str, Any]) -> dict[str, Any]:
    """The item of an upload that may arrive, in place of a video's."""
    times = {"createdAt": image["createdAt"], "expectedUntil": {"S": "2026-02-17"}, "listedAt": {"S": "2026"}}
    return {"videoId": image["videoId"], "listing": {"S": "pending"}, **times}


def test_a_pending_upload_is_no_video_yet(modified: dict[str, Any]) -> None:
    images = modified["dynamodb"]
    images["NewImage"], images["OldImage"] = images["OldImage"], pending(images["OldImage"])
    assert states(change_of(modified)) == [None, State.UPLOADED]


def test_a_pending_upload_that_is_looked_for_later_changes_no_video(modified: dict[str, Any]) -> None:
    images = modified["dynamodb"]
    images["NewImage"] = images["OldImage"] = pending(images["OldImage"])
    change = change_of(modified)
    assert states(change) == [None, None]
    assert (change.removal, change.is_progress_only) == (None, False)
    assert change.is_nothing


def progress(version: int, frames: float) -> Change:
    after = replace(VIDEO, version=version, progress=frames)
    return Change(VIDEO_ID, replace(after, progress=frames - 0.1), after)


def test_progress_is_taken_together_with_the_change_before_it() -> None:
    start = Change(VIDEO_ID, VIDEO, replace(VIDEO, version=2, state=State.PROCESSING))
    joined = start.with_progress_of(progress(2, 0.5))
    assert joined == Change(VIDEO_ID, VIDEO, progress(2, 0.5).after)
    assert joined
    assert not joined.is_progress_only


def test_no_state_is_taken_together_with_another_and_no_deletion_with_anything() -> None:
    deletion, later_write = Change(VIDEO_ID, VIDEO, None), Change(VIDEO_ID, None, None)
    changed = Change(VIDEO_ID, VIDEO, replace(VIDEO, version=2, state=State.PROCESSING))
    assert progress(1, 0.5).with_progress_of(changed) is None
    assert progress(1, 0.5).with_progress_of(deletion) is None
    assert deletion.with_progress_of(later_write) is None
    assert deletion.with_progress_of(progress(1, 0.5)) is None


def test_a_record_of_no_video_is_an_error(modified: dict[str, Any]) -> None:
    del modified["dynamodb"]["NewImage"]["state"]
    with pytest.raises((KeyError, TypeError, ValueError)):
        change_of(modified)


@pytest.mark.parametrize("ladder", ["complete", "failed"])
def test_the_end_of_a_ladder_is_progress_that_is_told_once(modified: dict[str, Any], ladder: str) -> None:
    images = modified["dynamodb"]
    images["NewImage"] |= {"state": {"S": "READY"}, "rank": {"N": "2"}, "ladder": {"S": "encoding"}}
    images["OldImage"] = copy.deepcopy(images["NewImage"])
    images["NewImage"]["encodedFrames"] = {"N": "66"}
    assert (change_of(modified).is_progress_only, change_of(modified).is_told_once) == (True, False)

    images["NewImage"]["ladder"] = {"S": ladder}
    assert (change_of(modified).is_progress_only, change_of(modified).is_told_once) == (True, True)

    images["OldImage"] = copy.deepcopy(images["NewImage"])
    assert not change_of(modified).is_told_once
