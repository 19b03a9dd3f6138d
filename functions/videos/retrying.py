"""Begins a video again that failed by a fault of ours, or the ladder of a READY one, without a new upload."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus

from reelway import keys
from reelway.caller import Caller
from reelway.errors import AnswerCode, RequestRefused
from reelway.failure_codes import is_retryable
from reelway.lookup import known_or_deleted_video
from reelway.ports.reruns import Reruns
from reelway.ports.storage import Bucket
from reelway.ports.videos import Videos
from reelway.video import Video


@dataclass(frozen=True, slots=True)
class Retries:
    """`send(key)` puts the event of an upload into the queue of planning, as S3 does."""

    uploads: Bucket
    videos: Videos
    reruns: Reruns
    send: Callable[[str], None]

    def retry(self, video_id: str, caller: Caller) -> Video:
        """Put the video, or its ladder, back into the queue; the video as it is then.

        A request that is repeated while the run lasts gets the same answer, and makes no second run: planning
        starts an execution once. Raises RequestRefused 404, 410, and 409 when there is nothing that another
        run could help.
        """
        video = known_or_deleted_video(video_id, self.videos, caller)
        if video.is_settled or video.rerun_id is None:
            self._check(video)
            # Without effect when another request came first, or the files are being removed.
            self.reruns.rerun(video_id, run_id=str(uuid.uuid4()))
            video = known_or_deleted_video(video_id, self.videos, caller)
            if video.failure:
                raise _gone()
        # A run whose event is lost is found by maintenance, as any upload is.
        self.send(keys.upload(video_id))
        return video

    def _check(self, video: Video) -> None:
        """Raises RequestRefused 409 unless another run may end better."""
        if not video.is_settled:
            raise _refused("nothing_to_retry", f"The video {video.video_id!r} is still being processed.")
        if video.failure is None:
            raise _refused("nothing_to_retry", f"The video {video.video_id!r} has not failed.")
        if not is_retryable(video.failure.code):
            problem = f"Another run of the same file would fail as this one did: {video.failure.message}"
            raise _refused("not_retryable", problem)
        if self.uploads.head(keys.upload(video.video_id)) is None:
            raise _gone()


def _gone() -> RequestRefused:
    return _refused("source_gone", "The uploaded file is no longer in storage. Upload it again.")


def _refused(code: AnswerCode, problem: str) -> RequestRefused:
    return RequestRefused(HTTPStatus.CONFLICT, code, problem)
