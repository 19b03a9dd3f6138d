"""The last step: check what was encoded, write the playlists and the stills, mark the video READY."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from reelway import failures, ffmpeg, keys
from reelway.damage import is_too_damaged
from reelway.errors import VideoGone
from reelway.hls import playlists
from reelway.hls.chunk_report import CHUNK_REPORT, ChunkReport
from reelway.hls.playlists import Segment
from reelway.hls.pruning import worth_publishing
from reelway.hls.renditions import SOURCE_REPORT, MeasuredRendition, measured_rendition
from reelway.interruptions import Interruption, interrupted
from reelway.plan import stills
from reelway.plan.ladder import Rung
from reelway.plan.plan import Plan
from reelway.ports.encoder import Encoder
from reelway.ports.storage import Bucket
from reelway.ports.videos import Videos
from reelway.video import LadderState, Rendition
from transcode.optional import Report, optional
from transcode.playlist_files import put_playlists
from transcode.unused import note_unused

# Encoding stops at a time, and the last frame before it may be so much earlier: low rates have frames far
# apart.
_LAST_FRAMES_S = 1.0


@dataclass(frozen=True, slots=True)
class Publisher:
    """Makes the sprite within `timeout_s`.

    `report(what, reason)` is called for what the video goes without (`transcode.optional`).
    """

    uploads: Bucket
    media: Bucket
    videos: Videos
    encoder: Encoder
    timeout_s: float
    report: Report

    def publish(self, plan: Plan, folder: Path) -> bool:
        """Publish what is worth it and mark the video READY, or, if it is READY, its ladder complete.

        False when an earlier attempt did. Raises VideoGone when the video takes no result of this run any
        more, MediaRejected when too much of the file is damaged (`undecodable`, or the bound that was the
        reason), `truncated` when much less was decoded than the file declared and `wrong_duration` when it
        did not end, and ProcessingInterrupted when a report is missing.
        """
        reports = self._reports(plan)
        _check_damage(reports)
        by_rung = _segments(plan, reports)
        _check_duration(plan, by_rung, frames=_frames(reports))
        captions = {channel for report in reports for channel in report.captions}
        found = [_measured(plan, rung, by_rung[rung.name], captions) for rung in plan.rungs]
        if plan.keeps_source:
            found.insert(0, SOURCE_REPORT.load(self._read(keys.source_report(plan.job))))
        self._publish_stills(plan, folder, duration_s=playlists.duration_s(found[-1].segments))
        kept = worth_publishing(found)
        put_playlists(plan.video_id, kept, self.media)
        note_unused(plan.video_id, self.uploads)
        return self._settle(plan, [each.rendition for each in kept])

    def _settle(self, plan: Plan, found: list[Rendition]) -> bool:
        is_now_ready = self.videos.finish(
            plan.video_id,
            run_id=plan.run_id,
            renditions=found,
            ladder=LadderState.COMPLETE,
            loudness=plan.loudness,
        )
        if is_now_ready or self.videos.complete_ladder(
            plan.video_id, run_id=plan.run_id, renditions=found, loudness=plan.loudness
        ):
            return True
        video = self.videos.find(plan.video_id)
        if video is None or (video.run_id, video.ladder) != (plan.run_id, LadderState.COMPLETE):
            raise VideoGone(plan.video_id)
        return False

    def _reports(self, plan: Plan) -> list[ChunkReport]:
        stored = [self._read(keys.chunk_report(plan.job, chunk.index)) for chunk in plan.chunks]
        return [CHUNK_REPORT.load(body) for body in stored]

    def _read(self, key: str) -> bytes:
        stored = self.uploads.read(key)
        if stored is None:
            raise interrupted(Interruption.REPORT_MISSING, key)
        return stored

    def _publish_stills(self, plan: Plan, folder: Path, *, duration_s: float) -> None:
        """The poster, and the storyboard out of the chunks' tiles; a video may be too short for either."""
        with optional("poster", self.report):
            poster = self.uploads.read(keys.chunk_poster(plan.job))
            if poster:
                self._put_still(keys.poster(plan.video_id), poster, stills.CONTENT_TYPE)
        with optional("storyboard", self.report):
            self._publish_storyboard(plan, folder, duration_s=duration_s)

    def _publish_storyboard(self, plan: Plan, folder: Path, *, duration_s: float) -> None:
        chunks = [self.uploads.read(keys.chunk_tiles(plan.job, chunk.index)) for chunk in plan.chunks]
        tiles = b"".join(chunk for chunk in chunks if chunk)
        count = stills.tile_count(tiles)
        if count:
            self._put_still(keys.sprite(plan.video_id), self._sprite(tiles, folder), stills.CONTENT_TYPE)
            text = stills.storyboard(plan.stills, plan.grid, tiles=count, duration_s=duration_s)
            self._put_still(keys.storyboard(plan.video_id), text.encode(), stills.VTT_CONTENT_TYPE)

    def _sprite(self, tiles: bytes, folder: Path) -> bytes:
        joined, output = folder / "tiles.mjpeg", ffmpeg.sprite_file(folder)
        joined.write_bytes(tiles)
        command = ffmpeg.sprite(joined, rows=stills.rows_of(stills.tile_count(tiles)), output=output)
        for _ in self.encoder.run(command, timeout_s=self.timeout_s):
            pass
        return output.read_bytes()

    def _put_still(self, key: str, body: bytes, content_type: str) -> None:
        self.media.put(key, body, content_type=content_type, cache_control=stills.CACHE_CONTROL)


