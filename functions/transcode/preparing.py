"""What is done once per file, before its chunks.

A standard source is published as it is, so that it can be played at once. Audio that cannot be copied is
encoded for the whole file, and a file in which ffmpeg cannot seek exactly is remuxed.
"""

import json
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from reelway import documents, failures, ffmpeg, keys
from reelway.damage import is_too_damaged
from reelway.errors import MediaRejected
from reelway.hls.passthrough.declarations import is_candidate
from reelway.hls.renditions import SOURCE_REPORT
from reelway.plan.plan import Plan, keeping_source
from reelway.plan.plan_document import PLAN
from reelway.ports.encoder import Encoder, Progress
from reelway.ports.storage import Bucket
from reelway.ports.videos import Videos
from reelway.video import LadderState, Loudness
from transcode.first_stills import FirstStills
from transcode.job import check_upload
from transcode.optional import Report, optional
from transcode.passthrough import NotStandard, StreamCopy, copied_source, cuts_of, publish_copy, why_replaced
from transcode.playlist_files import put_first_playlists
from transcode.unused import note_unused
from transcode.watching import Watch

_BYTES = "application/octet-stream"
_AUDIO = "audio/mp4"
# For so long READY may be late for the stills, which take a second of a slow processor.
_STILLS_S = 20
_LOUDNESS_BYTES = 4096  # the last ten of an hour's 36,000 measurements, of which the last one counts


@dataclass(frozen=True, slots=True)
class Preparer:
    """`log(decision, reason)` is called with each decision about the file.

    `report(what, reason)` is called for what the video goes without at first (`transcode.optional`).
    """

    uploads: Bucket
    media: Bucket
    videos: Videos
    encoder: Encoder
    timeout_s: float
    log: Callable[[str, str], None]
    report: Report
    clock_s: Callable[[], float] = time.monotonic

    def prepare(self, plan: Plan, folder: Path) -> Plan:
        """Write what the chunks read into the job area, and the prepared plan, which is returned.

        Takes `timeout_s` at most. Raises MediaRejected, ProcessingInterrupted and VideoGone.
        """
        Watch(self.videos, plan, self.clock_s).check()
        check_upload(plan, self.uploads)
        deadline_s = self.clock_s() + self.timeout_s
        upload = ffmpeg.uploaded(plan.source, self.uploads.url(keys.upload(plan.video_id)))
        copy = self._standard_copy(plan, upload, folder, deadline_s)
        prepared = self._publish_copy(plan, copy) if copy else plan
        if prepared.keeps_source and prepared.source.audio:
            self._put_job_file(keys.audio(plan.job), ffmpeg.audio_file(folder), _AUDIO)
        elif not prepared.shares_upload:
            prepared = self._with_audio(prepared, upload, folder, deadline_s)
        self._make_seekable(prepared, upload, folder, deadline_s)
        check_upload(plan, self.uploads)  # again: it may have been replaced in the middle
        self._put_json(keys.prepared_plan(plan.job), PLAN.dump(prepared))
        self._put_chunk_list(prepared)
        return prepared

    def _standard_copy(
        self, plan: Plan, upload: ffmpeg.Input, folder: Path, deadline_s: float
    ) -> StreamCopy | None:
        if not is_candidate(plan.source):
            return None
        try:
            return copied_source(plan, upload, folder, lambda command: self._run(plan, command, deadline_s))
        except (NotStandard, MediaRejected) as reason:
            self.log("not standard", str(reason))
            return None

    def _publish_copy(self, plan: Plan, copy: StreamCopy) -> Plan:
        """Make the video READY with the copy as its only rendition; the plan for the encoded ones.

        Of two that prepare one video, because the first was given up and went on, the second may come when
        all renditions are published; it must not take them off the playlists.
        """
        check_upload(plan, self.uploads)
        found = publish_copy(plan, copy, self.media, Watch(self.videos, plan, self.clock_s).look)
        with optional("first stills", self.report):
            FirstStills(plan, self.media, self._make_stills).publish(copy)
        put_first_playlists(plan.video_id, [found], self.media)
        note_unused(plan.video_id, self.uploads)
        self.videos.finish(
            plan.video_id, run_id=plan.run_id, renditions=[found.rendition], ladder=LadderState.ENCODING
        )
        reason = why_replaced(plan, copy, found)
        if reason:
            self.log("published, to be replaced", reason)
            return plan
        self.log("published for good", f"{len(found.segments)} segments")
        self._put_json(keys.source_report(plan.job), SOURCE_REPORT.dump(found))
        return keeping_source(plan, cuts_of(plan, copy, found))

    def _make_stills(self, command: list[str]) -> None:
        for _ in self.encoder.run(command, timeout_s=_STILLS_S):
            pass

    def _with_audio(self, plan: Plan, upload: ffmpeg.Input, folder: Path, deadline_s: float) -> Plan:
        """Encode or copy the audio for all chunks.

        Returns the plan with the loudness of what was encoded, or, where the audio stream has no packets,
        without audio.
        """
        audio = plan.source.audio
        if audio is None:
            return plan
        last, rejection = Progress(), None
        try:
            for progress in self._run(plan, ffmpeg.audio(plan, audio, upload, folder), deadline_s):
                last = progress
        except MediaRejected as caught:
            rejection = caught
        packets = _packet_count(ffmpeg.audio_packets(folder))
        if not packets:
            self.log("silent", "the audio stream is empty")
            return replace(plan, source=replace(plan.source, audio=None))
        if rejection:
            raise rejection
        if is_too_damaged(last.audio_errors, of=packets):
            raise last.cause or failures.undecodable_audio()
        self._put_job_file(keys.audio(plan.job), ffmpeg.audio_file(folder), _AUDIO)
        return plan if plan.keeps_audio else replace(plan, loudness=_measured_loudness(folder))

    def _make_seekable(self, plan: Plan, upload: ffmpeg.Input, folder: Path, deadline_s: float) -> None:
        if plan.remux_container:
            remuxed = folder / "source"
            for _ in self._run(plan, ffmpeg.remux(plan.remux_container, upload, remuxed), deadline_s):
                pass
            self._put_job_file(keys.remuxed_source(plan.job), remuxed, _BYTES)

    def _run(self, plan: Plan, command: list[str], deadline_s: float) -> Iterator[Progress]:
        """Frames that are copied are no progress; what counts is whether the video is still there."""
        run = self.encoder.run(command, timeout_s=deadline_s - self.clock_s())
        return Watch(self.videos, plan, self.clock_s).over(run, counts_frames=False)

    def _put_job_file(self, key: str, path: Path, content_type: str) -> None:
        self.uploads.put_file(key, path, content_type=content_type)

    def _put_chunk_list(self, plan: Plan) -> None:
        """A bare array, without a version: Step Functions reads it, not we."""
        indexes = json.dumps([chunk.index for chunk in plan.chunks])
        self._put_json(keys.chunk_list(plan.job), indexes.encode())

    def _put_json(self, key: str, body: bytes) -> None:
        self.uploads.put(key, body, content_type=documents.CONTENT_TYPE)


def _measured_loudness(folder: Path) -> Loudness:
    with ffmpeg.loudness_file(folder).open("rb") as file:
        file.seek(max(0, file.seek(0, os.SEEK_END) - _LOUDNESS_BYTES))
        return ffmpeg.loudness_of(file.read().decode())


def _packet_count(framecrc: Path) -> int:
    """How many packets ffmpeg's framecrc muxer has listed in the file, which need not exist."""
    if not framecrc.exists():
        return 0
    with framecrc.open() as lines:
        return sum(not line.startswith("#") for line in lines)
