"""The last step: check what was encoded, write the playlists, mark READY."""

from reelway import keys, playlists
from reelway.errors import MediaRejected, ProcessingInterrupted
from reelway.ladder import Rung, default_rung
from reelway.plan import Plan
from reelway.playlists import Segment
from reelway.ports import Bucket, Videos
from reelway.video import Rendition
from transcode.encoding import segments_of

_AUDIO_CODEC = "mp4a.40.2"
# The last frames before the end of encoding may be missing, as a low rate has them far apart.
_LAST_FRAMES_S = 1.0


def publish(plan: Plan, *, uploads: Bucket, media: Bucket, videos: Videos) -> bool:
    """Write every playlist, the default manifest last, and mark the video READY.

    False when the video was in a final state already. Raises MediaRejected `truncated` when much
    less was decoded than the file promised and `wrong_duration` when it did not end, and
    ProcessingInterrupted when a report is missing.
    """
    reports = [_report(plan, chunk.index, uploads) for chunk in plan.chunks]
    by_rung = {
        rung.name: [segment for report in reports for segment in segments_of(report, rung.name)]
        for rung in plan.rungs
    }
    _check_duration(plan, by_rung)
    renditions = [_rendition(plan, rung, by_rung[rung.name]) for rung in plan.rungs]
    texts = {name: playlists.media_playlist(segments) for name, segments in by_rung.items()}
    for name, text in texts.items():
        _put(media, keys.rendition(plan.video_id, name), text)
    _put(media, keys.master(plan.video_id), playlists.multivariant_playlist(renditions))
    _put(media, keys.manifest(plan.video_id), texts[default_rung(list(texts))])
    return videos.finish(plan.video_id, run_id=plan.run_id, renditions=renditions)


def _report(plan: Plan, index: int, uploads: Bucket) -> str:
    stored = uploads.read(keys.chunk_report(plan.video_id, index))
    if stored is None:
        raise ProcessingInterrupted("report_missing", f"Chunk {index} of {len(plan.chunks)} has no report.")
    return stored.decode()


def _check_duration(plan: Plan, by_rung: dict[str, list[Segment]]) -> None:
    """A file cut off in the middle decodes without an error; only its length tells."""
    for name, segments in by_rung.items():
        found_s = playlists.duration_s(segments)
        if not segments or found_s < plan.least_s:
            raise MediaRejected(
                "truncated",
                f"The file promises {plan.source.shown_s:.1f} s of video but holds {found_s:.1f} s that can "
                f"be decoded ({name}). It is incomplete or damaged; upload it again.",
            )
        if plan.goes_on_from_s is not None and found_s > plan.goes_on_from_s - _LAST_FRAMES_S:
            raise MediaRejected(
                "wrong_duration",
                f"The file says that it is {plan.source.shown_s:.1f} s long, but goes on after "
                f"{found_s:.1f} s. Re-export it, for example as MP4.",
            )


def _rendition(plan: Plan, rung: Rung, segments: list[Segment]) -> Rendition:
    codecs = [rung.video_codec(plan.grid), *([_AUDIO_CODEC] if plan.source.audio else [])]
    return Rendition(
        name=rung.name,
        width=rung.width,
        height=rung.height,
        frame_rate=round(float(rung.rate(plan.grid)), 3),
        codecs=",".join(codecs),
        bandwidth_bps=playlists.peak_bps(segments),
        average_bandwidth_bps=playlists.average_bps(segments),
    )


def _put(media: Bucket, key: str, text: str) -> None:
    media.put(key, text.encode(), content_type=playlists.CONTENT_TYPE)
