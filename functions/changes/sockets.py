"""Listener: clients that watch a video are sent its changes."""

from dataclasses import dataclass

from changes.change import Change
from reelway.live_status.broadcast import Broadcast
from reelway.video import Video

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
                change.video_id,
                change.after,
                only_progress=not change.is_told_once,
                is_step=_is_step(change),
            )


def _is_step(change: Change) -> bool:
    return _steps_of(change.before) != _steps_of(change.after)


def _steps_of(video: Video | None) -> tuple[int, int]:
    return (int(_STEPS * video.progress), int(_STEPS * video.ladder_progress)) if video else (0, 0)
