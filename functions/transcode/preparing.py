"""What is done once per file, before its chunks.

A standard source is published as it is, so that it can be played at once. Sound that cannot be copied is
encoded for the whole file, and a container that cannot be sought exactly is replaced.
"""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from reelway import ffmpeg, keys
from reelway.errors import MediaRejected
from reelway.hls import passthrough, renditions
from reelway.plan import plan as plans
from reelway.plan.plan import Plan, keeping_source
from reelway.ports import Bucket, Encoder, Videos
from reelway.video import LadderState
from transcode.job import check_upload
from transcode.passthrough import Copy, NotStandard, copied, kept_cuts, publish_copy
from transcode.publishing import put_playlists

_BYTES = "application/octet-stream"
_SOUND = "audio/mp4"


@dataclass(frozen=True, slots=True)
class Preparer:
    """`tell(what, why)` is called of each decision that was made about the file, for the log."""

    uploads: Bucket
    media: Bucket
    videos: Videos
    encoder: Encoder
    timeout_s: float
    tell: Callable[[str, str], None]
    clock_s: Callable[[], float] = time.monotonic

    def prepare(self, plan: Plan, folder: Path) -> Plan:
        """Write the job area's prepared plan and what its chunks read; that plan.

        All of it within `timeout_s`. Raises MediaRejected and ProcessingInterrupted.
        """
        check_upload(plan, self.uploads)
        deadline_s = self.clock_s() + self.timeout_s
        upload = ffmpeg.uploaded(plan.source, self.uploads.url(keys.upload(plan.video_id)))
        copy = self._standard_copy(plan, upload, folder, deadline_s)
        prepared = self._publish_copy(plan, copy) if copy else plan
        if prepared.keeps_source and prepared.source.audio:
            self._put_job_file(keys.audio(plan.video_id), ffmpeg.audio_file(folder), _SOUND)
        elif not prepared.shares_upload:
            prepared = self._with_sound(prepared, upload, folder, deadline_s)
        self._make_seekable(prepared, upload, folder, deadline_s)
        self._put_json(keys.prepared_plan(plan.video_id), plans.to_json(prepared))
        self._put_json(keys.chunk_list(plan.video_id), json.dumps([c.index for c in prepared.chunks]))
        return prepared

    def _standard_copy(
        self, plan: Plan, upload: ffmpeg.Input, folder: Path, deadline_s: float
    ) -> Copy | None:
        if not passthrough.is_candidate(plan.source):
            return None
        try:
            return copied(plan, upload, folder, self.encoder, timeout_s=deadline_s - self.clock_s())
        except (NotStandard, MediaRejected) as doubt:
            self.tell("not standard", str(doubt))
            return None

    def _publish_copy(self, plan: Plan, copy: Copy) -> Plan:
        """READY, with the copy as the only rendition; the plan for those behind it."""
        found = publish_copy(plan, copy, self.media)
        put_playlists(plan.video_id, [found], self.media)
        self.videos.finish(
            plan.video_id, run_id=plan.run_id, renditions=[found.rendition], ladder=LadderState.ENCODING
        )
        cuts = kept_cuts(plan, copy, found)
        if isinstance(cuts, str):
            self.tell("published, to be replaced", cuts)
            return plan
        self.tell("published for good", f"{len(found.segments)} segments")
        self._put_json(keys.source_report(plan.video_id), renditions.to_json(found))
        return keeping_source(plan, cuts)

    def _with_sound(self, plan: Plan, upload: ffmpeg.Input, folder: Path, deadline_s: float) -> Plan:
        """The sound for all chunks; a track that is declared, but of which nothing comes, is passed over."""
        sound = plan.source.audio
        if sound is None:
            return plan
        try:
            self._run(ffmpeg.audio(plan.source, sound, upload, folder), deadline_s)
        except MediaRejected:
            if _has_packets(ffmpeg.audio_packets(folder)):
                raise
        if not _has_packets(ffmpeg.audio_packets(folder)):
            self.tell("silent", "the sound track is empty")
            return replace(plan, source=replace(plan.source, audio=None))
        self._put_job_file(keys.audio(plan.video_id), ffmpeg.audio_file(folder), _SOUND)
        return plan

    def _make_seekable(self, plan: Plan, upload: ffmpeg.Input, folder: Path, deadline_s: float) -> None:
        if plan.remux_container:
            remuxed = folder / "source"
            self._run(ffmpeg.remux(plan.remux_container, upload, remuxed), deadline_s)
            self._put_job_file(keys.remuxed_source(plan.video_id), remuxed, _BYTES)

    def _run(self, command: list[str], deadline_s: float) -> None:
        for _ in self.encoder.run(command, timeout_s=deadline_s - self.clock_s()):
            pass

    def _put_job_file(self, key: str, path: Path, content_type: str) -> None:
        self.uploads.put_file(key, path, content_type=content_type)

    def _put_json(self, key: str, text: str) -> None:
        self.uploads.put(key, text.encode(), content_type="application/json")


def _has_packets(listed: Path) -> bool:
    """Whether a list that ffmpeg's framecrc muxer has written, if it came to that, tells of any packet."""
    if not listed.exists():
        return False
    with listed.open() as lines:
        return any(not line.startswith("#") for line in lines)
