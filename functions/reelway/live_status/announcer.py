"""Which sockets are sent a video's state, and when: on opening, on each change, and again and again."""

import time
from collections.abc import Callable, Iterable
from datetime import datetime

from reelway.errors import ReelwayError
from reelway.live_status.delivery import Delivery, Outcome
from reelway.ports.connections import Connection, Connections, Sockets
from reelway.ports.videos import Videos
from reelway.video import Video

# `map`, or a replacement that makes several calls at the same time.
ForEach = Callable[
    [Callable[[Connection], ReelwayError | None], Iterable[Connection]], Iterable[ReelwayError | None]
]

# Twice the timeout of the function that announces changes: whoever claimed the message has ended.
_SETTLED_AFTER_S = 120


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
        self._connections = connections
        self._delivery = Delivery(connections, sockets, now_s=now_s, sleep=sleep)
        self._now_s = now_s
        self._for_each = for_each

    def greet(self, connection: Connection) -> None:
        """Send a new socket its first message, the video's present state."""
        video = self._videos.find(connection.video_id)
        if video:
            self._delivery.send(connection, video)
        else:
            self._delivery.close(connection)

    def announce(self, video: Video, *, only_progress: bool = False) -> None:
        """Send a changed video to every socket on it; with `only_progress`, to those that want progress.

        When this returns or raises, every socket has been tried: one that cannot be reached keeps no other
        waiting, and no later change overtakes this one.
        """
        concerned = (
            connection
            for connection in self._connections.watching(video.video_id)
            if connection.wants_progress or not only_progress
        )
        failures = list(
            self._for_each(lambda connection: self._failure_to_send(connection, video), concerned)
        )
        for failure in filter(None, failures):
            raise failure

    def dismiss(self, video_id: str) -> None:
        """Close every socket on a deleted video, without a message: it has no state any more."""
        for connection in self._connections.watching(video_id):
            self._delivery.close(connection)

    def repeat(self, connection: Connection, video: Video | None) -> None:
        """Send the present state again: API Gateway closes a socket that has been idle for ten minutes.

        A final state is not sent again. It is sent if it never was, and a socket that could not be closed
        after it is closed. A socket that is still opening is left to its greeting. `video` was read after
        the connection; None if there is no such video any more.
        """
        if self._delivery.is_opening(connection):
            return
        if video is None:
            self._delivery.close(connection)
        elif video.state.is_final:
            self._finish(connection, video)
        else:
            self._delivery.send(connection, video, again=True)

    def _finish(self, connection: Connection, video: Video) -> None:
        was_sent_before = self._delivery.send(connection, video) is Outcome.NOT_NEEDED
        if was_sent_before and self._is_settled(video):
            self._delivery.close(connection)

    def _is_settled(self, video: Video) -> bool:
        """The change is so old that no sender is still at work on it."""
        return self._now_s() - datetime.fromisoformat(video.updated_at).timestamp() > _SETTLED_AFTER_S

    def _failure_to_send(self, connection: Connection, video: Video) -> ReelwayError | None:
        try:
            self._delivery.send(connection, video)
        except ReelwayError as failure:
            return failure
        return None
