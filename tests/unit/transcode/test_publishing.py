import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from reelway import failures, keys
from reelway.errors import (
    MediaRejected,
    ProcessingInterrupted,
    ReelwayError,
    StorageFailed,
    VideoGone,
)
from reelway.hls.chunk_report import CHUNK_REPORT, ChunkReport
from reelway.hls.playlists import IFrame, Segment
from reelway.hls.renditions import SOURCE_REPORT, MeasuredRendition
from reelway.interruptions import Interruption, interrupted
from reelway.plan.ladder import Rung
from reelway.plan.plan import Plan, keeping_source
from reelway.video import Failure, LadderState, Loudness, State
from tests.support.doubles.fakes import REFUSED
from tests.support.doubles.fakes.encoder import FakeEncoder
from tests.support.doubles.fakes.storage import FakeBucket
from tests.support.doubles.fakes.videos import FakeVideos
from tests.support.samples import RENDITION, RUN_ID, TOKEN, VIDEO_ID, plan, source
from transcode.publishing import Publisher

PLAN = plan()  # 30 s in four chunks, rungs 720p to 240p


def _segment_id(name: str, chunk: int, n: int) -> str:
    return keys.segment_id(TOKEN, name, chunk, n)


def by_height(rung: Rung) -> int:
    return 100_000 * rung.height // 720


class PublisherSetup:
    """Reports of all chunks, `lengths_s` of their segments, as encoding leaves them.

    Of two segments the second has twice the `size_bytes` of the first.
    """

    def __init__(
        self,
        planned: Plan = PLAN,
        lengths_s: tuple[float, ...] = (4.0, 3.5),
        size_bytes: Callable[[Rung], int] = by_height,
    ) -> None:
        self.plan = planned
        self.uploads, self.media, self.videos = FakeBucket(), FakeBucket(), FakeVideos()
        self.encoder = FakeEncoder(frames=(1,))
        self.left_out: list[str] = []
        self.videos.create(VIDEO_ID, size_bytes=1)
        self.videos.start(VIDEO_ID, run_id=RUN_ID, duration_s=30.0, total_frames=750)
        for chunk in planned.chunks:
            segments = {
                rung.name: tuple(
                    Segment(_segment_id(rung.name, chunk.index, n), length_s, (n + 1) * size_bytes(rung))
                    for n, length_s in enumerate(lengths_s)
                )
                for rung in planned.rungs
            }
            self.report(chunk.index, ChunkReport(segments))

    def store_segments(self) -> set[str]:
        """Put two segments of every rung and chunk where encoding puts them; their keys."""
        found = {
            keys.segment(VIDEO_ID, _segment_id(rung.name, chunk.index, n))
            for rung in self.plan.rungs
            for chunk in self.plan.chunks
            for n in (0, 1)
        }
        for key in found:
            self.media.put(key, b"ts", content_type="video/MP2T")
        return found

    def report(self, index: int, report: ChunkReport) -> None:
        key = keys.chunk_report(VIDEO_ID, index)
        self.uploads.put(key, CHUNK_REPORT.dump(report), content_type="application/json")

    def publish(self) -> bool:
        with TemporaryDirectory() as folder:
            publisher = Publisher(self.uploads, self.media, self.videos, self.encoder, 60, self.leave_out)
            return publisher.publish(self.plan, Path(folder))

    def give_up(self, failure: Failure, *, is_ready: bool) -> None:
        if is_ready:
            self.videos.finish(VIDEO_ID, run_id=RUN_ID, renditions=[RENDITION], ladder=LadderState.ENCODING)
            self.videos.fail_ladder(VIDEO_ID, failure)
        else:
            self.videos.fail(VIDEO_ID, failure)

    def leave_out(self, what: str, reason: str) -> None:
        self.left_out.append(f"{what}: {reason}")

    def draw(self) -> None:
        """Leave a poster and two tiles for each chunk."""
        self.uploads.put(keys.chunk_poster(VIDEO_ID), b"poster", content_type="image/jpeg")
        for chunk in self.plan.chunks:
            tiles = b"\xff\xd8tile" * 2
            self.uploads.put(keys.chunk_tiles(VIDEO_ID, chunk.index), tiles, content_type="image/jpeg")

    def keep(self) -> None:
        """Let the source's own stream be the top rung."""
        self.plan = keeping_source(self.plan, self.plan.cuts)
        found = MeasuredRendition(RENDITION, (Segment("src.ts", 30.0, 4_000_000),))
        self.uploads.put(keys.source_report(VIDEO_ID), SOURCE_REPORT.dump(found), content_type="x/y")
        self.videos.finish(VIDEO_ID, run_id=RUN_ID, renditions=[RENDITION], ladder=LadderState.ENCODING)

    @property
    def notes(self) -> list[str]:
        return list(self.uploads.keys(keys.UNUSED_PREFIX))

    def text(self, key: str) -> str:
        return (self.media.read(key) or b"").decode()


