"""Changes that were given up are announced: sockets are told the state that their video has by now."""

from collections.abc import Sequence
from dataclasses import dataclass

from changes.change import Change
from reelway.ports.announcements import Announcement, Announcements
from reelway.ports.connections import Connection


@dataclass(frozen=True, slots=True)
class Again:
    """A listener, and what greets new sockets. Progress alone is left to the next that there is."""

    announcements: Announcements

    def on_change(self, change: Change) -> None:
        if change.is_told_once and not change.is_nothing:
            self.announcements.send(Announcement(change.video_id))

    def greet(self, connections: Sequence[Connection]) -> None:
        for connection in connections:
            only = connection.connection_id
            self.announcements.send(Announcement(connection.video_id, first=only, last=only))
