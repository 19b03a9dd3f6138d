"""What watching clients are sent, each message once and in order."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from reelway.ports import Connection, Connections, Sockets, Videos
from reelway.video import Video

# A socket may answer "gone" for a moment before its handshake is through.
_OPENING_DELAYS_S = (0.05, 0.1, 0.2, 0.4, 0.8)
_OPENING_S = 10


def message_of(video: Video, *, with_progress: bool) -> str:
    """The contract's frame: exactly videoId, state and timestamp; `progress` only where asked for."""
    frame: dict[str, object] = {
        "videoId": video.video_id,
        "state": video.state,
        "timestamp": video.updated_at,
    }
    return json.dumps(frame | ({"progress": video.progress} if with_progress else {}))


class Pusher:
    """Tells connections of a video; raises ProcessingInterrupted when a socket cannot be reached now."""

    def __init__(
        self,
        videos: Videos,
        connections: Connections,
        sockets: Sockets,
        *,
        now_s: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._videos = videos
        self._connections = connections
        self._sockets = sockets
        self._now_s = now_s
        self._sleep = sleep

    def greet(self, connection: Connection) -> None:
        """The first message of a new socket: the video's present state."""
        video = self._videos.find(connection.video_id)
        if video:
            self._tell(connection, video, as_greeting=True)
            self._connections.end_greeting(connection)

    def announce(self, video: Video, *, only_progress: bool = False) -> None:
        """Tell every socket on the video, or those that want progress, what they have not heard yet."""
        for connection in self._once_greeted(video.video_id):
            if connection.wants_progress or not only_progress:
                self._tell(connection, video)

    def repeat(self, connection: Connection) -> None:
        """Say the present state again, which keeps the socket from idling out."""
        video = self._videos.find(connection.video_id)
        if video is None:
            self._connections.remove(connection.video_id, connection.connection_id)
        else:
            self._deliver(connection, video)

    def _once_greeted(self, video_id: str) -> list[Connection]:
        """The sockets on a video, after those being greeted right now by another invocation are done.

        Greetings and changes come from two streams; only this keeps a greeting from being overtaken.
        """
        for delay_s in _OPENING_DELAYS_S:
            watching = list(self._connections.watching(video_id))
            if not any(self._is_opening(c) and c.is_being_greeted for c in watching):
                return watching
            self._sleep(delay_s)
        return list(self._connections.watching(video_id))

    def _is_opening(self, connection: Connection) -> bool:
        return self._now_s() - connection.connected_at < _OPENING_S

    def _tell(self, connection: Connection, video: Video, *, as_greeting: bool = False) -> None:
        for delay_s in (*_OPENING_DELAYS_S, None):
            if not self._connections.claim(
                connection, version=video.version, progress=video.progress, as_greeting=as_greeting
            ):
                return
            with self._given_back_on_failure(connection, video):
                is_sent = self._sockets.send(connection.connection_id, _frame(connection, video))
            if is_sent:
                self._close_if_final(connection, video)
                return
            if delay_s is None or not self._is_opening(connection):
                self._connections.remove(connection.video_id, connection.connection_id)
                return
            self._connections.release(connection, version=video.version)
            self._sleep(delay_s)

    def _deliver(self, connection: Connection, video: Video) -> None:
        if self._sockets.send(connection.connection_id, _frame(connection, video)):
            self._close_if_final(connection, video)
        else:
            self._connections.remove(connection.video_id, connection.connection_id)

    def _close_if_final(self, connection: Connection, video: Video) -> None:
        """A socket that cannot be closed now keeps its row, and maintenance closes it later."""
        if video.state.is_final:
            self._sockets.close(connection.connection_id)
            self._connections.remove(connection.video_id, connection.connection_id)

    @contextmanager
    def _given_back_on_failure(self, connection: Connection, video: Video) -> Iterator[None]:
        try:
            yield
        except Exception:
            self._connections.release(connection, version=video.version)
            raise


def _frame(connection: Connection, video: Video) -> str:
    return message_of(video, with_progress=connection.wants_progress)
