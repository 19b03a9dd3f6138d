"""What watching clients are sent, each message once and in order."""

import json
import time
from collections.abc import Callable, Iterable
from datetime import datetime

from reelway.errors import ReelwayError
from reelway.interruptions import Interruption, interrupted
from reelway.ports import Claim, Connection, Connections, Sockets, Videos
from reelway.video import Video

# `map`, or one that makes its calls at the same time.
Failure = ReelwayError | None
ForEach = Callable[[Callable[[Connection], Failure], Iterable[Connection]], Iterable[Failure]]

# A socket may answer "gone" for a moment before its handshake is through, or be busy.
_DELAYS_S = (0.05, 0.1, 0.2, 0.4, 0.8)
_OPENING_S = 10
# No sender is at work on a change any more that is this old.
_SETTLED_S = 120


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
        for_each: ForEach = map,
    ) -> None:
        self._videos = videos
        self._connections = connections
        self._sockets = sockets
        self._now_s = now_s
        self._sleep = sleep
        self._for_each = for_each

    def greet(self, connection: Connection) -> None:
        """The first message of a new socket: the video's present state."""
        video = self._videos.find(connection.video_id)
        if video:
            self._tell(connection, video)
        else:
            self._close(connection)

    def announce(self, video: Video, *, only_progress: bool = False) -> None:
        """Tell every socket on the video, or those that want progress, what they have not heard yet.

        A socket that cannot be reached keeps none of the others from hearing it. All have been tried when
        this returns, so that the next change overtakes none.
        """
        concerned = (
            connection
            for connection in self._connections.watching(video.video_id)
            if connection.wants_progress or not only_progress
        )
        failures = list(
            self._for_each(lambda connection: self._failure_to_tell(connection, video), concerned)
        )
        for failure in filter(None, failures):
            raise failure

    def _failure_to_tell(self, connection: Connection, video: Video) -> Failure:
        try:
            self._tell(connection, video)
        except ReelwayError as failure:
            return failure
        return None

    def dismiss(self, video_id: str) -> None:
        """Close every socket on a video that is no more; there is no state to tell."""
        for connection in self._connections.watching(video_id):
            self._close(connection)

    def repeat(self, connection: Connection) -> None:
        """Say the present state again, which keeps the socket from idling out.

        A final state is said once: where only the closing had failed, the socket is closed now. Sockets
        opened just now are left to their greeting.
        """
        if self._is_opening(connection):
            return
        video = self._videos.find(connection.video_id)
        if video is None:
            self._close(connection)
        elif not video.state.is_final:
            self._tell(connection, video, again=True)
        elif not self._tell(connection, video) and self._is_settled(video):
            self._close(connection)

    def _is_opening(self, connection: Connection) -> bool:
        return self._now_s() - connection.connected_at < _OPENING_S

    def _is_settled(self, video: Video) -> bool:
        return self._now_s() - datetime.fromisoformat(video.updated_at).timestamp() > _SETTLED_S

    def _tell(self, connection: Connection, video: Video, *, again: bool = False) -> bool:
        """Send the state; True when that was done or the socket is gone, False when it was told before."""
        for delay_s in _DELAYS_S:
            is_told = self._try(connection, video, again=again)
            if is_told is not None:
                return is_told
            self._sleep(delay_s)
        raise interrupted(Interruption.SOCKET_BUSY)

    def _try(self, connection: Connection, video: Video, *, again: bool) -> bool | None:
        """As `_tell`, but None when the socket cannot take the message yet."""
        claim = self._connections.claim(
            connection, version=video.version, progress=video.progress, again=again
        )
        if claim is not Claim.GRANTED:
            return False if claim is Claim.TOLD else None
        if self._send(connection, video):
            self._connections.done(connection, version=video.version)
            if video.state.is_final:
                self._close(connection)
            return True
        if self._is_opening(connection):
            self._connections.release(connection, version=video.version)
            return None
        self._connections.remove(connection.video_id, connection.connection_id)
        return True

    def _send(self, connection: Connection, video: Video) -> bool:
        """Whether the socket was there; a claim is given back when that cannot be told."""
        message = message_of(video, with_progress=connection.wants_progress)
        try:
            return self._sockets.send(connection.connection_id, message)
        except Exception:
            self._connections.release(connection, version=video.version)
            raise

    def _close(self, connection: Connection) -> None:
        """A socket that cannot be closed now keeps its row, and maintenance closes it later."""
        self._sockets.close(connection.connection_id)
        self._connections.remove(connection.video_id, connection.connection_id)