def _damaged(setup: PublisherSetup, **damage: Any) -> None:
    """The report of each chunk, with its damage."""
    for chunk in setup.plan.chunks:
        stored = CHUNK_REPORT.load(setup.uploads.read(keys.chunk_report(VIDEO_ID, chunk.index)) or b"")
        setup.report(chunk.index, replace(stored, **damage))


def test_a_file_is_judged_as_a_whole() -> None:
    setup = PublisherSetup()
    _damaged(setup, frames=200, lost_frames=0)  # 32 s of the 30 s that are declared
    stored = CHUNK_REPORT.load(setup.uploads.read(keys.chunk_report(VIDEO_ID, 2)) or b"")
    setup.report(2, replace(stored, lost_frames=40))  # a fifth of a chunk, a twentieth of the file
    assert setup.publish()
    setup = PublisherSetup()
    _damaged(setup, frames=200, lost_frames=11)
    with pytest.raises(MediaRejected, match=r"undecodable: Of the video, 6% cannot be decoded\. "):
        setup.publish()
    assert setup.media.order == []


def test_one_frame_of_a_short_file_does_not_count() -> None:
    setup = PublisherSetup()
    setup.plan = plan(source(duration_s=0.6))
    stored = CHUNK_REPORT.load(setup.uploads.read(keys.chunk_report(VIDEO_ID, 0)) or b"")
    setup.report(0, replace(stored, frames=15, lost_frames=1))
    assert setup.publish()


def test_a_file_of_which_nothing_came_is_undecodable() -> None:
    setup = PublisherSetup(lengths_s=())
    _damaged(setup, decode_errors=3)
    with pytest.raises(MediaRejected, match="undecodable: The file could not be decoded"):
        setup.publish()


def test_a_bound_that_decoders_met_is_why_a_file_is_refused() -> None:
    setup = PublisherSetup()
    cause = failures.failure_of(failures.picture_grows("9000x9000"))
    _damaged(setup, frames=200, lost_frames=100, cause=cause)
    with pytest.raises(MediaRejected, match="picture_grows"):
        setup.publish()


def test_every_playlist_is_written_and_the_default_manifest_last() -> None:
    setup = PublisherSetup()
    assert setup.publish()
    assert set(setup.media.order[:-2]) == {
        keys.rendition(VIDEO_ID, name) for name in ("720p", "540p", "360p", "240p")
    }
    assert setup.media.order[-2:] == [keys.master(VIDEO_ID), keys.manifest(VIDEO_ID)]
    found = setup.media.get(keys.manifest(VIDEO_ID))
    assert found
    assert found.content_type == "application/vnd.apple.mpegurl"


