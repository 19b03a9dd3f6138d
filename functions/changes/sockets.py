"""Listener: clients that watch a video are sent its changes."""

from dataclasses import dataclass

from changes.change import Change
from reelway.live_status.announcer import Announcer


@dataclass(frozen=True, slots=True)
class SocketsListener:
    """Idempotent, because a socket is sent each version once."""

    announcer: Announcer

    def on_change(self, change: Change) -> None:
        if change.after is None:
            self.announcer.dismiss(change.video_id)
        else:
            self.announcer.announce(change.after, only_progress=change.is_progress_only)
