"""One chunk of a video, encoded into every rung's segments."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

from reelway import documents, failures, ffmpeg, keys
from reelway.frame_grid import GOPS_PER_SEGMENT
from reelway.hls import playlists
from reelway.hls.chunk_report import CHUNK_REPORT, ChunkReport
from reelway.hls.passthrough.declarations import MAX_TAIL_S
from reelway.hls.passthrough.packets import packets_by_stream
from reelway.hls.playlists import Segment
from reelway.hls.segment_file import segment_file
from reelway.plan import stills
from reelway.plan.chunks import Chunk
from reelway.plan.ladder import Rung
from reelway.plan.plan import Plan
from reelway.ports.encoder import Encoder, Progress
from reelway.ports.storage import Bucket
from reelway.ports.videos import Videos
from transcode.chunk_attempts import Attempt, Attempts
from transcode.job import check_upload, put_segment
from transcode.optional import Report, optional
from transcode.watching import Watch


@dataclass(frozen=True, slots=True)
class ChunkEncoder:
    """Encodes chunks with `threads` threads, each within `timeout_s` of wall-clock time.

    `report(what, reason)` is called for what a chunk goes without (`transcode.optional`).
    """

    uploads: Bucket
    media: Bucket
    videos: Videos
    encoder: Encoder
    threads: int
    timeout_s: float
    report: Report
    clock_s: Callable[[], float] = time.monotonic

    def encode(self, plan: Plan, chunk: Chunk, folder: Path) -> None:
        """Put the chunk's segments into the media bucket, then its report into the job area.

        Segment ids depend on the plan and the chunk alone, so a repeated attempt overwrites its own.
        Raises MediaRejected, ProcessingInterrupted and VideoGone.
        """
        watch = Watch(self.videos, plan, self.clock_s, chunk.index)
        watch.check()
        check_upload(plan, self.uploads)
        made = self._attempts(plan, chunk, folder, watch).best()
        check_upload(plan, self.uploads)  # again: it may have been replaced in the middle
        report = self._publish(plan, chunk, made)
        with optional("stills of a chunk", self.report):
            self._put_stills(plan, chunk, made.folder)
        self.uploads.put(
            keys.chunk_report(plan.job, chunk.index),
            CHUNK_REPORT.dump(report),
            content_type=documents.CONTENT_TYPE,
        )

    def _attempts(self, plan: Plan, chunk: Chunk, folder: Path, watch: Watch) -> Attempts:
        inputs, deadline_s = self._inputs(plan), self.clock_s() + self.timeout_s

        def command(attempt_folder: Path, preroll_s: int | None) -> list[str]:
            return ffmpeg.encode_chunk(
                plan, chunk, inputs, attempt_folder, threads=self.threads, preroll_s=preroll_s
            )

        def run(command: list[str]) -> Iterator[Progress]:
            return watch.over(self.encoder.run(command, timeout_s=deadline_s - self.clock_s()))

        return Attempts(plan, chunk, folder, command, run)

    def _inputs(self, plan: Plan) -> ffmpeg.ChunkInputs:
        source = plan.source
        if plan.remux_container:
            remuxed = self.uploads.url(keys.remuxed_source(plan.job))
            video = ffmpeg.Input(remuxed, request_bytes=ffmpeg.request_bytes(source))
        else:
            video = ffmpeg.uploaded(source, self.uploads.url(keys.upload(plan.video_id)))
        if plan.shares_upload:
            return ffmpeg.ChunkInputs(video, video)
        audio = ffmpeg.Input(self.uploads.url(keys.audio(plan.job))) if source.audio else None
        return ffmpeg.ChunkInputs(video, audio)

    def _publish(self, plan: Plan, chunk: Chunk, made: Attempt) -> ChunkReport:
        """Upload the segments of every rung."""
        segments: dict[str, tuple[Segment, ...]] = {}
        captions = set[str]()
        for rung in plan.rungs:
            listed: list[Segment] = []
            for index, gops in enumerate(_grouped(plan, rung, made)):
                segment_id = keys.segment_id(plan.token, rung.name, chunk.index, index)
                file = segment_file((gop_s, made.folder / name) for gop_s, name in gops)
                put_segment(plan, segment_id, file.body, self.media)
                duration_s = _in_whole_frames(sum(gop_s for gop_s, _ in gops), plan, rung)
                listed.append(Segment(segment_id, duration_s, len(file.body), file.i_frames))
                captions |= file.captions
            segments[rung.name] = _with_audio_tail(listed, plan, chunk, made)
        return ChunkReport(
            segments,
            captions=tuple(sorted(captions)),
            frames=made.frames,
            lost_frames=made.lost_frames,
            decode_errors=made.decode_errors,
            cause=failures.failure_of(made.cause) if made.cause else None,
        )

    def _put_stills(self, plan: Plan, chunk: Chunk, folder: Path) -> None:
        """Leave the tiles and the poster in the job area; a chunk may have neither."""
        for key, path in (
            (keys.chunk_tiles(plan.job, chunk.index), ffmpeg.chunk_tiles(folder)),
            (keys.chunk_poster(plan.job), ffmpeg.chunk_poster(folder)),
        ):
            if path.exists() and path.stat().st_size:
                self.uploads.put(key, path.read_bytes(), content_type=stills.CONTENT_TYPE)


def _with_audio_tail(segments: list[Segment], plan: Plan, chunk: Chunk, made: Attempt) -> tuple[Segment, ...]:
    """Where the video ends within the chunk, the last segment lasts as long as its audio, if that is longer.

    A frame is held for audio that is declared; what remains are frames of AAC, and wrong declarations, of
    which a second at most is listed.
    """
    listed = ffmpeg.chunk_audio_packets(made.folder)
    if not segments or made.end_frame >= chunk.end_frame or not listed.exists():
        return tuple(segments)
    heard = packets_by_stream(listed.read_text()).get(0, [])
    # All frames of AAC are of one length; MP4 declares less of the last one.
    frame_s = max((packet.duration_s for packet in heard), default=Fraction(0))
    end_s = max((packet.time_s for packet in heard), default=Fraction(0)) + frame_s
    video_end_s = float((made.first_frame or 0) / plan.grid.rate) + playlists.duration_s(segments)
    tail_s = float(end_s) - video_end_s
    *others, last = segments
    return *others, replace(last, duration_s=round(last.duration_s + min(max(0.0, tail_s), MAX_TAIL_S), 6))


def _in_whole_frames(duration_s: float, plan: Plan, rung: Rung) -> float:
    """A segment's exact duration: for the last one ffmpeg adds up rounded durations of frames."""
    rate = rung.rate(plan.grid)
    return round(float(max(1, round(duration_s * rate)) / rate), 6)  # EXTINF is written to the microsecond


def _grouped(plan: Plan, rung: Rung, made: Attempt) -> list[list[tuple[float, str]]]:
    """The rung's GOPs, (duration in seconds, file name), grouped to segments at the plan's cuts.

    Frames after the last cut, where the source is longer than it declares, get segments of the regular
    length; where the source is the top rung, all cuts are known.
    """
    playlist = ffmpeg.chunk_playlist(made.folder, rung.name)
    listed = playlists.entries(playlist.read_text()) if playlist.exists() else []
    frame, cuts = made.first_frame, set(plan.cuts)
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
