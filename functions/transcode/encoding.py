"""One chunk of a video, encoded into every rung's segments."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from reelway import documents, ffmpeg, keys
from reelway.frame_grid import GOPS_PER_SEGMENT
from reelway.hls import playlists
from reelway.hls.chunk_report import CHUNK_REPORT, ChunkReport
from reelway.hls.playlists import Segment
from reelway.hls.segment_file import segment_file
from reelway.plan import stills
from reelway.plan.chunks import Chunk
from reelway.plan.ladder import Rung
from reelway.plan.plan import Plan
from reelway.ports.encoder import Encoder
from reelway.ports.storage import Bucket
from reelway.ports.videos import Videos
from transcode.job import check_disk, check_upload, put_segment

# 90 chunks at once are then 90 writes per second to one item; DynamoDB takes 1,000.
_REPORT_EVERY_S = 1.0


@dataclass(frozen=True, slots=True)
class ChunkEncoder:
    """Encodes chunks with `threads` threads, each within `timeout_s` of wall-clock time."""

    uploads: Bucket
    media: Bucket
    videos: Videos
    encoder: Encoder
    threads: int
    timeout_s: float
    clock_s: Callable[[], float] = time.monotonic

    def encode(self, plan: Plan, chunk: Chunk, folder: Path) -> None:
        """Put the chunk's segments into the media bucket, then its report into the job area.

        Segment ids depend on the plan and the chunk alone, so a repeated attempt overwrites its own.
        Raises MediaRejected and ProcessingInterrupted.
        """
        check_upload(plan, self.uploads)
        deadline_s = self.clock_s() + self.timeout_s
        for command in self._attempts(plan, chunk, folder):
            frames_so_far = self.encoder.run(command, timeout_s=deadline_s - self.clock_s())
            self._report_progress(plan, frames_so_far)
            check_disk(folder)
            if _has_first_frame(plan, chunk, folder):
                break
        report = self._publish(plan, chunk, folder)
        self._put_stills(plan, chunk, folder)
        self.uploads.put(
            keys.chunk_report(plan.video_id, chunk.index),
            CHUNK_REPORT.dump(report),
            content_type=documents.CONTENT_TYPE,
        )

    def _attempts(self, plan: Plan, chunk: Chunk, folder: Path) -> list[list[str]]:
        """The command in variants, each of which begins to decode earlier before the chunk.

        Seeking goes by decoding time. Where frames are far apart it may land on the keyframe after the
        chunk's start, and the frame that is still shown there would be missed.
        """
        inputs = self._inputs(plan)
        attempts: list[list[str]] = []
        for preroll_s in ffmpeg.PREROLLS_S:
            command = ffmpeg.encode_chunk(
                plan, chunk, inputs, folder, threads=self.threads, preroll_s=preroll_s
            )
            if command not in attempts:
                attempts.append(command)
        return attempts

    def _inputs(self, plan: Plan) -> ffmpeg.ChunkInputs:
        source = plan.source
        if plan.remux_container:
            remuxed = self.uploads.url(keys.remuxed_source(plan.video_id))
            video = ffmpeg.Input(remuxed, request_bytes=ffmpeg.request_bytes(source))
        else:
            video = ffmpeg.uploaded(source, self.uploads.url(keys.upload(plan.video_id)))
        if plan.shares_upload:
            return ffmpeg.ChunkInputs(video, video)
        audio = ffmpeg.Input(self.uploads.url(keys.audio(plan.video_id))) if source.audio else None
        return ffmpeg.ChunkInputs(video, audio)

    def _report_progress(self, plan: Plan, frames_so_far: Iterable[int]) -> None:
        reported, last, reported_at_s = 0, 0, self.clock_s()
        for last in frames_so_far:
            if last > reported and self.clock_s() - reported_at_s >= _REPORT_EVERY_S:
                self.videos.add_progress(plan.video_id, run_id=plan.run_id, frames=last - reported)
                reported, reported_at_s = last, self.clock_s()
        if last > reported:
            self.videos.add_progress(plan.video_id, run_id=plan.run_id, frames=last - reported)

    def _publish(self, plan: Plan, chunk: Chunk, folder: Path) -> ChunkReport:
        """Upload the segments of every rung."""
        segments: dict[str, list[Segment]] = {rung.name: [] for rung in plan.rungs}
        captions = set[str]()
        for rung in plan.rungs:
            for index, gops in enumerate(_grouped(plan, rung, folder)):
                segment_id = keys.segment_id(plan.token, rung.name, chunk.index, index)
                made = segment_file((gop_s, folder / name) for gop_s, name in gops)
                put_segment(plan, segment_id, made.body, self.media)
                duration_s = _in_whole_frames(sum(gop_s for gop_s, _ in gops), plan, rung)
                segments[rung.name].append(Segment(segment_id, duration_s, len(made.body), made.i_frames))
                captions |= made.captions
        return ChunkReport({name: tuple(made) for name, made in segments.items()}, tuple(sorted(captions)))

    def _put_stills(self, plan: Plan, chunk: Chunk, folder: Path) -> None:
        """Leave the tiles and the poster in the job area; a chunk may have neither."""
        for key, path in (
            (keys.chunk_tiles(plan.video_id, chunk.index), ffmpeg.chunk_tiles(folder)),
            (keys.chunk_poster(plan.video_id), ffmpeg.chunk_poster(folder)),
        ):
            if path.exists() and path.stat().st_size:
                self.uploads.put_file(key, path, content_type=stills.CONTENT_TYPE)


def _in_whole_frames(duration_s: float, plan: Plan, rung: Rung) -> float:
    """A segment's exact duration: for the last one ffmpeg adds up rounded durations of frames."""
    rate = rung.rate(plan.grid)
    return round(float(max(1, round(duration_s * rate)) / rate), 6)  # EXTINF is written to the microsecond


def _has_first_frame(plan: Plan, chunk: Chunk, folder: Path) -> bool:
    """Whether the chunk's first frame was encoded; the first chunk may begin with any."""
    if chunk.start_frame is None:
        return True
    return _first_frame(plan, folder) == chunk.start_frame


def _grouped(plan: Plan, rung: Rung, folder: Path) -> list[list[tuple[float, str]]]:
    """The rung's GOPs, (duration in seconds, file name), grouped to segments at the plan's cuts.

    Frames after the last cut, where the source is longer than it declares, get segments of the regular
    length; where the source is the top rung, all cuts are known.
    """
    playlist = ffmpeg.chunk_playlist(folder, rung.name)
    listed = playlists.entries(playlist.read_text()) if playlist.exists() else []
    frame, cuts = _first_frame(plan, folder), set(plan.cuts)
    if frame is None or not listed:
        return []
    last_cut = max(plan.cuts, default=frame)
    segments: list[list[tuple[float, str]]] = [[]]
    for duration_s, name in listed:
        is_past = frame > last_cut and len(segments[-1]) == GOPS_PER_SEGMENT and not plan.keeps_source
        if segments[-1] and (frame in cuts or is_past):
            segments.append([])
        segments[-1].append((duration_s, name))
        frame += round(duration_s * plan.grid.rate)
    return segments


def _first_frame(plan: Plan, folder: Path) -> int | None:
    """The first frame of the grid that was encoded; None when there was none."""
    times_s = ffmpeg.chunk_times(folder).read_text().split(maxsplit=1)
    return round(float(times_s[0]) * plan.grid.rate) if times_s else None
