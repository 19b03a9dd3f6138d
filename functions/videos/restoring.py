"""Undoes the deletion of a video, as long as that is possible."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus

from reelway.caller import Caller
from reelway.errors import RequestRefused, unknown_video
from reelway.ports.deleted import DeletedVideos
from reelway.ports.videos import Videos
from reelway.timestamps import utc_now
from reelway.video import Video, is_video_id


@dataclass(frozen=True, slots=True)
class Restoring:
    """For `window_days` after the deletion. `ago` gives the ISO 8601 time that lies so far back."""

    videos: Videos
    deleted: DeletedVideos
    window_days: int
    ago: Callable[[timedelta], str] = utc_now

    def restore(self, video_id: str, caller: Caller) -> tuple[Video, bool]:
        """The video as it was, and whether it is still to come back: files are brought back before it is.

        A request that is repeated gets the same answer until the video is there, and then False. Raises
        RequestRefused 404, and 410 when it is too late.
        """
        found = self._there(video_id, caller)
        if found:
            return found
        if self.window_days:  # refused where another request came first, and where it is too late
            since = self.ago(timedelta(days=self.window_days))
            self.deleted.order_restoring(video_id, deleted_since=since)
        found = self._there(video_id, caller)
        if found is None:
            raise self._too_late(video_id)
        return found

    def _there(self, video_id: str, caller: Caller) -> tuple[Video, bool] | None:
        """A video that is there, or is coming back; None for one that is deleted."""
        video = self.videos.find(video_id) if is_video_id(video_id) else None
        if video and caller.may_see(video_id, video.owner):
            return video, False
        deleted = self.deleted.find(video_id) if is_video_id(video_id) else None
        if deleted and caller.may_see(video_id, deleted.video.owner):
            return (deleted.video, True) if deleted.restoring_at else None
        video = self.videos.find(video_id) if is_video_id(video_id) else None  # it came back in between
        if video is None or not caller.may_see(video_id, video.owner):
            raise unknown_video(video_id)
        return video, False

    def _too_late(self, video_id: str) -> RequestRefused:
        limit = f"{self.window_days} days" if self.window_days != 1 else "a day"
        problem = f"A deletion is final after {limit}" if self.window_days else "A deletion is final at once"
        detail = f"{problem}: nothing is left of the video {video_id!r}, or nearly so. Upload it again."
        return RequestRefused(HTTPStatus.GONE, "not_restorable", detail)
