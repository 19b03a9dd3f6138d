"""Sends a video's state to one socket: each version once, and in order, whoever comes first.

Three senders work side by side: changes of the video, the greeting of a new socket, and maintenance, which
repeats the state. They agree through the socket's row in the Connections table, which records the version
claimed last (and its progress: for a socket that is told of that, more of it counts as newer):

    claim     A conditional write, before sending. GRANTED: the version is newer than the last one claimed,
              and nobody else is sending; the row is now held. NOT_NEEDED: this version or a newer one has
              been sent, or the socket has left. BUSY: this version or an older one is being sent at the
              moment; wait, so that no message overtakes another.
    done      After sending: the row is free for the next version.
    release   After sending failed: the claim is given up, so that a retry may claim the same version.

A sender that dies after its claim does neither, nor does one that the API has not answered: the message may
be under way. The row is then held until HOLD_S have passed since the claim. After that the same version may
be claimed again, because nobody knows whether it was sent. So a message may come twice only after a sender
has died or got no answer, and when maintenance repeats it.

No message is sent under a claim that has run out: the last try begins within 3 s of the claim, and gives up
within 3 s more. What is left of HOLD_S is for a message that the API takes after its caller has given up.
"""

import time
import uuid
from collections.abc import Callable
from enum import Enum, auto

from reelway.attempts import SHORT_PAUSES_S, attempts
from reelway.errors import ProcessingInterrupted, ReelwayError
from reelway.interruptions import Interruption, interrupted
from reelway.live_status.telling import is_last, message_to, reached
from reelway.ports.connections import Claim, Connection, Connections, Sockets
from reelway.video import Video

# The API reports a socket as gone until its handshake has ended; one that is older really is gone.
_MAX_HANDSHAKE_S = 10
# After a claim, in which sending may begin.
_SENDING_S = 3


class Outcome(Enum):
    """What became of a message to one socket."""

    SENT = auto()
    SOCKET_GONE = auto()
    NOT_NEEDED = auto()  # sent before, or the socket has left


class Delivery:
    """`now_s` gives seconds since the epoch, `sleep` waits for so many seconds."""

    def __init__(
        self,
        connections: Connections,
        sockets: Sockets,
        *,
        now_s: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._connections = connections
        self._sockets = sockets
        self._now_s = now_s
        self._sleep = sleep

    def is_opening(self, connection: Connection) -> bool:
        return self._now_s() - connection.connected_at < _MAX_HANDSHAKE_S

    def send(self, connection: Connection, video: Video, *, again: bool = False) -> Outcome:
        """Send the video's state unless it was sent before; with `again`, also if it is the last one sent.

        Closes the socket after its last message. Raises ProcessingInterrupted when the socket cannot be sent
        to at the moment; the same call may then be made again.
        """
        # A handshake or another sender's message rarely takes longer than these pauses.
        for _ in attempts(SHORT_PAUSES_S, self._sleep):
            outcome = self._try(connection, video, again=again)
            if outcome:
                return outcome
        raise interrupted(Interruption.SOCKET_BUSY)

    def close(self, connection: Connection) -> None:
        """Raises ProcessingInterrupted when the API cannot be reached; the row then stays for maintenance."""
        self._sockets.close(connection.connection_id)
        self._connections.remove(connection.video_id, connection.connection_id)

    def _try(self, connection: Connection, video: Video, *, again: bool) -> Outcome | None:
        """One attempt; None when the socket cannot take the message yet."""
        claim_id, until_s = str(uuid.uuid4()), self._now_s() + _SENDING_S
        claim = self._connections.claim(
            connection, claim_id, version=video.version, progress=reached(connection, video), again=again
        )
        if claim is Claim.BUSY:
            return None
        if claim is Claim.NOT_NEEDED:
            return Outcome.NOT_NEEDED
        if self._now_s() > until_s:
            self._connections.release(connection, claim_id)
            return None
        return self._send_claimed(connection, video, claim_id, until_s)

    def _send_claimed(
        self, connection: Connection, video: Video, claim_id: str, until_s: float
    ) -> Outcome | None:
        if self._post(connection, video, claim_id, until_s):
            self._end(connection, video, claim_id)
            return Outcome.SENT
        if self.is_opening(connection):
            self._connections.release(connection, claim_id)
            return None
        self._connections.remove(connection.video_id, connection.connection_id)
        return Outcome.SOCKET_GONE

    def _post(self, connection: Connection, video: Video, claim_id: str, until_s: float) -> bool:
        """False when the socket is not there; the claim is given up when the message was not taken."""
        message = message_to(connection, video)
        try:
            return self._sockets.send(connection.connection_id, message, until_s=until_s)
        except ProcessingInterrupted as failure:
            if failure.code != Interruption.SOCKET_SILENT:
                self._connections.release(connection, claim_id)
            raise

    def _end(self, connection: Connection, video: Video, claim_id: str) -> None:
        """After the message: after the last one the socket is closed and its row, with the claim, removed."""
        if not is_last(connection, video):
            self._connections.done(connection, claim_id)
            return
        try:
            self.close(connection)
        except ReelwayError:
            self._connections.done(connection, claim_id)
            raise
