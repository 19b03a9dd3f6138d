"""I-frame playlists: each range of bytes is a frame that decodes alone, the one that is shown at its time."""

from itertools import accumulate
from pathlib import Path

import pytest

from tests.encoding import clips
from tests.support.media import corpus
from tests.support.readers import playlist_rules
from tests.support.readers.hls_player import Player
from tests.support.readers.playlist_rules import media
from tests.support.system.pipeline import Outcome, process

pytestmark = pytest.mark.usefixtures("programs")

FPS = 25


def check(outcome: Outcome, player: Player, folder: Path, *, every_s: float) -> None:
    published = outcome.published()
    for rendition, frames in {
        name: player.frame_hashes(str(outcome.playlist(name))) for name in outcome.renditions
    }.items():
        listed = media.segments(published.i_frames[f"iframes?rendition={rendition}"])
        starts_s = list(accumulate((each.duration_s for each in listed), initial=0.0))
        segments = media.segments(published.playlists[f"manifest?rendition={rendition}"])
        assert starts_s.pop() == pytest.approx(sum(segment.duration_s for segment in segments))
        assert round(starts_s[-1] * FPS) < len(frames)
        assert max(each.duration_s for each in listed) <= every_s
        for each, start_s in zip(listed, starts_s, strict=True):
            body = published.segments[f"manifest?rendition={rendition}"][each.uri]
            alone = folder / "alone.ts"
            alone.write_bytes(body[each.offset : each.offset + each.size_bytes])
            # ffmpeg warns of audio without packets, which such a range has not.
            decoded = player.frame_hashes(str(alone), level="error")
            assert decoded == [frames[round(start_s * FPS)]], (rendition, start_s)
    assert playlist_rules.violations(published) == []


def test_each_i_frame_of_encoded_rungs_decodes_alone(player: Player, tmp_path: Path) -> None:
    source = clips.moving(
        player.ffmpeg, tmp_path / "film.mkv", duration_s=9.2, size="320:240", audio=clips.AUDIO_TO_ENCODE
    )
    outcome = process(source, tmp_path, chunk_s=4)

    assert outcome.plan
    assert len(outcome.plan.chunks) > 1
    check(outcome, player, tmp_path, every_s=2.0)


def test_each_i_frame_of_a_source_that_is_kept_decodes_alone(player: Player, tmp_path: Path) -> None:
    clip = corpus.file("bigbuckbunny.mp4")
    (tmp_path / "list").write_text(f"file '{clip}'\nduration 5.28\n" * 2)
    standard = tmp_path / "standard.mp4"
    corpus.run(
        player.ffmpeg, "-f", "concat", "-safe", "0", "-i", tmp_path / "list", "-vf", "scale=480:360,setsar=1",
        "-c:v", "libx264", "-preset", "ultrafast", "-crf", "30", "-g", "60", "-af",
        "aresample=async=1:first_pts=0", "-c:a", "aac", "-ac", "2", standard,
    )  # fmt: skip
    outcome = process(standard, tmp_path)

    assert outcome.plan
    assert outcome.plan.keeps_source, outcome.notes
    check(outcome, player, tmp_path, every_s=2.4)