def test_i_frames_and_captions_of_all_chunks_are_published() -> None:
    setup = PublisherSetup()
    for chunk in setup.plan.chunks:
        key = keys.chunk_report(VIDEO_ID, chunk.index)
        report = CHUNK_REPORT.load(setup.uploads.read(key) or b"")
        segments = {
            rung: tuple(replace(segment, i_frames=(IFrame(0, 900, 0.0),)) for segment in found)
            for rung, found in report.segments.items()
        }
        setup.report(chunk.index, ChunkReport(segments, ("CC1",) if chunk.index == 2 else ()))
    setup.publish()
    master = setup.text(keys.master(VIDEO_ID))
    assert master.count('INSTREAM-ID="CC1"') == 1
    assert master.count('CLOSED-CAPTIONS="cc"') == 4
    assert master.count("#EXT-X-I-FRAME-STREAM-INF") == 4
    for name in ("720p", "540p", "360p", "240p"):
        assert setup.text(keys.i_frames(VIDEO_ID, name)).count("#EXT-X-BYTERANGE:900@0\n") == 8


def test_a_rendition_lists_its_segments_of_all_chunks_in_order() -> None:
    setup = PublisherSetup()
    setup.publish()
    listed = [
        line for line in setup.text(keys.rendition(VIDEO_ID, "540p")).splitlines() if line.endswith(".ts")
    ]
    assert listed == [f"segment/{_segment_id('540p', chunk, n)}" for chunk in range(4) for n in (0, 1)]


def test_the_default_manifest_is_that_of_the_best_rung_up_to_720() -> None:
    setup = PublisherSetup(plan(source(width=1920, height=1080)))
    setup.publish()
    assert setup.text(keys.manifest(VIDEO_ID)) == setup.text(keys.rendition(VIDEO_ID, "720p"))
    assert setup.text(keys.manifest(VIDEO_ID)) != setup.text(keys.rendition(VIDEO_ID, "1080p"))


@pytest.mark.parametrize("is_ready", [False, True])
def test_the_loudness_that_preparing_measured_is_published(is_ready: bool) -> None:
    loudness = Loudness(-23.4, 7.1, -6.2)
    setup = PublisherSetup(replace(PLAN, loudness=loudness))
    if is_ready:
        setup.videos.finish(VIDEO_ID, run_id=RUN_ID, renditions=[RENDITION], ladder=LadderState.ENCODING)
    setup.publish()
    assert setup.videos.videos[VIDEO_ID].loudness == loudness


def test_the_video_is_ready_with_what_was_measured() -> None:
    setup = PublisherSetup()
    setup.publish()
    video = setup.videos.videos[VIDEO_ID]
    assert video.state is State.READY
    assert [rendition.name for rendition in video.renditions] == ["720p", "540p", "360p", "240p"]
    best = video.renditions[0]
    assert (best.width, best.height, best.frame_rate) == (1280, 720, 25.0)
    assert best.codecs == "avc1.64001f,mp4a.40.2"
    assert best.bandwidth_bps == 457_143  # 200,000 bytes in 3.5 s
    assert best.average_bandwidth_bps == 320_000  # 1,200,000 bytes in 30 s
    assert f"BANDWIDTH={best.bandwidth_bps}," in setup.text(keys.master(VIDEO_ID))


def test_a_silent_video_names_no_audio_codec() -> None:
    setup = PublisherSetup(plan(source(audio=None)))
    setup.publish()
    assert setup.videos.videos[VIDEO_ID].renditions[0].codecs == "avc1.64001f"


def test_nothing_is_ready_before_the_playlists_are_stored() -> None:
    setup = PublisherSetup()
    setup.media.refuses = True
    with pytest.raises(StorageFailed):
        setup.publish()
    assert setup.videos.videos[VIDEO_ID].state is State.PROCESSING


def test_publishing_again_is_harmless() -> None:
    setup = PublisherSetup()
    setup.publish()
    video, objects = setup.videos.videos[VIDEO_ID], dict(setup.media.objects)
    setup.publish()
    assert (setup.videos.videos[VIDEO_ID], setup.media.objects) == (video, objects)


