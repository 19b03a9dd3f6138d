import shutil
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from reelway import failures, ffmpeg, keys
from reelway.errors import MediaRejected, ProcessingInterrupted
from reelway.hls.chunk_report import CHUNK_REPORT, ChunkReport
from reelway.hls.playlists import IFrame, Segment
from reelway.interruptions import Interruption, interrupted
from reelway.plan.plan import Plan, keeping_source
from reelway.ports.encoder import Progress
from tests.support.doubles.fakes import REFUSED
from tests.support.doubles.fakes.encoder import FakeEncoder
from tests.support.doubles.fakes.storage import FakeBucket
from tests.support.doubles.fakes.videos import FakeVideos
from tests.support.media import captioned, stream_bytes
from tests.support.media.stream_bytes import PACKET_BYTES, StreamBytes
from tests.support.samples import RUN_ID, TOKEN, VIDEO_ID, plan, source
from transcode.encoding import ChunkEncoder

SPS = stream_bytes.sps(640, 360)
PLAN = plan(source(width=640, height=360))  # rungs 360p and 240p, chunks of two segments


def files_of(*rungs: str, size_bytes: int = 5, gops_s: Sequence[float] = (2.0,) * 4) -> dict[str, bytes]:
    """What ffmpeg leaves behind: a list of GOPs and a file for each, per rung; tiles, and a poster."""
    files = {"tiles.mjpeg": b"tiles", "poster.jpg": b"poster"}
    for rung in rungs:
        lines = [f"#EXTINF:{gop_s:.6f},\n{rung}-{n:05d}.ts\n" for n, gop_s in enumerate(gops_s)]
        files[f"{rung}.m3u8"] = f"#EXTM3U\n{''.join(lines)}#EXT-X-ENDLIST\n".encode()
        files |= {f"{rung}-{n:05d}.ts": f"{rung}{n}".encode().ljust(size_bytes) for n in range(len(gops_s))}
    return files


@dataclass(slots=True)
class _Seeker(FakeEncoder):
    """Writes down a first frame for each run, as ffmpeg does where a seek has led it; None is no frame.

    100 frames follow, of which as many show the one before as the run had decode errors, and the last one.
    Runs end with `ends`, one after the other.
    """

    first_frames: list[int | None] = field(default_factory=list)
    ends: list[Progress] = field(default_factory=list)
    last_frame: int = 249_975
    interrupted_at: int | None = None

    def run(self, command: Sequence[str], *, timeout_s: float) -> Generator[Progress, None, None]:
        if len(self.commands) == self.interrupted_at:
            raise interrupted(Interruption.ENCODER_TIMEOUT)
        self.end = self.ends.pop(0) if self.ends else Progress()
        yield from FakeEncoder.run(self, command, timeout_s=timeout_s)
        first = self.first_frames.pop(0)
        lost = self.end.decode_errors
        frames = [] if first is None else [*range(first, first + 100), self.last_frame]
        lines = [f"{frame} 1/25 {frame - (n < lost)} 1/25\n" for n, frame in enumerate(frames)]
        ffmpeg.chunk_times(Path(command[-1]).parent).write_text("".join(lines))


@dataclass
class EncoderSetup:
    folder: Path
    plan: Plan = PLAN
    files: Mapping[str, bytes] = field(default_factory=lambda: files_of("360p", "240p"))
    first_frames: tuple[int | None, ...] = ()
    frames: tuple[int, ...] = ()
    ends: list[Progress] = field(default_factory=list)
    last_frame: int = 249_975
    interrupted_at: int | None = None
    failure: MediaRejected | None = None
    uploads: FakeBucket = field(default_factory=FakeBucket)
    media: FakeBucket = field(default_factory=FakeBucket)
    videos: FakeVideos = field(default_factory=FakeVideos)
    clock_s: float = 0.0
    left_out: list[str] = field(default_factory=list)

    def encode(self, chunk: int = 1) -> list[str]:
        self.process()
        self.uploads.put(keys.upload(VIDEO_ID), b"film", content_type="x/y")
        self.uploads.order.clear()
        etag = self.uploads.head(keys.upload(VIDEO_ID)).etag  # type: ignore[union-attr]
        encoder = _Seeker(frames=self.frames, files=self.files, failure=self.failure)
        encoder.ends, encoder.last_frame = self.ends, self.last_frame
        encoder.interrupted_at = self.interrupted_at
        encoder.first_frames = [*self.first_frames, self.plan.chunks[chunk].start_frame or 0]
        ChunkEncoder(
            self.uploads, self.media, self.videos, encoder, 2, 60, self.leave_out, clock_s=self.tick
        ).encode(replace(self.plan, etag=etag), self.plan.chunks[chunk], self.folder)
        self.commands, self.timeouts_s = encoder.commands, encoder.timeouts_s
        return encoder.commands[0]

    def process(self) -> None:
        self.videos.create(VIDEO_ID, size_bytes=1)
        self.videos.start(VIDEO_ID, run_id=RUN_ID, duration_s=30.0, total_frames=750)

    def reported(self, chunk: int, rung: str) -> tuple[Segment, ...]:
        """What the chunk's report has of a rung."""
        return self.report(chunk).segments[rung]

    def report(self, chunk: int) -> ChunkReport:
        return CHUNK_REPORT.load(self.uploads.read(keys.chunk_report(VIDEO_ID, chunk)) or b"")

    def leave_out(self, what: str, reason: str) -> None:
        self.left_out.append(f"{what}: {reason}")

    def tick(self) -> float:
        self.clock_s += 0.3
        return self.clock_s


