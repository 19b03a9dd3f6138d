"""Listener: the distribution is told when playback tokens of a video become void, or valid again.

Those of a signed video do when it is deleted or restored; of any video, when they are recalled.
"""

from collections.abc import Callable
from dataclasses import dataclass

from changes.change import Change
from reelway.video import Playback, Video


@dataclass(frozen=True, slots=True)
class RecallListener:
    """`order(video_id)` may be called again for a video: it is idempotent."""

    order: Callable[[str], None]

    def on_change(self, change: Change) -> None:
        before, after = change.before, change.after
        if before and after:
            is_concerned = before.recalled_at != after.recalled_at
        else:  # one that was just created has no tokens
            is_concerned = _is_signed(before) or (_is_signed(after) and bool(after and after.version > 1))
        if is_concerned:
            self.order(change.video_id)


def _is_signed(video: Video | None) -> bool:
    return video is not None and video.playback is Playback.SIGNED
