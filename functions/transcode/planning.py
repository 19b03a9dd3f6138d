"""From the S3 event to a running execution: probe, decide, mark PROCESSING, start."""

import secrets
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass

from reelway import documents, failures, keys
from reelway.admission import Run, minutes_of
from reelway.attempts import attempts
from reelway.errors import MediaRejected
from reelway.interruptions import Interruption, interrupted
from reelway.plan.chunk_length import Pace, cost_of
from reelway.plan.plan import Plan, plan_for
from reelway.plan.plan_document import PLAN
from reelway.playback_tokens import SIGNED_SEGMENTS
from reelway.ports.admissions import Admissions
from reelway.ports.encoder import Encoder
from reelway.ports.storage import Bucket, ObjectHead
from reelway.ports.videos import Videos
from reelway.ports.workflows import Workflows
from reelway.probe import durations
from reelway.probe.inspection import source_of
from reelway.probe.limits import Limits, check_size
from reelway.probe.report import Report
from reelway.recording import record_direct
from reelway.video import Failure, Playback, Video, execution_name
from transcode.replacements import Replacements

_TOKEN_BYTES = 12  # 96 bits, which nobody guesses
# `POST /upload` writes the video's record right after the file; these are 3.1 s in all.
_RECORD_PAUSES_S = (0.1, 0.2, 0.4, 0.8, 1.6)
_RECEIVER_ENDED_S = 60  # twice the 29 s that its function may run