@pytest.fixture
def setup(tmp_path: Path) -> EncoderSetup:
    return EncoderSetup(tmp_path)


def test_every_segment_is_published_under_the_id_that_its_playlist_will_name(setup: EncoderSetup) -> None:
    setup.encode()
    ids = [keys.segment_id(TOKEN, rung, 1, n) for rung in ("360p", "240p") for n in (0, 1)]
    assert setup.media.order == [keys.segment(VIDEO_ID, segment_id) for segment_id in ids]
    stored = setup.media.get(setup.media.order[3])
    assert stored
    assert stored.body == b"240p2240p3"
    assert stored.content_type == "video/MP2T"
    assert stored.cache_control == "public, max-age=31536000, immutable"


def test_the_report_has_each_rungs_segments_with_length_and_size(setup: EncoderSetup) -> None:
    setup.encode()
    report = CHUNK_REPORT.load(setup.uploads.read(keys.chunk_report(VIDEO_ID, 1)) or b"")
    assert set(report.segments) == {"360p", "240p"}
    i_frames = (IFrame(0, 5, 0.0), IFrame(5, 5, 2.0))  # what is no transport stream counts as one frame
    assert report.segments["240p"] == (
        Segment(keys.segment_id(TOKEN, "240p", 1, 0), 4.0, 10, i_frames),
        Segment(keys.segment_id(TOKEN, "240p", 1, 1), 4.0, 10, i_frames),
    )
    assert report.captions == ()


def test_the_report_has_the_place_of_each_gops_first_frame_and_the_captions(setup: EncoderSetup) -> None:
    sei = captioned.sei_unit([bytes((0xFC, 0x14, 0x20))])
    gop = StreamBytes().tables().video(3600, sps=SPS).audio(3600).video(7200, sei=sei).data
    files = files_of("360p", "240p")
    setup.files = files | {name: gop for name in files if name.startswith("360p") and name.endswith(".ts")}
    setup.encode()
    report = CHUNK_REPORT.load(setup.uploads.read(keys.chunk_report(VIDEO_ID, 1)) or b"")
    assert [segment.i_frames for segment in report.segments["360p"]] == 2 * [
        (IFrame(0, 4 * PACKET_BYTES, 0.0), IFrame(len(gop), 4 * PACKET_BYTES, 2.0))
    ]
    assert report.captions == ("CC1",)


def test_a_segment_is_a_whole_number_of_frames_long(setup: EncoderSetup) -> None:
    files = files_of("360p", "240p")
    files["360p.m3u8"] = files["360p.m3u8"].replace(b"4.000000", b"4.001333")
    setup.files = files
    setup.encode()
    assert [segment.duration_s for segment in setup.reported(1, "360p")] == [4.0, 4.0]


def test_encoding_a_chunk_again_overwrites_its_own_segments_only(setup: EncoderSetup) -> None:
    setup.encode(0)
    setup.encode(1)
    before = set(setup.media.objects)
    setup.encode(1)
    assert set(setup.media.objects) == before
    assert len(before) == 8


def test_segments_are_cut_where_the_plan_says_not_after_a_number_of_gops(setup: EncoderSetup) -> None:
    setup.plan = keeping_source(PLAN, (132, 264, 396))  # chunks of about 200 frames: from 264 on
    setup.files = files_of("240p", gops_s=(2.0, 2.0, 1.28, 2.0, 2.0))
    setup.plan = replace(setup.plan, rungs=setup.plan.rungs[-1:])
    setup.encode(1)
    assert [segment.duration_s for segment in setup.reported(1, "240p")] == [5.28, 4.0]


def test_what_goes_on_for_longer_than_declared_is_cut_into_segments_of_a_regular_length(
    setup: EncoderSetup,
) -> None:
    setup.files = files_of("360p", "240p", gops_s=(2.0,) * 7)
    setup.encode(3)  # from second 24; the plan knows of 30
    assert [segment.duration_s for segment in setup.reported(3, "360p")] == [4.0, 4.0, 4.0, 2.0]


