"""Many sockets on one video, slow sockets, and what becomes of those that cannot be told at once."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import pytest

from reelway.errors import ProcessingInterrupted, StorageFailed
from reelway.live_status.announcer import MAX_BATCH_S, Announcer
from reelway.live_status.broadcast import Broadcast
from reelway.ports.announcements import Announcement
from reelway.ports.connections import HOLD_S, Connection
from reelway.video import Video
from tests.support.doubles.fakes.connections import FakeAnnouncements
from tests.support.samples import VIDEO_ID
from tests.unit.reelway.live_status.announcer import CURIOUS, UNREACHABLE, WATCHING, AnnouncerSetup

PAGE = 10
WHOLE = Announcement(VIDEO_ID)


@dataclass
class BroadcastSetup(AnnouncerSetup):
    announcements: FakeAnnouncements = field(default_factory=FakeAnnouncements)
    reported: list[Any] = field(default_factory=list)

    def __post_init__(self) -> None:
        AnnouncerSetup.__post_init__(self)
        self.broadcast = Broadcast(
            self.videos,
            self.connections,
            self.announcer,
            self.announcements,
            lambda text, **about: self.reported.append(about["reason"]),
            max_page=PAGE,
        )

    def crowd(self, size: int, of: Connection = WATCHING) -> None:
        self.enter(*(replace(of, connection_id=f"{number:04}") for number in range(size)))

    def settle(self) -> int:
        """Take announcements until there are none; how many were taken."""
        taken = 0
        while announcements := self.announcements.take():
            for announcement in announcements:
                taken += 1
                self.broadcast.announce(announcement)
        return taken

    @property
    def told(self) -> list[str]:
        return sorted(self.sockets.sent)


@pytest.fixture
def many() -> BroadcastSetup:
    return BroadcastSetup()


def test_few_sockets_are_told_here(many: BroadcastSetup) -> None:
    many.crowd(PAGE)
    many.broadcast.tell(VIDEO_ID, many.process())
    assert many.announcements.waiting == []
    assert len(many.told) == PAGE


@pytest.mark.parametrize("size", [PAGE + 1, 2 * PAGE, 2 * PAGE + 1, 95])
def test_a_crowd_is_told_once_each_by_pages(many: BroadcastSetup, size: int) -> None:
    many.crowd(size)
    many.process()
    many.broadcast.tell(VIDEO_ID, many.finish())
    assert len(many.told) == PAGE
    assert [delay_s for _, delay_s in many.announcements.waiting] == [0]
    many.settle()
    assert len(many.told) == size
    assert all(len(messages) == 1 for messages in many.sockets.sent.values())
    assert many.connections.rows == {}


def test_no_function_tells_more_than_a_page(many: BroadcastSetup) -> None:
    many.crowd(95)
    many.broadcast.tell(VIDEO_ID, many.process())
    [rest] = many.announcements.take()
    many.broadcast.announce(rest)
    assert len(many.told) == PAGE
    pages = many.announcements.take()
    assert len(pages) == 9
    for number, page in enumerate(pages, start=2):
        many.broadcast.announce(page)
        assert len(many.told) == min(number * PAGE, 95)


def test_pages_may_come_in_any_order_and_twice(many: BroadcastSetup) -> None:
    many.crowd(35)
    many.process()
    many.broadcast.tell(VIDEO_ID, many.finish())
    [rest] = many.announcements.take()
    many.broadcast.announce(rest)
    pages = many.announcements.take()
    for announcement in [*reversed(pages), rest, *pages]:
        many.broadcast.announce(announcement)
    many.settle()
    assert [len(messages) for messages in many.sockets.sent.values()] == 35 * [1]


def test_a_page_that_has_grown_is_divided_again(many: BroadcastSetup) -> None:
    many.crowd(30)
    many.broadcast.announce(WHOLE)
    pages = many.announcements.take()
    many.enter(*(replace(WATCHING, connection_id=f"0005-{number}") for number in range(9)))
    for page in pages:
        many.broadcast.announce(page)
    many.settle()
    assert len(many.told) == 39


def test_a_page_tells_the_state_that_the_video_has_by_then(many: BroadcastSetup) -> None:
    many.crowd(PAGE + 5)
    many.broadcast.tell(VIDEO_ID, many.process())
    many.finish()
    many.settle()
    assert many.states_of("0000") == ["PROCESSING"]
    assert many.states_of("0012") == ["READY"]


def test_a_crowd_on_a_deleted_video_is_closed_by_pages(many: BroadcastSetup) -> None:
    many.crowd(35)
    many.videos.delete(VIDEO_ID)
    many.broadcast.tell(VIDEO_ID, None)
    many.settle()
    assert len(many.sockets.closed) == 35
    assert (many.told, many.connections.rows) == ([], {})


def test_a_crowd_is_told_of_progress_in_steps(many: BroadcastSetup) -> None:
    many.crowd(35, CURIOUS)
    video = many.process()
    many.broadcast.tell(VIDEO_ID, video)
    many.settle()
    for progress, is_step in ((0.05, False), (0.1, True), (0.15, False)):
        video = replace(video, progress=progress)
        many.videos.videos[VIDEO_ID] = video
        many.broadcast.tell(VIDEO_ID, video, only_progress=True, is_step=is_step)
        many.settle()
    for messages in many.sockets.sent.values():
        assert [json.loads(message)["progress"] for message in messages] == [0.0, 0.1]


def test_a_socket_that_cannot_be_told_is_told_by_an_announcement(many: BroadcastSetup) -> None:
    many.crowd(3)
    many.sockets.failures.append(UNREACHABLE)
    many.broadcast.tell(VIDEO_ID, many.process())
    assert len(many.told) == 2
    [(announcement, delay_s)] = many.announcements.waiting
    assert announcement == WHOLE
    assert delay_s > HOLD_S
    assert "socket_unreachable" in many.reported[0]
    many.settle()
    assert [len(messages) for messages in many.sockets.sent.values()] == [1, 1, 1]


def test_a_socket_of_a_crowd_that_cannot_be_told_brings_back_its_own_page_alone(many: BroadcastSetup) -> None:
    many.crowd(95)
    many.sockets.failures.append(UNREACHABLE)
    many.broadcast.tell(VIDEO_ID, many.process())
    assert [announcement for announcement, _ in many.announcements.waiting] == [
        Announcement(VIDEO_ID, first="0010"),
        Announcement(VIDEO_ID, last="0009"),
    ]
    many.settle()
    assert [len(messages) for messages in many.sockets.sent.values()] == 95 * [1]


def test_an_announcement_that_fails_comes_again(many: BroadcastSetup) -> None:
    many.crowd(3)
    many.process()
    many.sockets.failures.append(UNREACHABLE)
    with pytest.raises(ProcessingInterrupted):
        many.broadcast.announce(WHOLE)
    many.broadcast.announce(WHOLE)
    assert [len(messages) for messages in many.sockets.sent.values()] == [1, 1, 1]


def test_progress_that_cannot_be_told_is_left_to_the_next(many: BroadcastSetup) -> None:
    many.crowd(2, CURIOUS)
    video = many.process()
    many.sockets.failures.extend([UNREACHABLE, UNREACHABLE])
    many.broadcast.tell(VIDEO_ID, replace(video, progress=0.5), only_progress=True)
    many.broadcast.announce(Announcement(VIDEO_ID, only_progress=True))
    assert many.announcements.waiting == []


def test_while_the_table_cannot_be_read_changes_are_announced_later(
    many: BroadcastSetup, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: Any, **kwargs: Any) -> Any:
        raise StorageFailed("storage_failed", "no")

    many.crowd(3)
    with monkeypatch.context() as patch:
        patch.setattr(type(many.connections), "watching", fail)
        many.broadcast.tell(VIDEO_ID, many.process())
    many.settle()
    assert len(many.told) == 3


def test_a_change_of_which_no_announcement_can_be_made_fails(many: BroadcastSetup) -> None:
    many.crowd(1)
    many.sockets.failures.append(UNREACHABLE)
    many.announcements.failures.append(RuntimeError("SQS"))
    with pytest.raises(RuntimeError):
        many.broadcast.tell(VIDEO_ID, many.process())


def test_new_sockets_are_greeted_and_those_that_are_not_open_yet_a_little_later(many: BroadcastSetup) -> None:
    many.crowd(3)
    many.sockets.failures.append(UNREACHABLE)
    many.broadcast.greet(many.connections.watching(VIDEO_ID, limit=3))
    assert [announcement for announcement, _ in many.announcements.waiting] == [
        Announcement(VIDEO_ID, first="0000", last="0000")
    ]
    many.settle()
    assert [len(messages) for messages in many.sockets.sent.values()] == [1, 1, 1]


def test_slow_sockets_use_up_no_more_than_the_time_of_a_batch(many: BroadcastSetup) -> None:
    """Each keeps a thread for 3 s until it is given up; the video's other sockets, and other videos, wait."""

    def silent(connection_id: str, message: str, *, until_s: float = 0) -> bool:
        many.now_s += 3
        raise ProcessingInterrupted("socket_silent", "no answer")

    many.crowd(PAGE)
    many.announcer.begin_batch()
    begun_s = many.now_s
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(many.sockets), "send", lambda self, *args, **kwargs: silent(*args, **kwargs))
        for video_id in (VIDEO_ID, *(f"other-{number}" for number in range(20))):
            many.enter(replace(WATCHING, video_id=video_id, connection_id="slow"))
            many.broadcast.tell(video_id, replace(many.video, video_id=video_id))
    assert many.now_s - begun_s <= MAX_BATCH_S + 3
    announced = {announcement.video_id for announcement in many.announcements.take()}
    assert len(announced) == 21
    assert any("batch_too_long" in reason for reason in many.reported)
    many.announcer.begin_batch()
    many.connections.now_s += 100  # all claims have run out
    many.broadcast.tell(VIDEO_ID, many.process())
    many.settle()
    assert len(many.told) == PAGE + 1


