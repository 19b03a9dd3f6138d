from pathlib import Path

import pytest

from bench.encode.shaka import job_of, playlist
from reelway.plan.ladder import Rung

RUNGS = (Rung("720p", 1280, 720, 1, 2_800_000), Rung("480p", 854, 480, 1, 1_400_000))


def test_shaka_streamer_gets_the_same_sizes_and_segments_and_the_bitrates_as_targets() -> None:
    bitrates = {"720p": 2_000_000, "480p": 900_000}

    job = job_of(Path("clip.mp4"), bitrates, RUNGS, Path("out"), preset="veryfast")

    assert job["bitrates"]["video_resolutions"]["480p"] == {
        "max_width": 854,
        "max_height": 480,
        "bitrates": {"h264": "900000"},
    }
    assert job["pipeline"]["resolutions"] == ["720p", "480p"]
    assert job["pipeline"]["segment_size"] == 4
    assert [entry["media_type"] for entry in job["input"]["inputs"]] == ["video", "audio"]


def test_a_rungs_playlist_is_known_by_its_segments(tmp_path: Path) -> None:
    for number, name in enumerate(("audio_und", "video_480p", "video_720p")):
        (tmp_path / f"stream_{number}.m3u8").write_text(f"#EXTM3U\n#EXTINF:4.000,\n{name}_1000_h264_1.mp4\n")

    assert playlist(tmp_path, RUNGS[0]).name == "stream_2.m3u8"


def test_a_rung_that_was_not_made_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="720p"):
        playlist(tmp_path, RUNGS[0])
