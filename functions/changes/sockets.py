"""Listener: clients that watch a video are sent its changes."""

from dataclasses import dataclass

from changes.change import Change
from reelway.live_status.announcer import Announcer


@dataclass(frozen=True, slots=True)
class SocketsListener:
    """Idempotent, because a socket is sent each version once."""

    announcer: Announcer

    def on_change(self, change: Change) -> None:
        if change.is_deletion:
            self.announcer.dismiss(change.video_id)
        elif change.after is not None:
            self.announcer.announce(change.after, only_progress=change.is_progress_only)
