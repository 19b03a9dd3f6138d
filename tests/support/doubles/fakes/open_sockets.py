"""All open sockets in memory, a page at a time."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from reelway.ports.open_sockets import KnownVideos, Share, SocketPage
from tests.support.doubles.fakes.connections import FakeConnections
from tests.support.doubles.fakes.videos import FakeVideos


@dataclass(slots=True)
class FakeOpenSockets:
    """Rows in their order; a share has each `count`th of them. `broken` rows and videos cannot be read."""

    connections: FakeConnections
    of: FakeVideos
    page_size: int = 10
    broken: set[str] = field(default_factory=set)
    shares: list[Share] = field(default_factory=list)

    def page(self, share: Share) -> SocketPage:
        self.shares.append(share)
        rows = [*self.connections.rows.values()][share.index :: share.count]
        first = int(share.after["row"]) if share.after else 0
        page, end = rows[first : first + self.page_size], first + self.page_size
        return SocketPage(
            [row for row in page if row.connection_id not in self.broken],
            {row.connection_id: "KeyError()" for row in page if row.connection_id in self.broken},
            {"row": str(end)} if end < len(rows) else None,
        )

    def videos(self, video_ids: Sequence[str]) -> KnownVideos:
        broken = dict.fromkeys(self.broken & {*video_ids}, "KeyError()")
        return KnownVideos({video_id: self.of.videos[video_id] for video_id in video_ids}, broken)