def _segments(plan: Plan, reports: Sequence[ChunkReport]) -> dict[str, list[Segment]]:
    """The segments of every rung, out of the reports of all chunks."""
    return {
        rung.name: [segment for report in reports for segment in report.segments[rung.name]]
        for rung in plan.rungs
    }


def _check_damage(reports: Sequence[ChunkReport]) -> None:
    """The file is judged as a whole, so that its fate does not depend on how it was cut into chunks."""
    frames, lost = sum(report.frames for report in reports), sum(report.lost_frames for report in reports)
    errors = sum(report.decode_errors for report in reports)
    if is_too_damaged(lost, of=frames) or (not frames and errors):
        causes = [failures.rejection_of(report.cause) for report in reports if report.cause]
        raise causes[0] if causes else failures.undecodable(share=lost / frames if frames else None)


def _frames(reports: Sequence[ChunkReport]) -> int:
    """Of all chunks; 0 where they are not known, because an earlier release reported one."""
    is_known = all(report.frames or not any(report.segments.values()) for report in reports)
    return sum(report.frames for report in reports) if is_known else 0


def _check_duration(plan: Plan, by_rung: dict[str, list[Segment]], *, frames: int) -> None:
    """A file that is cut off in the middle decodes without an error; only its duration shows it."""
    for name, segments in by_rung.items():
        # Segments may last longer than their frames, for their audio.
        frames_s = float(frames / plan.rungs[0].rate(plan.grid))
        found_s = frames_s or playlists.duration_s(segments)
        if not segments or found_s < plan.min_s:
            raise failures.truncated(declared_s=plan.source.shown_s, found_s=found_s, rendition=name)
        if found_s > plan.max_s - _LAST_FRAMES_S:
            raise failures.wrong_duration(declared_s=plan.source.shown_s, found_s=found_s)


def _measured(
    plan: Plan, rung: Rung, segments: Sequence[Segment], captions: Collection[str]
) -> MeasuredRendition:
    return measured_rendition(
        rung.name,
        width=rung.width,
        height=rung.height,
        frame_rate=float(rung.rate(plan.grid)),
        video_codec=rung.video_codec(plan.grid),
        has_audio=plan.source.audio is not None,
        segments=segments,
        captions=captions,
    )
