"""What is to be done with the files of a video that was deleted, restored, or FAILED long ago.

A message names the video, and its record says what: messages may come twice, late, and in any order, and each
of them does what is right by then.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from maintenance.removing import Remover
from maintenance.restoring import Hiding
from reelway.ports.deleted import DeletedVideos
from reelway.ports.removals import Removals
from reelway.ports.videos import Videos
from reelway.timestamps import utc_now
from reelway.video import State


@dataclass(frozen=True, slots=True)
class DeletedFiles:
    """A deletion is final at once where `window_days` is 0; `ago` gives the ISO 8601 time so far back."""

    videos: Videos
    deleted: DeletedVideos
    removals: Removals
    remover: Remover
    hiding: Hiding
    window_days: int
    ago: Callable[[timedelta], str] = utc_now

    def see_to(self, video_id: str, execution: str, *, is_retry: bool) -> str:
        """Do what the video's record says; a word for what that was. `execution` is the video's last."""
        found = self.deleted.find(video_id)
        if found is None:
            return self._of_a_video(video_id, execution, is_retry=is_retry)
        if found.restoring_at:
            self.hiding.restore(found)
            return "restored"
        if found.is_purged or (self.window_days == 0 and self._is_begun(video_id)):
            self.remover.remove(video_id, execution, is_retry=is_retry)
            return "removed"
        self.hiding.hide(video_id, execution, is_retry=is_retry)
        return "hidden"

    def _is_begun(self, video_id: str) -> bool:
        """What comes first, noting this or that the video is to be restored, is the only one."""
        return self.removals.begin(video_id, unless_since=self.ago(timedelta())) is not None

    def _of_a_video(self, video_id: str, execution: str, *, is_retry: bool) -> str:
        """One that was restored a while ago, or whose files go because it FAILED."""
        video = self.videos.find(video_id)
        if video is None:
            return "unknown"
        if video.state is State.FAILED and video.removed_at:
            self.remover.remove(video_id, execution, is_retry=is_retry)
            return "removed"
        if video.state is State.READY:
            self.hiding.bring_back(video_id)
        return "left"
