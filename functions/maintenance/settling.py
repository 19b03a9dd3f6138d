"""What becomes of an unfinished video of which no execution seems to be running."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from reelway import failures, keys
from reelway.ports.storage import Bucket
from reelway.ports.unfinished import Unfinished, UnfinishedVideos
from reelway.ports.videos import Videos
from reelway.ports.workflows import Workflows
from reelway.timestamps import utc_now
from reelway.video import Failure, LadderState, State

# The queue keeps an event until it is planned or has failed for good, for half a day and more. What comes on
# top of it is rarer and rarer, so that an outage is not made worse.
_FIRST_PAUSE = timedelta(minutes=15)
_MAX_DOUBLINGS = 7  # to 32 hours


@dataclass(frozen=True, slots=True)
class Settler:
    """`replan(video_id)` puts an event into the queue of planning, as S3 would have.

    `describing()` is called before Step Functions is asked about an execution, and may wait. `ago` gives the
    ISO 8601 time that lies so far back.
    """

    uploads: Bucket
    videos: Videos
    lists: UnfinishedVideos
    workflows: Workflows
    replan: Callable[[str], None]
    describing: Callable[[], None]
    ago: Callable[[timedelta], str] = utc_now

    def settle(self, video: Unfinished) -> bool:
        """Whether there was anything to do."""
        if video.state is State.UPLOADED:
            return self._replan_or_fail(video)
        is_unfinished = video.state is State.PROCESSING or video.ladder is LadderState.ENCODING
        return is_unfinished and not self._is_running(video) and self._end_or_replan(video)

    def _end_or_replan(self, video: Unfinished) -> bool:
        """Planning writes PROCESSING before it starts the execution, and may wait for a retry between; a
        ladder that is begun again is ENCODING before it is planned.
        """
        self.describing()
        if self.workflows.was_started(video.execution):
            return self._fail(video, failures.processing_lost())
        return self._replan_or_fail(video)

    def _replan_or_fail(self, video: Unfinished) -> bool:
        if not self._is_due(video):
            return False
        if self.uploads.head(keys.upload(video.video_id)) is None:
            return self._fail(video, failures.upload_lost())
        self.replan(video.video_id)
        self.lists.note_replan(video)
        return True

    def _fail(self, video: Unfinished, failure: Failure) -> bool:
        fail = self.videos.fail_ladder if video.state is State.READY else self.videos.fail
        return fail(video.video_id, failure, execution=video.execution)

    def _is_due(self, video: Unfinished) -> bool:
        if video.replanned_at is None:
            return True
        pause = _FIRST_PAUSE * 2 ** min(max(0, video.replans - 1), _MAX_DOUBLINGS)
        return video.replanned_at <= self.ago(pause)

    def _is_running(self, video: Unfinished) -> bool:
        self.describing()
        return self.workflows.is_running(video.execution)