def test_a_batch_lags_as_much_as_the_state_that_was_told_last(many: BroadcastSetup) -> None:
    video = many.process()
    many.announcer.begin_batch()
    assert many.announcer.lag_s is None
    many.enter(replace(WATCHING, connected_at=0))
    many.now_s = written_at_s(video) + 7
    many.broadcast.tell(VIDEO_ID, video)
    assert many.announcer.lag_s == pytest.approx(7)
    many.now_s += 100
    many.broadcast.tell(VIDEO_ID, video)
    assert many.announcer.lag_s == pytest.approx(7), "it was told before"
    many.announcer.begin_batch()
    assert many.announcer.lag_s is None


def test_a_socket_does_not_wait_before_it_is_opened(many: BroadcastSetup) -> None:
    video = many.process()
    many.now_s = written_at_s(video) + 5000
    many.enter(replace(WATCHING, connected_at=int(many.now_s) - 4))
    many.broadcast.tell(VIDEO_ID, video)
    assert many.announcer.lag_s == pytest.approx(4, abs=1)


@pytest.mark.parametrize("is_final", [False, True])
def test_the_lag_of_sockets_that_want_progress_is_that_of_the_end(
    many: BroadcastSetup, is_final: bool
) -> None:
    many.enter(CURIOUS)
    video = many.process()
    many.broadcast.tell(VIDEO_ID, replace(video, progress=0.5), only_progress=True)
    many.broadcast.tell(VIDEO_ID, many.finish() if is_final else replace(video, progress=0.6))
    assert (many.announcer.lag_s is not None) == is_final


def written_at_s(video: Video) -> float:
    return datetime.fromisoformat(video.updated_at).timestamp()


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(8) as pool:
        yield pool


def test_several_hundred_sockets_are_told_side_by_side(
    many: BroadcastSetup, threads: ThreadPoolExecutor
) -> None:
    many.crowd(600)
    announcer = Announcer(many.videos, many.connections, many.sockets, for_each=threads.map)
    many.broadcast = replace(many.broadcast, announcer=announcer, max_page=100)
    many.process()
    many.broadcast.tell(VIDEO_ID, many.finish())
    many.settle()
    assert [len(messages) for messages in many.sockets.sent.values()] == 600 * [1]
    assert many.connections.rows == {}
