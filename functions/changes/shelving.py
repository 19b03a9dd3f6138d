"""Listener: a video is on the shelves where it belongs, from its upload until it is deleted."""

from collections.abc import Callable
from dataclasses import dataclass

from changes.change import Change
from reelway.ports.shelves import ShelfRows
from reelway.video import Video


@dataclass(frozen=True, slots=True)
class ShelvingListener:
    """Idempotent, and in whatever order: it is arranged as the video is by now, which `find` reads."""

    find: Callable[[str], Video | None]
    rows: ShelfRows

    def on_change(self, change: Change) -> None:
        if _place_of(change.before) == _place_of(change.after):
            return
        now = self.find(change.video_id)
        if now:
            self.rows.arrange(now)
        if change.before:
            self.rows.take_off(change.before, now)


def _place_of(video: Video | None) -> tuple[object, ...] | None:
    """What a video's shelves are chosen by; a run that is begun again has it arranged once more."""
    return (video.owner, video.external_id, video.created_at, video.reruns) if video else None
