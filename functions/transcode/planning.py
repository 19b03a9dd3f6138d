"""From the S3 event to a running execution: probe, decide, mark PROCESSING, start."""

import secrets
import uuid
from dataclasses import dataclass

from reelway import keys
from reelway import plan as plans
from reelway.errors import MediaRejected
from reelway.plan import Plan, plan_for
from reelway.ports import Bucket, Encoder, Videos, Workflows
from reelway.probe import Limits, source_of
from reelway.video import Failure

_TOKEN_BYTES = 12


@dataclass(frozen=True, slots=True)
class Planner:
    """Plans uploads; every step may be repeated, because S3 delivers its events at least once."""

    uploads: Bucket
    videos: Videos
    encoder: Encoder
    workflows: Workflows
    limits: Limits
    chunk_s: int

    def accept(self, video_id: str) -> None:
        """Process the upload of `video_id`, unless it is gone, failed, or done already.

        A file that cannot become a video is recorded as FAILED here, with the reason.
        """
        size_bytes = self.uploads.size(keys.upload(video_id))
        if size_bytes is None:
            return
        self.videos.create(video_id, size_bytes=size_bytes)
        video = self.videos.find(video_id)
        if video is None or video.state.is_final:
            return
        try:
            plan = self._stored_plan(video_id) or self._new_plan(video_id, size_bytes)
        except MediaRejected as rejection:
            self.videos.fail(video_id, Failure(rejection.code, rejection.detail))
            return
        self.videos.start(
            video_id,
            run_id=plan.run_id,
            duration_s=plan.source.duration_s,
            total_frames=plan.total_frames,
        )
        self.workflows.start(video_id, {"videoId": video_id, "chunks": [c.index for c in plan.chunks]})

    def _new_plan(self, video_id: str, size_bytes: int) -> Plan:
        """Only the first plan is kept, so that two deliveries of one event work on the same segments."""
        probed = self.encoder.probe(self.uploads.url(keys.upload(video_id)))
        plan = plan_for(
            video_id,
            source_of(probed, size_bytes, self.limits),
            run_id=str(uuid.uuid4()),
            token=secrets.token_hex(_TOKEN_BYTES),
            chunk_s=self.chunk_s,
        )
        body = plans.to_json(plan).encode()
        if self.uploads.put_if_absent(keys.plan(video_id), body, content_type="application/json"):
            return plan
        return self._stored_plan(video_id) or plan

    def _stored_plan(self, video_id: str) -> Plan | None:
        stored = self.uploads.read(keys.plan(video_id))
        return plans.from_json(stored.decode()) if stored else None