@dataclass(frozen=True, slots=True)
class Planner:
    """Plans uploads; every step may be repeated, because S3 delivers its events at least once.

    `send(key, delay_s=…)` sends the event of an upload once more: waiting is no failure, however long it
    lasts. `log(message, **about)` logs. Audio is normalized to `loudness_target_lufs`, if that is given.
    """

    uploads: Bucket
    replacements: Replacements
    videos: Videos
    encoder: Encoder
    workflows: Workflows
    admissions: Admissions
    send: Callable[..., None]
    log: Callable[..., None]
    limits: Limits
    pace: Pace
    loudness_target_lufs: int | None = None
    now_s: Callable[[], float] = time.time
    sleep: Callable[[float], None] = time.sleep

    def accept(self, video_id: str) -> Failure | None:
        """Process the upload of `video_id`, unless it is gone, failed, or done already, or has to wait.

        A file that was stored for a video after all that it had was removed is deleted as well.

        A file that cannot become a video is recorded as FAILED here; the reason is returned.
        """
        upload = self.uploads.head(keys.upload(video_id))
        if upload is None:
            return None
        video = self._recorded(video_id, upload)
        if video is None and self.videos.was_purged(video_id):  # until then it may be restored
            self.uploads.delete(keys.upload(video_id))
        if video is None:
            return None
        known = self._stored_plan(video)
        if accepted := known or self._first_plan(video):
            upload = self.replacements.undo(accepted, upload)
        if video.is_settled:
            return None
        try:
            plan = known or self._new_plan(video, upload)
        except MediaRejected as rejection:
            return self._reject(video, failures.failure_of(rejection))
        run = _run_of(plan, since=video.updated_at)
        pause_s = self.admissions.pause_s(run)
        if pause_s is not None:
            self.send(keys.upload(video_id), delay_s=pause_s)
            self.log("waits to be admitted", minutes=run.minutes, since=run.since, pause_s=pause_s)
        elif not self._is_begun(plan):
            self.admissions.release(run.execution)
        return None

    def _is_begun(self, plan: Plan) -> bool:
        """Start the run's execution, unless the video was deleted, or has ended, in the meantime."""
        self.videos.start(
            plan.video_id,
            run_id=plan.run_id,
            duration_s=plan.source.duration_s,
            total_frames=plan.total_frames,
        )
        video = self.videos.find(plan.video_id)
        if video is None or video.run_id != plan.run_id or video.is_settled:
            return False
        begun = {"videoId": plan.video_id, "runId": plan.run_id, "job": plan.job}
        self.workflows.start(video.execution_name, begun)
        return True

    def _reject(self, video: Video, failure: Failure) -> Failure:
        """The video becomes FAILED, or, if it is READY and waits for a ladder, its ladder does."""
        if not self.videos.fail(video.video_id, failure, execution=video.execution_name):
            self.videos.fail_ladder(video.video_id, failure, execution=video.execution_name)
        return failure

    def _recorded(self, video_id: str, upload: ObjectHead) -> Video | None:
        """The video's record; None when its upload failed or it was deleted.

        Uploads straight to S3 get their record here; that of `POST /upload` is waited for. Raises
        ProcessingInterrupted while the function that received it may still write the record. A file that
        stays without one is pending, and removed by maintenance.
        """
        if record_direct(video_id, upload, self.videos):
            return self.videos.find(video_id)
        for _ in attempts(_RECORD_PAUSES_S, self.sleep):
            video = self.videos.find(video_id)
            if video or self.videos.was_deleted(video_id):
                return video
        if self.now_s() - upload.stored_at_s < _RECEIVER_ENDED_S:
            raise interrupted(Interruption.NOT_RECORDED, video_id)
        return None

    def _new_plan(self, video: Video, upload: ObjectHead) -> Plan:
        """Only a job's first plan is kept, so that two deliveries of one event work on the same segments."""
        limits = self.limits.within(size_bytes=video.max_bytes, duration_s=video.max_duration_s)
        check_size(upload.size_bytes, limits)
        key = keys.upload(video.video_id)
        report = self._report(self.uploads.url(key))
        probed = self.uploads.head(key)
        if probed and probed.etag != upload.etag:  # the report may be of either
            raise interrupted(Interruption.UPLOAD_CHANGED, key)
        plan = plan_for(
            video.video_id,
            source_of(report, upload.size_bytes, limits),
            run_id=video.rerun_id or str(uuid.uuid4()),
            token=_token(video),
            etag=upload.etag,
            pace=self.pace,
            loudness_target_lufs=self.loudness_target_lufs,
            is_rerun=video.rerun_id is not None,
        )
        if self.uploads.put_if_absent(
            keys.plan(plan.job), PLAN.dump(plan), content_type=documents.CONTENT_TYPE
        ):
            return plan
        first = self._stored_plan(video)
        if first is None:  # deleted in between, with all that belongs to the video
            raise interrupted(Interruption.PLAN_MISSING, plan.job)
        self.replacements.undo(first, upload)
        return first

    def _report(self, url: str) -> Report:
        """The probe's report, completed by reading the whole file where durations are missing."""
        report = self.encoder.probe(url)
        if not durations.are_missing(report):
            return report
        try:
            ends_s = self.encoder.measure(url)
        except MediaRejected:
            if report.duration_s:  # of the whole, which does
                return report
            raise
        return durations.added(report, ends_s)

    def _stored_plan(self, video: Video) -> Plan | None:
        return self._plan_of(keys.job(video.video_id, video.rerun_id))

    def _first_plan(self, video: Video) -> Plan | None:
        """That of the first run, if the video is to be begun again: its file was accepted then."""
        return self._plan_of(keys.job(video.video_id)) if video.rerun_id else None

    def _plan_of(self, job: str) -> Plan | None:
        stored = self.uploads.read(keys.plan(job))
        return PLAN.load(stored) if stored else None


def _run_of(plan: Plan, *, since: str) -> Run:
    """What asks to be admitted; the video is UPLOADED, or is to be begun again, `since` this time."""
    cost = cost_of(plan.source.video, plan.grid, plan.rungs)
    name = execution_name(plan.video_id, plan.run_id)
    return Run(name, minutes_of(plan.source.shown_s, cost), since)


def _token(video: Video) -> str:
    """Of the plan's segments, by whose names the distribution knows those of a signed video."""
    token = secrets.token_hex(_TOKEN_BYTES)
    return f"{SIGNED_SEGMENTS}{token}" if video.playback is Playback.SIGNED else token
