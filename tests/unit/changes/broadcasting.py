"""Broadcasts to sockets that are fakes."""

from reelway.live_status.announcer import Announcer
from reelway.live_status.broadcast import Broadcast
from tests.support.doubles.fakes.connections import FakeAnnouncements, FakeConnections, FakeSockets
from tests.support.doubles.fakes.videos import FakeVideos


def broadcast_to(
    connections: FakeConnections,
    sockets: FakeSockets,
    announcements: FakeAnnouncements | None = None,
    videos: FakeVideos | None = None,
) -> Broadcast:
    videos = videos or FakeVideos()
    announcer = Announcer(videos, connections, sockets)
    waiting = FakeAnnouncements() if announcements is None else announcements
    return Broadcast(videos, connections, announcer, waiting, lambda text, **about: None)
