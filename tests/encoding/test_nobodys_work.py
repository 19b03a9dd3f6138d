"""Encoders whose video is deleted, or has failed elsewhere, are ended."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from reelway import failures
from reelway.errors import VideoGone
from tests.support.doubles.fakes.videos import FakeVideos
from tests.support.media import corpus
from tests.support.readers.hls_player import Player
from tests.support.samples import VIDEO_ID
from tests.support.system.pipeline import Pipeline
from tests.support.system.processes import processes_about

pytestmark = pytest.mark.usefixtures("programs")

_LOOPS = 60  # of 5.28 s: encoding all of it takes minutes


@dataclass(slots=True)
class _Watched(FakeVideos):
    """Says when frames of a video were encoded for the first time."""

    has_begun: threading.Event = field(default_factory=threading.Event)

    def add_progress(self, video_id: str, *, run_id: str, frames: int) -> bool:
        if frames:
            self.has_begun.set()
        return FakeVideos.add_progress(self, video_id, run_id=run_id, frames=frames)


@pytest.mark.parametrize(
    "lose",
    [
        lambda videos: videos.delete(VIDEO_ID),
        lambda videos: videos.fail(VIDEO_ID, failures.processing_failed()),
    ],
    ids=["deleted", "failed"],
)
def test_all_encoders_of_a_video_that_is_gone_end(
    lose: Callable[[FakeVideos], bool], player: Player, tmp_path: Path
) -> None:
    clip = tmp_path / "long.mkv"
    looped = ("-stream_loop", str(_LOOPS), "-i", corpus.file("bigbuckbunny.mp4"))
    corpus.run(player.ffmpeg, *looped, "-an", "-c", "copy", clip)
    videos = _Watched()
    pipeline = Pipeline(tmp_path / "job", chunk_s=160, videos=videos)
    plan = pipeline.plan(clip)
    assert plan
    prepared = pipeline.prepare(plan)
    assert len(prepared.chunks) == 2
    ended: list[Exception] = []

    def encode(index: int) -> None:
        folder = tmp_path / f"chunk-{index}"
        folder.mkdir()
        try:
            pipeline.chunks.encode(prepared, prepared.chunks[index], folder)
        except Exception as gone:
            ended.append(gone)

    encoders = [threading.Thread(target=encode, args=(index,)) for index in (0, 1)]
    for encoder in encoders:
        encoder.start()
    assert videos.has_begun.wait(timeout=60)
    assert processes_about(str(tmp_path))

    lose(videos)
    for encoder in encoders:
        encoder.join(timeout=30)

    assert [type(each) for each in ended] == [VideoGone, VideoGone], ended
    assert processes_about(str(tmp_path)) == []