@pytest.mark.parametrize("is_ready", [False, True])
def test_a_run_that_was_given_up_by_us_and_goes_on_is_worth_its_result(is_ready: bool) -> None:
    """As one whose last step is redriven in the console of Step Functions."""
    setup = PublisherSetup()
    setup.give_up(failures.processing_failed(), is_ready=is_ready)
    assert setup.publish()
    video = setup.videos.videos[VIDEO_ID]
    assert (video.state, video.ladder, video.failure) == (State.READY, LadderState.COMPLETE, None)


@pytest.mark.parametrize("is_ready", [False, True])
@pytest.mark.parametrize("cause", ["failed by its file", "deleted", "begun again"])
def test_a_run_whose_result_nobody_takes_any_more_ends_in_an_error(is_ready: bool, cause: str) -> None:
    setup = PublisherSetup()
    setup.give_up(
        failures.processing_failed() if cause == "begun again" else Failure("undecodable", "Damaged."),
        is_ready=is_ready,
    )
    if cause == "deleted":
        setup.videos.delete(VIDEO_ID)
    if cause == "begun again":
        assert setup.videos.rerun(VIDEO_ID, run_id="later")
    before = dict(setup.videos.videos)
    with pytest.raises(VideoGone, match=f"POST /video/{VIDEO_ID}/retry"):
        setup.publish()
    assert setup.videos.videos == before


@pytest.mark.parametrize(
    ("lengths_s", "code"),
    [((4.0, 3.0), "truncated"), ((), "truncated"), ((70.0, 4.5), "wrong_duration")],
)
def test_much_less_than_declared_or_no_end_is_refused(lengths_s: tuple[float, ...], code: str) -> None:
    setup = PublisherSetup(lengths_s=lengths_s)
    with pytest.raises(MediaRejected) as caught:
        setup.publish()
    assert caught.value.code == code
    assert setup.media.order == []


@pytest.mark.parametrize("lengths_s", [(4.0, 3.26), (4.0, 3.74), (10.0, 8.0)])
def test_a_second_less_or_more_than_declared_is_fine(lengths_s: tuple[float, ...]) -> None:
    assert PublisherSetup(lengths_s=lengths_s).publish()


def test_one_rung_that_is_cut_short_is_enough_to_reject() -> None:
    setup = PublisherSetup()
    report = CHUNK_REPORT.load(setup.uploads.read(keys.chunk_report(VIDEO_ID, 3)) or b"")
    setup.report(3, ChunkReport(report.segments | {"240p": ()}))
    with pytest.raises(MediaRejected, match="240p"):
        setup.publish()


def test_a_chunk_without_a_report_is_not_the_files_fault() -> None:
    setup = PublisherSetup()
    setup.uploads.delete(keys.chunk_report(VIDEO_ID, 2))
    with pytest.raises(ProcessingInterrupted, match=r"chunks/00002\.json"):
        setup.publish()
    assert setup.media.order == []


def test_a_report_of_a_newer_release_is_met_by_an_error_that_the_state_machine_retries() -> None:
    setup = PublisherSetup()
    newer = b'{"version": 3, "segments": {}}'
    setup.uploads.put(keys.chunk_report(VIDEO_ID, 2), newer, content_type="application/json")
    with pytest.raises(ProcessingInterrupted, match="the chunk report has version 3; this release reads"):
        setup.publish()
    assert setup.media.order == []


def test_a_ready_video_gets_the_rungs_behind_its_source() -> None:
    setup = PublisherSetup()
    setup.keep()
    assert setup.publish()
    video = setup.videos.videos[VIDEO_ID]
    assert (video.state, video.ladder) == (State.READY, LadderState.COMPLETE)
    assert [rendition.name for rendition in video.renditions] == ["720p", "540p", "360p", "240p"]
    assert "segment/src.ts" in setup.text(keys.manifest(VIDEO_ID))
    assert f"BANDWIDTH={RENDITION.bandwidth_bps}," in setup.text(keys.master(VIDEO_ID))


