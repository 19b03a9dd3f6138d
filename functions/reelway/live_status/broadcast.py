"""All sockets on a video are told of its change: few of them here, many by announcements.

An announcement is a message in a queue, and may come more than once, like everything here: a socket is sent
each version once. Those that cannot be reached now are told by an announcement too, so that they keep nobody
else waiting: neither the other sockets nor other videos.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from reelway.errors import ReelwayError
from reelway.live_status.announcer import Announcer
from reelway.ports.announcements import Announcement, Announcements
from reelway.ports.connections import HOLD_S, Connection, Connections
from reelway.ports.videos import Videos
from reelway.video import Video

MAX_PAGE = 250  # sockets that one function tells at once, which takes it a few seconds
# The claim of a sender that died, or got no answer, has run out by then.
_RETRY_S = HOLD_S + 2
# A handshake that is not at its end yet.
_GREETING_S = 2


@dataclass(frozen=True, slots=True)
class Broadcast:
    """`report(text, video_id=…, reason=…)` is told of sockets that could not be reached."""

    videos: Videos
    connections: Connections
    announcer: Announcer
    announcements: Announcements
    report: Callable[..., None]
    max_page: int = MAX_PAGE

    def greet(self, connections: Sequence[Connection]) -> None:
        """Send new sockets their first message."""
        for connection in self.announcer.greet_all(connections):
            only = connection.connection_id
            self.announcements.send(
                Announcement(connection.video_id, first=only, last=only), delay_s=_GREETING_S
            )

    def tell(
        self, video_id: str, video: Video | None, *, only_progress: bool = False, is_step: bool = True
    ) -> None:
        """Tell every socket on a video that it has changed; None means that it was deleted.

        With `only_progress`, those that want progress; and unless that `is_step`, none where the sockets are
        too many for one page.
        """
        here = Announcement(video_id, only_progress=only_progress)
        try:
            self.announcer.check_time()
            sockets, beyond = self._page(here)
            if beyond and only_progress and not is_step:
                return
            if beyond:
                self.announcements.send(replace(here, first=beyond))
                here = replace(here, last=sockets[-1].connection_id)
            self.announcer.tell(sockets, video, only_progress=only_progress)
        except ReelwayError as failure:
            if not only_progress:
                self.report("sockets are told later", video_id=video_id, reason=str(failure))
                self.announcements.send(here, delay_s=_RETRY_S)

    def announce(self, announcement: Announcement) -> None:
        """Tell the sockets that an announcement is about; if they are many, each page by one of its own.

        Raises ReelwayError when not all could be told: it must come again, unless it is about progress,
        which is told again with the next one.
        """
        video = self.videos.find(announcement.video_id)
        sockets, beyond = self._page(announcement)
        if beyond:
            self._divide(announcement, sockets, beyond)
            return
        try:
            self.announcer.tell(sockets, video, only_progress=announcement.only_progress)
        except ReelwayError:
            if not announcement.only_progress:
                raise

    def _divide(self, whole: Announcement, sockets: Sequence[Connection], beyond: str | None) -> None:
        while sockets:
            first, last = sockets[0].connection_id, sockets[-1].connection_id
            self.announcements.send(replace(whole, first=first, last=last))
            if beyond is None:
                return
            sockets, beyond = self._page(replace(whole, first=beyond))

    def _page(self, of: Announcement) -> tuple[list[Connection], str | None]:
        """The first page of the sockets, and the id of the one behind it."""
        found = self.connections.watching(of.video_id, first=of.first, last=of.last, limit=self.max_page + 1)
        page, rest = found[: self.max_page], found[self.max_page :]
        return page, rest[0].connection_id if rest else None
