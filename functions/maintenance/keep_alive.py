"""Keeps quiet sockets open: API Gateway closes one that was sent nothing for ten minutes.

A table of more than a page is gone through in shares, by several runs of the function at the same time. A run
that stops before its timeout orders what is left of its share.
"""

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from maintenance.deadline import Deadline
from reelway.errors import ReelwayError
from reelway.ports.connections import Connection
from reelway.ports.open_sockets import OpenSockets, Share, SocketPage
from reelway.video import Video

_SHARES = 10
# A share that is still not done at the round after the next is given up: sockets have been closed meanwhile.
_ROUND_S = 540

# `map`, or a replacement that makes several calls at the same time.
ForEach = Callable[[Callable[[Connection], bool | None], Iterable[Connection]], Iterable[bool | None]]


@dataclass(slots=True)
class Kept:
    """`sockets` were kept open; `done` is the part of all, 0 to 1, that a run has come to the end of."""

    sockets: int = 0
    unreadable: int = 0
    done: float = 0.0

    def counts(self) -> dict[str, float]:
        return {"sockets": self.sockets, "passed_over": self.unreadable, "done": self.done}


@dataclass(frozen=True, slots=True)
class KeepAlive:
    """`repeat` sends a socket the state of its video, `order` has a share done by another run.

    `log_error(message, **about)` logs, and so does `log_exception`, with the exception that is handled.
    """

    open_sockets: OpenSockets
    repeat: Callable[[Connection, Video | None], None]
    order: Callable[[Share], None]
    log_error: Callable[..., None]
    log_exception: Callable[..., None]
    for_each: ForEach = map
    now_s: Callable[[], float] = time.time

    def run(self, share: Share | None, deadline: Deadline) -> Kept:
        """Keep the sockets of a share open; None for a new round."""
        share = share or Share(until_s=self.now_s() + _ROUND_S)
        page = self.open_sockets.page(share)
        if share.count == 1 and page.last:
            for index in range(_SHARES):
                self.order(replace(share, index=index, count=_SHARES))
            return Kept()
        return self._go_through(share, page, deadline)

    def _go_through(self, share: Share, page: SocketPage, deadline: Deadline) -> Kept:
        kept = Kept()
        while self._keep_open(page, deadline, kept):
            if page.last is None:
                kept.done = 1 / share.count
                return kept
            share = replace(share, after=page.last)
            if deadline.is_near():
                break
            page = self.open_sockets.page(share)
        self._leave(share)
        return kept

    def _leave(self, share: Share) -> None:
        """Have another run do what is left of the share, from the page that was not done on."""
        if self.now_s() < share.until_s:
            self.order(share)
        else:
            self.log_error("there was no time for all sockets", share=share.index)

    def _keep_open(self, page: SocketPage, deadline: Deadline, kept: Kept) -> bool:
        """Whether there was time for all of a page. What cannot be read is passed over."""
        known = self.open_sockets.videos([connection.video_id for connection in page.connections])
        for key, reason in (*page.unreadable.items(), *known.unreadable.items()):
            self.log_error("a record cannot be read", key=key, reason=reason)
        kept.unreadable += len(page.unreadable) + len(known.unreadable)
        readable = [each for each in page.connections if each.video_id not in known.unreadable]
        done = list(self.for_each(lambda each: self._repeat(each, known.videos, deadline), readable))
        kept.sockets += done.count(True)
        return None not in done

    def _repeat(self, connection: Connection, videos: Mapping[str, Video], deadline: Deadline) -> bool | None:
        """Whether the socket could be reached, one that could not holds up no other; None without time."""
        if deadline.is_near():
            return None
        try:
            self.repeat(connection, videos.get(connection.video_id))
        except ReelwayError:
            self.log_exception("a socket could not be reached", connection_id=connection.connection_id)
            return False
        return True