def test_a_video_that_begins_late_is_cut_where_the_plan_says_all_the_same(setup: EncoderSetup) -> None:
    setup.first_frames = (25,)
    setup.files = files_of("360p", "240p", gops_s=(2.0, 1.0, 2.0, 2.0))
    setup.encode(0)
    assert [segment.duration_s for segment in setup.reported(0, "360p")] == [3.0, 4.0]


def test_the_chunks_stills_are_left_for_publishing(setup: EncoderSetup) -> None:
    setup.encode(0)
    assert setup.uploads.read(keys.chunk_tiles(VIDEO_ID, 0)) == b"tiles"
    assert setup.uploads.read(keys.chunk_poster(VIDEO_ID)) == b"poster"


def test_a_chunk_without_stills_is_encoded_all_the_same(setup: EncoderSetup) -> None:
    setup.files = {**files_of("360p", "240p"), "tiles.mjpeg": b"", "poster.jpg": b""}
    setup.encode(0)
    assert setup.uploads.order == [keys.chunk_report(VIDEO_ID, 0)]


def test_a_file_that_was_replaced_meanwhile_is_refused(setup: EncoderSetup) -> None:
    setup.uploads.put(keys.upload(VIDEO_ID), b"another", content_type="x/y")
    setup.process()
    fakes = setup.uploads, setup.media, setup.videos, FakeEncoder()
    encoder = ChunkEncoder(*fakes, threads=2, timeout_s=60, report=setup.leave_out)
    with pytest.raises(MediaRejected, match="upload_replaced"):
        encoder.encode(PLAN, PLAN.chunks[0], setup.folder)


def test_a_file_that_is_replaced_while_it_is_read_is_refused(
    setup: EncoderSetup, monkeypatch: pytest.MonkeyPatch
) -> None:
    """ffmpeg reads in ranges, so that it may have read of both."""
    run = _Seeker.run

    def replacing(
        self: _Seeker, command: Sequence[str], *, timeout_s: float
    ) -> Generator[Progress, None, None]:
        setup.uploads.put(keys.upload(VIDEO_ID), b"another", content_type="x/y")
        yield from run(self, command, timeout_s=timeout_s)

    monkeypatch.setattr(_Seeker, "run", replacing)
    with pytest.raises(MediaRejected, match="upload_replaced"):
        setup.encode()
    assert setup.media.order == []


@pytest.mark.parametrize("key", [keys.chunk_tiles(VIDEO_ID, 0), keys.chunk_poster(VIDEO_ID)])
def test_stills_that_cannot_be_stored_fail_no_chunk(setup: EncoderSetup, key: str) -> None:
    setup.uploads.refused_keys = key
    setup.encode(0)
    assert setup.uploads.order[-1] == keys.chunk_report(VIDEO_ID, 0)
    assert setup.left_out == [f"stills of a chunk: {REFUSED}"]


def test_a_rung_without_a_playlist_is_reported_as_empty(setup: EncoderSetup) -> None:
    setup.files = files_of("360p")
    setup.encode()
    assert setup.reported(1, "240p") == ()
    assert len(setup.reported(1, "360p")) == 2


def test_a_segment_that_a_function_could_not_serve_is_never_published(setup: EncoderSetup) -> None:
    setup.files = files_of("360p", "240p", size_bytes=2_200_001)
    with pytest.raises(ProcessingInterrupted, match=r"360p-00001-000\.ts has 4400002 bytes"):
        setup.encode()
    assert setup.media.order == []
    assert setup.uploads.order == []


def test_a_chunk_in_which_nothing_can_be_decoded_is_empty_and_left_to_publishing(setup: EncoderSetup) -> None:
    setup.failure = MediaRejected("undecodable", "broken")
    setup.encode()
    assert setup.reported(1, "360p") == ()
    assert len(setup.commands) == 3  # 8 s from the start, 30 s further back is the start already
    assert setup.media.order == []


def test_a_file_that_reaches_a_bound_leaves_no_report(setup: EncoderSetup) -> None:
    setup.failure = MediaRejected("picture_grows", "too large")
    with pytest.raises(MediaRejected, match="picture_grows"):
        setup.encode()
    assert setup.uploads.order == setup.media.order == []


def test_a_way_in_that_fails_to_decode_is_tried_from_further_back(setup: EncoderSetup) -> None:
    setup.ends = [Progress(decode_errors=45), Progress(decode_errors=7), Progress(decode_errors=3)]
    setup.first_frames = (600, 600, 600)
    setup.encode(3)
    assert [command.count("-ss") for command in setup.commands] == [1, 1, 0]
    assert setup.report(3).decode_errors == 3
    assert (setup.report(3).lost_frames, setup.report(3).frames) == (3, 101)


