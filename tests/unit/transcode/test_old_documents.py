"""Executions that outlive an update of the stack: `version_1/` has what the release before versions wrote.

The files come from real runs: of a standard source in two chunks that stayed the top rung, and of an HDR
recording of NTSC's frame rate without audio.
"""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from reelway.frame_grid import FrameGrid
from reelway.hls.chunk_report import CHUNK_REPORT, ChunkReport
from reelway.hls.playlists import Segment
from reelway.hls.renditions import SOURCE_REPORT, MeasuredRendition
from reelway.plan.chunks import Chunk
from reelway.plan.ladder import Rung
from reelway.plan.plan import Plan
from reelway.plan.plan_document import PLAN
from reelway.probe.source import Bounds, Source
from reelway.probe.streams import AudioStream, HdrColor, VideoStream
from reelway.video import Failure, Rendition
from tests.support.samples import VIDEO_ID
from transcode.rejections import REJECTION

TOKEN = "cfc73991ddc41c64255d8968"  # noqa: S105  the unguessable part of segment ids, no credential
VIDEO_STREAM = VideoStream(
    index=0,
    codec="h264",
    width=1280,
    height=720,
    frame_rate=Fraction(25),
    start_s=0.0,
    duration_s=15.84,
    bitrate_bps=1_206_012,
    color_matrix="bt709",
    hdr=None,
    is_interlaced=False,
    pixel_format="yuv420p",
    profile="Main",
    level=31,
    is_rotated=False,
    is_square=True,
    is_steady=True,
    has_alpha=False,
)
AUDIO_STREAM = AudioStream(
    index=1, codec="aac", profile="LC", channels=2, sample_rate_hz=48_000, start_s=0.0, duration_s=15.936
)
STANDARD_PLAN = Plan(
    video_id=VIDEO_ID,
    run_id="a4f1f5df-6fe5-46e2-9111-f8e3365afde2",
    token=TOKEN,
    etag='"37ec085af38e5a7bb87899b9e36bcdd9"',
    source=Source(
        container="mov,mp4,m4a,3gp,3g2,mj2",
        start_s=0.0,
        duration_s=15.936,
        size_bytes=2_658_128,
        video=VIDEO_STREAM,
        audio=AUDIO_STREAM,
        bounds=Bounds(pixels=2_088_960, streams=32),
        is_indexed=True,
    ),
    grid=FrameGrid(rate=Fraction(25), gop_frames=50),
    rungs=(
        Rung("720p", 1280, 720, frame_step=1, max_bps=1_206_012),
        Rung("480p", 854, 480, frame_step=1, max_bps=1_206_012),
        Rung("360p", 640, 360, frame_step=1, max_bps=800_000),
        Rung("240p", 426, 240, frame_step=1, max_bps=400_000),
    ),
    cuts=(100, 200, 300),
    chunk_frames=200,
    chunks=(Chunk(0, None, 200), Chunk(1, 200, 1167)),
    keeps_source=False,
)


def stored(name: str) -> bytes:
    return (Path(__file__).parent / "version_1" / f"{name}.json").read_bytes()


def test_a_plan_is_read() -> None:
    assert PLAN.load(stored("plan")) == STANDARD_PLAN


def test_a_plan_of_hdr_without_audio_at_a_fractional_rate_is_read() -> None:
    plan = PLAN.load(stored("plan-hdr"))
    ntsc = Fraction(30_000, 1001)
    assert plan.source.audio is None
    assert plan.source.video == replace(
        VIDEO_STREAM,
        width=640,
        height=360,
        frame_rate=ntsc,
        duration_s=5.272,
        bitrate_bps=2_612_707,
        color_matrix="bt2020",
        hdr=HdrColor("smpte2084", "bt2020", "bt2020nc"),
        pixel_format="yuv420p10le",
        profile="High 10",
        level=30,
    )
    assert plan.grid == FrameGrid(ntsc, 60)
    assert plan.chunks == (Chunk(0, None, 120), Chunk(1, 120, 766))


def test_a_prepared_plan_is_read() -> None:
    assert PLAN.load(stored("prepared")) == replace(
        STANDARD_PLAN,
        rungs=STANDARD_PLAN.rungs[1:],
        cuts=(132, 264),
        chunks=(Chunk(0, None, 132), Chunk(1, 132, 1167)),
        keeps_source=True,
    )


def test_a_chunk_report_is_read() -> None:
    assert CHUNK_REPORT.load(stored("chunk")) == ChunkReport(
        {
            "480p": segments("480p-00001", 660_068, 671_348),
            "360p": segments("360p-00001", 479_212, 487_672),
            "240p": segments("240p-00001", 310_764, 316_968),
        }
    )


def test_a_source_report_is_read() -> None:
    assert SOURCE_REPORT.load(stored("source")) == MeasuredRendition(
        Rendition("720p", 1280, 720, 25.0, "avc1.4d401f,mp4a.40.2", 1_403_449, 1_400_790),
        segments("720p-source", 923_832, 923_456, 926_276),
    )


def test_a_rejection_is_read() -> None:
    assert REJECTION.load(stored("rejection")) == Failure(
        "undecodable", "The video cannot be decoded: broken.\nExport it again, for example as MP4."
    )


def segments(name: str, *sizes_bytes: int) -> tuple[Segment, ...]:
    return tuple(
        Segment(f"{TOKEN}-{name}-{n:03d}.ts", 5.28, size_bytes) for n, size_bytes in enumerate(sizes_bytes)
    )
