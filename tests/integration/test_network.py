"""The real ffprobe and ffmpeg on a network that fails: an interruption, not a failure of the file."""

from pathlib import Path

import pytest

from reelway import ffmpeg
from reelway.adapters.ffmpeg_process import Ffmpeg
from reelway.errors import ProcessingInterrupted
from reelway.ffmpeg import Input
from tests.support.doubles import faulty_servers
from tests.support.media import corpus
from tests.support.readers.hls_player import Player

pytestmark = pytest.mark.usefixtures("programs")


def remux(url: str, folder: Path) -> None:
    list(Ffmpeg().run(ffmpeg.remux("mp4", Input(url), folder / "source"), timeout_s=60))


def test_a_source_whose_transfer_breaks_off_is_not_taken_for_a_short_one(
    player: Player, tmp_path: Path
) -> None:
    whole = corpus.derive(
        "bikes.mp4", "-c", "copy", "-movflags", "+faststart", ffmpeg=player.ffmpeg, output=tmp_path / "w.mp4"
    )
    with (
        faulty_servers.cut_off(whole.read_bytes(), after_bytes=200_000) as url,
        pytest.raises(ProcessingInterrupted, match="source_unreachable"),
    ):
        remux(url, tmp_path)


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/file", "https://nowhere.invalid/file"])
def test_a_server_that_cannot_be_reached_is_an_interruption(url: str, tmp_path: Path) -> None:
    with pytest.raises(ProcessingInterrupted, match="source_unreachable"):
        Ffmpeg().probe(url)
    with pytest.raises(ProcessingInterrupted, match="source_unreachable"):
        remux(url, tmp_path)


def test_a_server_that_never_answers_ends_the_probe_as_an_interruption() -> None:
    with faulty_servers.silence() as url, pytest.raises(ProcessingInterrupted, match="source_unreachable"):
        Ffmpeg().probe(url)
