"""Listener: clients that watch a video are sent its changes."""

from dataclasses import dataclass

from changes.change import Change
from reelway.live_status.broadcast import Broadcast

# Progress that sockets are told of where there are many: 10, 20, 30 … %.
_STEPS = 10


@dataclass(frozen=True, slots=True)
class SocketsListener:
    """Idempotent, because a socket is sent each version once.

    Fails only if sockets could not be told, and no announcement be made of it either.
    """

    broadcast: Broadcast

    def on_change(self, change: Change) -> None:
        if not change.is_nothing:
            self.broadcast.tell(
                change.video_id, change.after, only_progress=change.is_progress_only, is_step=_is_step(change)
            )


def _is_step(change: Change) -> bool:
    reached = [int(_STEPS * video.progress) if video else 0 for video in (change.before, change.after)]
    return reached[0] != reached[1]
