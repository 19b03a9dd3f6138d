"""Sample values of the domain's types, and the sample events, which `sam local invoke --event` takes too."""

import json
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from reelway.plan.chunk_length import Pace
from reelway.plan.plan import Plan, plan_for
from reelway.probe.source import Source
from reelway.probe.streams import AudioStream, HdrColor, VideoStream
from reelway.video import Rendition, State, Video, execution_name

ROOT = Path(__file__).parents[2]

# The two videos of the sample events, processed and uploaded, and one that does not exist.
VIDEO_ID = "3f0e8f3a-4c39-4ea1-9d1f-27a4f1f4b0c7"
UNPLANNED_ID = "9c1d5e7b-2f4a-4b8e-a6d3-5e0f7c8b9a12"
UNKNOWN_ID = "00000000-0000-4000-8000-000000000000"
RUN_ID = "8d6d0a1e-9a55-4b0e-8f7e-0c2d8f6f6a11"
EXECUTION = execution_name(VIDEO_ID, RUN_ID)
TOKEN = "5f2b9c1e7a3d4e6f8a9b0c1d"  # noqa: S105  the unguessable part of segment ids, not a credential

ETAG = '"0a1b2c"'

VIDEO_STREAM = VideoStream(
    index=0,
    codec="h264",
    width=1280,
    height=720,
    frame_rate=Fraction(25),
    start_s=0.0,
    duration_s=30.0,
    bitrate_bps=6_000_000,
    color_matrix="bt709",
    hdr=None,
    is_interlaced=False,
    pixel_format="yuv420p",
    profile="High",
    level=31,
    is_rotated=False,
    is_square=True,
    is_steady=True,
    has_alpha=False,
)
AUDIO_STREAM = AudioStream(
    index=1, codec="aac", profile="LC", channels=2, sample_rate_hz=48_000, start_s=0.0, duration_s=30.0
)
HDR = HdrColor("smpte2084", "bt2020", "bt2020nc")
SOURCE = Source("mov,mp4,m4a,3gp,3g2,mj2", 0.0, 30.0, 22_500_000, VIDEO_STREAM, AUDIO_STREAM)
RENDITION = Rendition("720p", 1280, 720, 25.0, "avc1.64001f,mp4a.40.2", 2_800_123, 2_100_456)
VIDEO = Video(VIDEO_ID, State.UPLOADED, 1, "2026-01-01T00:00:00.000000Z", "2026-01-01T00:00:00.000000Z")


def event(name: str) -> dict[str, Any]:
    """The sample event `events/{name}.json`, about VIDEO_ID also where that is about the upload."""
    text = (ROOT / "events" / f"{name}.json").read_text()
    loaded: dict[str, Any] = json.loads(text.replace(UNPLANNED_ID, VIDEO_ID))
    return loaded


def queued(*keys: str, body: str | None = None, tries: int = 1) -> dict[str, Any]:
    """An SQS event with one message: S3's notification of these URL-encoded keys, or another `body`."""
    sample = event("sqs-object-created")
    [message] = sample["Records"]
    message["attributes"]["ApproximateReceiveCount"] = str(tries)
    [record] = json.loads(message["body"])["Records"]
    records = [record | {"s3": {"object": {"key": key}}} for key in keys]
    message["body"] = json.dumps({"Records": records}) if body is None else body
    return sample


def video_stream(**changes: Any) -> VideoStream:
    """VIDEO_STREAM with other values."""
    return replace(VIDEO_STREAM, **changes)


def source(*, audio: AudioStream | None = AUDIO_STREAM, container: str = "", **changes: Any) -> Source:
    """SOURCE with other values of its video stream; AUDIO_STREAM gets the duration of the video."""
    video = video_stream(**changes)
    if audio is AUDIO_STREAM:
        audio = replace(audio, duration_s=video.duration_s)
    return replace(SOURCE, video=video, audio=audio, container=container or SOURCE.container)


def pace(chunk_s: int = 8) -> Pace:
    """A Pace that sets the length of chunks, whatever they cost to encode."""
    return Pace(target_s=30, vcpus=2, concurrency=100, timeout_s=840, chunk_s=chunk_s)


def plan(of: Source = SOURCE, *, chunk_s: int = 8, etag: str = ETAG) -> Plan:
    return plan_for(VIDEO_ID, of, run_id=RUN_ID, token=TOKEN, etag=etag, pace=pace(chunk_s))
