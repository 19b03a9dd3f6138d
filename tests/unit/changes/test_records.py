"""What listeners see of a batch in which one video changes often."""

import copy
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from changes.change import Change
from changes.records import BatchReader
from changes.sockets import SocketsListener
from reelway.ports.connections import Connection
from reelway.video import State
from tests.support import samples
from tests.support.doubles.fakes.connections import FakeConnections, FakeSockets
from tests.support.samples import UNKNOWN_ID, VIDEO_ID
from tests.unit.changes.broadcasting import broadcast_to

FRAMES = 1000  # of the video of these records
STATES = {1: "UPLOADED", 2: "PROCESSING", 3: "READY"}


def record(
    number: int, version: int, frames: int, before: tuple[int, int], video_id: str = VIDEO_ID
) -> dict[str, Any]:
    """A write that leaves a video with this version and so many encoded frames, which had `before`."""
    made = copy.deepcopy(samples.event("dynamodb-video-modified")["Records"][0])
    images = made["dynamodb"]
    images["SequenceNumber"] = str(number)
    images["Keys"]["videoId"]["S"] = video_id
    for image, (of_version, of_frames) in (("OldImage", before), ("NewImage", (version, frames))):
        images[image] = images["NewImage"] | {
            "videoId": {"S": video_id},
            "state": {"S": STATES[of_version]},
            "version": {"N": str(of_version)},
            "encodedFrames": {"N": str(of_frames)},
            "totalFrames": {"N": str(FRAMES)},
        }
    return made  # type: ignore[no-any-return]


def counted(first: int, last: int, video_id: str = VIDEO_ID) -> list[dict[str, Any]]:
    """Progress from one number of frames to another, each with a record of its own."""
    return [record(n, 2, n, (2, n - 1), video_id) for n in range(first, last + 1)]


@dataclass
class Recorder:
    taken: list[Change] = field(default_factory=list)
    fails_on: set[float] = field(default_factory=set)

    def on_change(self, change: Change) -> None:
        if change.after and change.after.progress in self.fails_on:
            raise RuntimeError
        self.taken.append(change)

    @property
    def seen(self) -> list[tuple[State | None, float]]:
        return [(c.after.state, c.after.progress) if c.after else (None, 0.0) for c in self.taken]


def take(records: Sequence[dict[str, Any]], *listeners: Any) -> list[str]:
    """The numbers of the records that failed."""
    reader = BatchReader(lambda sockets: None, listeners, lambda video_id: None, lambda text: None)
    return [failed["dynamodb"]["SequenceNumber"] for failed in reader.take(records)]


def test_a_socket_hears_the_last_of_a_thousand_counts_in_one_batch() -> None:
    connections, sockets = FakeConnections(), FakeSockets()
    connections.add(Connection(VIDEO_ID, "curious", 0, wants_progress=True))
    connections.add(Connection(VIDEO_ID, "quiet", 0, wants_progress=False))
    listener = SocketsListener(broadcast_to(connections, sockets))
    assert take(counted(1, FRAMES - 100), listener) == []
    assert [json.loads(message)["progress"] for message in sockets.sent["curious"]] == [0.9]
    assert "quiet" not in sockets.sent


def test_every_state_is_seen_however_much_progress_is_between() -> None:
    listener = Recorder()
    start, end = record(1, 2, 0, (1, 0)), record(999, 3, 900, (2, 900))
    take([start, *counted(1, 900), end], listener)
    assert listener.seen == [(State.PROCESSING, 0.9), (State.READY, 1.0)]
    assert [change.is_progress_only for change in listener.taken] == [False, False]


def test_a_deletion_is_seen_and_so_is_what_was_before_it() -> None:
    listener = Recorder()
    deletion = samples.event("dynamodb-video-deleted")["Records"][0]
    take([*counted(1, 20), deletion], listener)
    assert [change.removal is not None for change in listener.taken] == [False, True]


def test_videos_are_not_taken_together() -> None:
    listener = Recorder()
    ours, others = counted(1, 50), counted(1, 50, UNKNOWN_ID)
    take([each for pair in zip(ours, others, strict=True) for each in pair], listener)
    assert sorted(change.video_id for change in listener.taken) == [UNKNOWN_ID, VIDEO_ID]


def test_what_was_taken_together_fails_from_its_first_record_on() -> None:
    listener = Recorder(fails_on={0.03})
    assert take(counted(1, 30), listener) == ["1"]


@pytest.mark.parametrize("place", [0, 2])
def test_a_record_that_cannot_be_read_is_handed_back_alone(place: int) -> None:
    listener = Recorder()
    records = counted(1, 3)
    records.insert(place, record(99, 2, 0, (2, 0)))
    del records[place]["dynamodb"]["NewImage"]["state"]
    assert take(records, listener) == ["99"]
    assert [change.after.progress for change in listener.taken if change.after] == [0.003]
