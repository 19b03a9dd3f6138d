"""Sockets are sent a video's state: on opening, on each change, and again and again."""

import math
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from reelway.errors import ReelwayError
from reelway.interruptions import Interruption, interrupted
from reelway.live_status.delivery import Delivery, Outcome
from reelway.live_status.telling import is_concerned, is_last
from reelway.ports.connections import Connection, Connections, Sockets
from reelway.ports.videos import Videos
from reelway.video import Video

# `map`, or a replacement that makes several calls at the same time.
ForEach = Callable[
    [Callable[[Connection], ReelwayError | None], Iterable[Connection]], Iterable[ReelwayError | None]
]

# Twice the timeout of the function that announces changes: whoever claimed the message has ended.
_SETTLED_AFTER_S = 120
# In which a function begins to send; what is under way then has ended before its timeout.
MAX_BATCH_S = 30


class Announcer:
    """All methods are idempotent. They raise ProcessingInterrupted when a socket cannot be reached now."""

    def __init__(
        self,
        videos: Videos,
        connections: Connections,
        sockets: Sockets,
        *,
        now_s: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
        for_each: ForEach = map,
    ) -> None:
        self._videos = videos
        self._delivery = Delivery(connections, sockets, now_s=now_s, sleep=sleep)
        self._now_s = now_s
        self._for_each = for_each
        self._until_s = math.inf
        self._lags_s: list[float] = []

    def begin_batch(self) -> None:
        """From now on there is MAX_BATCH_S; sockets that are not reached by then count as unreachable."""
        self._until_s = self._now_s() + MAX_BATCH_S
        self._lags_s.clear()

    def check_time(self) -> None:
        """Raises ProcessingInterrupted when the time of this batch is up."""
        if self._now_s() > self._until_s:
            raise interrupted(Interruption.BATCH_TOO_LONG)

    @property
    def lag_s(self) -> float | None:
        """Of the states told in this batch, how long ago the one that came last was written.

        None when there was none. Sockets that want progress count at the end only: they are sent a state
        more than once.
        """
        return max(self._lags_s, default=None)

    def greet(self, connection: Connection) -> None:
        """Send a new socket its first message, the video's present state."""
        self.check_time()
        video = self._videos.find(connection.video_id)
        if video:
            self._delivery.send(connection, video)
        else:
            self._delivery.close(connection)

    def greet_all(self, connections: Iterable[Connection]) -> list[Connection]:
        """Greet new sockets; those that could not be reached, which keep none of the others waiting."""
        waiting = list(connections)
        failures = self._for_each(lambda connection: _failure(self.greet, connection), waiting)
        return [connection for connection, failure in zip(waiting, failures, strict=True) if failure]

    def tell(
        self, connections: Sequence[Connection], video: Video | None, *, only_progress: bool = False
    ) -> None:
        """Send these sockets a changed video; with `only_progress`, those that want progress.

        Without a video, which was deleted, close them without a message. When this returns or raises, every
        socket has been tried: one that cannot be reached keeps no other waiting.
        """
        concerned = [each for each in connections if is_concerned(each, only_progress=only_progress)]
        failures = self._for_each(
            lambda each: _failure(lambda to: self._send(to, video, only_progress), each), concerned
        )
        for failure in list(filter(None, list(failures))):
            raise failure

    def repeat(self, connection: Connection, video: Video | None) -> None:
        """Send the present state again: API Gateway closes a socket that has been idle for ten minutes.

        The last message is not sent again. It is sent if it never was, and a socket that could not be closed
        after it is closed. A socket that is still opening is left to its greeting. `video` was read after
        the connection; None if there is no such video any more.
        """
        if self._delivery.is_opening(connection):
            return
        if video is None:
            self._delivery.close(connection)
        elif is_last(connection, video):
            self._finish(connection, video)
        else:
            self._delivery.send(connection, video, again=True)

    def _send(self, connection: Connection, video: Video | None, only_progress: bool) -> None:
        self.check_time()
        if video is None:
            self._delivery.close(connection)
            return
        is_told_once = video.state.is_final or not connection.wants_progress
        if self._delivery.send(connection, video) is Outcome.SENT and is_told_once and not only_progress:
            # A socket is told nothing before it has been opened.
            since_s = max(_written_at_s(video), connection.connected_at)
            self._lags_s.append(max(0.0, self._now_s() - since_s))

    def _finish(self, connection: Connection, video: Video) -> None:
        was_sent_before = self._delivery.send(connection, video) is Outcome.NOT_NEEDED
        if was_sent_before and self._is_settled(video):
            self._delivery.close(connection)

    def _is_settled(self, video: Video) -> bool:
        """The change is so old that no sender is still at work on it."""
        return self._now_s() - _written_at_s(video) > _SETTLED_AFTER_S


def _written_at_s(video: Video) -> float:
    return datetime.fromisoformat(video.updated_at).timestamp()


def _failure(act: Callable[[Connection], None], connection: Connection) -> ReelwayError | None:
    try:
        act(connection)
    except ReelwayError as failure:
        return failure
    return None
