"""Audio that is shorter than the video."""

from pathlib import Path

import pytest

from tests.support.media import corpus
from tests.support.readers import playlist_rules, transport_stream
from tests.support.readers.hls_player import Player
from tests.support.system.pipeline import process

pytestmark = pytest.mark.usefixtures("programs")


@pytest.mark.parametrize(("codec", "container"), [("aac", "mp4"), ("libopus", "mkv")])
def test_audio_that_ends_before_the_video_is_filled_with_silence(
    player: Player, tmp_path: Path, codec: str, container: str
) -> None:
    tone = ["-f", "lavfi", "-i", "sine=440:sample_rate=48000:duration=3"]
    early = tmp_path / f"early.{container}"
    corpus.run(
        player.ffmpeg, "-i", corpus.file("bikes.mp4"), *tone, "-map", "0:v", "-map", "1:a", "-c:v", "copy",
        "-c:a", codec, "-ac", "2", early,
    )  # fmt: skip

    outcome = process(early, tmp_path, chunk_s=4)

    published = outcome.published()
    assert playlist_rules.violations(published) == []
    for segments in published.segments.values():
        stream = transport_stream.joined(transport_stream.read_all(segments.values()))
        assert len(stream.audio_frames) >= 10 * 48_000 // 1024
        assert all(abs(gap - 1920) <= 1 for gap in stream.audio_gaps)