def test_reports_of_the_release_before_versions_are_published_too() -> None:
    newer, setup = PublisherSetup(), PublisherSetup()
    newer.publish()
    for key in dict(setup.uploads.objects):
        report = json.loads(setup.uploads.read(key) or b"")["segments"]
        rows = {
            rung: [list(segment.values())[:3] for segment in segments] for rung, segments in report.items()
        }
        setup.uploads.put(key, json.dumps(rows).encode(), content_type="application/json")
    setup.publish()
    assert setup.media.objects == newer.media.objects


def test_poster_and_storyboard_are_published_with_the_tiles_of_all_chunks() -> None:
    setup = PublisherSetup()
    setup.draw()
    setup.publish()
    assert setup.media.read(keys.poster(VIDEO_ID)) == b"poster"
    assert setup.media.read(keys.sprite(VIDEO_ID)) == b"made by sprite.jpg"
    assert setup.text(keys.storyboard(VIDEO_ID)).count(" --> ") == 8


@pytest.mark.parametrize(
    ("key", "what"),
    [
        (keys.poster(VIDEO_ID), "poster"),
        (keys.sprite(VIDEO_ID), "storyboard"),
        (keys.storyboard(VIDEO_ID), "storyboard"),
    ],
)
def test_a_still_that_cannot_be_stored_keeps_no_video_from_being_ready(key: str, what: str) -> None:
    setup = PublisherSetup()
    setup.draw()
    setup.media.refused_keys = f"^{key}$"
    assert setup.publish()
    assert setup.videos.find(VIDEO_ID).state is State.READY  # type: ignore[union-attr]
    assert setup.left_out == [f"{what}: {REFUSED}"]


@pytest.mark.parametrize(
    "failure", [failures.undecodable(), interrupted(Interruption.ENCODER_TIMEOUT, "within 60 s")]
)
def test_a_sprite_that_ffmpeg_cannot_make_keeps_no_video_from_being_ready(failure: ReelwayError) -> None:
    setup = PublisherSetup()
    setup.draw()
    setup.encoder.failure = failure
    assert setup.publish()
    assert setup.left_out == [f"storyboard: {failure}"]


def test_a_video_without_stills_is_published_all_the_same() -> None:
    setup = PublisherSetup()
    setup.publish()
    assert setup.media.read(keys.poster(VIDEO_ID)) is None
    assert setup.media.read(keys.storyboard(VIDEO_ID)) is None


def slide(rung: Rung) -> int:
    return 30_000 if rung.name == "240p" else 100_000


def test_a_rung_that_takes_nearly_what_the_one_above_takes_is_published_nowhere_and_left_to_maintenance() -> (
    None
):
    setup = PublisherSetup(size_bytes=slide)
    stored = setup.store_segments()
    setup.publish()
    names = ["720p", "240p"]
    assert [rendition.name for rendition in setup.videos.videos[VIDEO_ID].renditions] == names
    assert [line[-4:] for line in setup.text(keys.master(VIDEO_ID)).splitlines() if "?" in line] == names
    assert [
        name for name in ("720p", "540p", "360p", "240p") if setup.text(keys.rendition(VIDEO_ID, name))
    ] == names
    assert len(setup.notes) == 1
    assert all(setup.media.read(key) for key in stored)


def test_what_may_be_unused_is_noted_between_the_playlists_and_the_record() -> None:
    """So that the note is there, and the playlists that it is about, whenever the step ends in between."""
    setup = PublisherSetup()
    setup.media.refuses = True
    with pytest.raises(StorageFailed):
        setup.publish()
    assert setup.notes == []
    setup.media.refuses = False
    setup.uploads.refuses = True
    with pytest.raises(StorageFailed):
        setup.publish()
    assert setup.videos.videos[VIDEO_ID].state is State.PROCESSING
