"""What becomes of an unfinished video of which no execution seems to be running."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from reelway import failures, keys
from reelway.ports.reruns import Reruns
from reelway.ports.storage import Bucket
from reelway.ports.unfinished import Unfinished, UnfinishedVideos
from reelway.ports.videos import Videos
from reelway.ports.workflows import ExecutionStatus, Workflows
from reelway.timestamps import utc_now
from reelway.video import Failure, LadderState, State

# The queue keeps an event until it is planned or has failed for good, for half a day and more. What comes on
# top of it is rarer and rarer, so that an outage is not made worse.
_FIRST_PAUSE = timedelta(minutes=15)
_MAX_DOUBLINGS = 7  # to 32 hours
# As long as a step is tried again that fails by a fault of ours.
_BEGUN_AGAIN_FOR = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Settler:
    """`replan(video_id)` puts an event into the queue of planning, as S3 would have.

    `describing()` is called before Step Functions is asked about an execution, and may wait.
    `log_error(message, **about)` logs a run that has ended without a word. `ago` gives the ISO 8601 time that
    lies so far back.
    """

    uploads: Bucket
    videos: Videos
    reruns: Reruns
    lists: UnfinishedVideos
    workflows: Workflows
    replan: Callable[[str], None]
    describing: Callable[[], None]
    log_error: Callable[..., None]
    ago: Callable[[timedelta], str] = utc_now

    def settle(self, video: Unfinished) -> bool:
        """Whether there was anything to do."""
        if video.state is State.UPLOADED:
            return self._begin(video)
        is_unfinished = video.state is State.PROCESSING or video.ladder is LadderState.ENCODING
        return is_unfinished and self._settle_run(video)

    def _settle_run(self, video: Unfinished) -> bool:
        """Planning writes PROCESSING before it starts the execution, and may wait for a retry between; a
        ladder that is begun again is ENCODING before it is planned.

        That somebody has stopped an execution is a decision; no other end of one is.
        """
        self.describing()
        status = self.workflows.status(video.execution)
        if status is ExecutionStatus.RUNNING:
            return False
        if status is None:
            return self._begin(video)
        if status is ExecutionStatus.STOPPED or video.since <= self.ago(_BEGUN_AGAIN_FOR):
            return self._fail(video, failures.processing_lost())
        return self._begin(video, is_run_lost=True)

    def _begin(self, video: Unfinished, *, is_run_lost: bool = False) -> bool:
        """Have the run planned, or, where it is lost, another one."""
        if not self._is_due(video):
            return False
        if self.uploads.head(keys.upload(video.video_id)) is None:
            return self._fail(video, failures.upload_lost())
        if is_run_lost and not self._rerun(video):
            return False
        self.replan(video.video_id)
        self.lists.note_replan(video)
        return True

    def _rerun(self, video: Unfinished) -> bool:
        """A write that is not followed by its event leaves a run that was not started."""
        execution = video.execution
        if not self.reruns.rerun_lost(video.video_id, run_id=str(uuid.uuid4()), execution=execution):
            return False
        self.log_error("processing ended without a word", video_id=video.video_id, execution=execution)
        return True

    def _fail(self, video: Unfinished, failure: Failure) -> bool:
        fail = self.videos.fail_ladder if video.state is State.READY else self.videos.fail
        return fail(video.video_id, failure, execution=video.execution)

    def _is_due(self, video: Unfinished) -> bool:
        if video.replanned_at is None:
            return True
        pause = _FIRST_PAUSE * 2 ** min(max(0, video.replans - 1), _MAX_DOUBLINGS)
        return video.replanned_at <= self.ago(pause)