def test_damage_that_is_small_is_no_reason_to_go_back(setup: EncoderSetup) -> None:
    setup.ends = [Progress(decode_errors=5)]  # beside 100 frames
    setup.encode(3)
    assert len(setup.commands) == 1
    assert setup.report(3).decode_errors == 5


def test_of_damaged_attempts_the_one_with_the_least_errors_is_published(setup: EncoderSetup) -> None:
    setup.ends = [Progress(decode_errors=errors) for errors in (40, 20, 60)]
    setup.first_frames = (600, 600, 600)
    setup.encode(3)
    assert setup.report(3).lost_frames == 20


def test_why_a_decoder_refused_its_packets_is_kept_for_publishing(setup: EncoderSetup) -> None:
    setup.ends = [Progress(decode_errors=50, cause=failures.picture_grows("16000x16000"))]
    setup.encode(0)
    assert setup.report(0).cause == failures.failure_of(failures.picture_grows("16000x16000"))


def test_when_the_time_is_up_a_damaged_attempt_will_do(setup: EncoderSetup) -> None:
    setup.ends = [Progress(decode_errors=45)]
    setup.first_frames = (600,)
    setup.interrupted_at = 1
    setup.encode(3)
    assert setup.report(3).decode_errors == 45


def test_the_last_segment_lasts_as_long_as_the_audio_in_it(setup: EncoderSetup) -> None:
    setup.files = files_of("360p", "240p") | {
        "chunk-audio.txt": b"#tb 0: 1/1000\n0, 31900, 31900, 100, 9, 0x0\n0, 31950, 31950, 50, 9, 0x0\n"
    }
    setup.last_frame = 799  # 32 s
    setup.encode(3)
    assert [segment.duration_s for segment in setup.reported(3, "360p")] == [4.0, 4.05]
    setup.encode(2)
    assert [segment.duration_s for segment in setup.reported(2, "360p")] == [4.0, 4.0]


def test_progress_is_counted_in_percents_and_adds_up(setup: EncoderSetup) -> None:
    setup.frames = tuple(range(1, 41))
    setup.encode()
    counted = setup.videos.frames[VIDEO_ID]
    assert sum(counted) == 40
    assert 3 < len(counted) < 10  # 1 % of the video are 7.5 frames
    assert all(frames > 0 for frames in counted)


def test_a_short_chunks_frames_are_counted_once_at_the_end(setup: EncoderSetup) -> None:
    setup.frames = (0, 1, 1, 4)  # of 750
    setup.clock_s = -1_000_000.0
    setup.tick = lambda: 0.0  # type: ignore[method-assign]
    setup.encode()
    assert setup.videos.frames[VIDEO_ID] == [4]


def test_video_and_audio_are_read_from_one_file_where_they_can_be(setup: EncoderSetup) -> None:
    assert _read(setup.encode()) == [setup.uploads.url(keys.upload(VIDEO_ID))]


@pytest.mark.parametrize(
    ("container", "key"),
    [("matroska,webm", keys.upload(VIDEO_ID)), ("mpegts", keys.remuxed_source(VIDEO_ID))],
)
def test_the_upload_is_read_where_it_seeks_and_the_remux_where_not(
    setup: EncoderSetup, container: str, key: str
) -> None:
    setup.plan = plan(source(container=container, width=640, height=360))
    assert _read(setup.encode()) == [setup.uploads.url(key), setup.uploads.url(keys.audio(VIDEO_ID))]


def _read(command: Sequence[str]) -> list[str]:
    return [command[n + 1] for n, part in enumerate(command) if part == "-i"]


def test_a_seek_that_led_behind_the_first_frame_is_tried_from_further_ahead(setup: EncoderSetup) -> None:
    setup.first_frames = (PLAN.chunks[3].start_frame + 1, None)  # type: ignore[operator]
    setup.encode(3)
    assert [command.count("-ss") for command in setup.commands] == [1, 1, 0]


def test_all_attempts_at_a_chunk_share_one_deadline(setup: EncoderSetup) -> None:
    setup.first_frames = (None,)
    setup.encode(3)
    first, second = setup.timeouts_s
    assert second < first < 60


def test_the_first_chunk_begins_where_the_source_does(setup: EncoderSetup) -> None:
    setup.first_frames = (7,)
    setup.encode(0)
    assert len(setup.commands) == 1


def test_nothing_is_published_from_a_disk_that_is_full(
    setup: EncoderSetup, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=4096))
    with pytest.raises(ProcessingInterrupted, match="disk_full"):
        setup.encode()
    assert setup.media.order == setup.uploads.order == []


def test_a_chunk_without_a_frame_is_reported_as_empty_whatever_audio_it_has(setup: EncoderSetup) -> None:
    setup.first_frames = (None,)
    setup.encode(0)
    assert setup.reported(0, "360p") == ()
