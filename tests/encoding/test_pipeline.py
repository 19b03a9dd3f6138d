"""The test harness `tests.support.system.pipeline` itself, on one good and one bad file."""

from pathlib import Path

import pytest

from tests.support.media import corpus
from tests.support.readers.hls_player import Player
from tests.support.system.pipeline import process

pytestmark = pytest.mark.usefixtures("programs")


def test_a_published_file_plays_in_full_in_every_rendition(player: Player, tmp_path: Path) -> None:
    outcome = process(corpus.file("bigbuckbunny.mp4"), tmp_path)

    counted = {name: player.frame_count(str(outcome.playlist(name))) for name in outcome.renditions}
    assert counted == {"720p": 132, "540p": 132, "360p": 132, "240p": 132}


def test_a_file_that_is_not_a_video_ends_with_a_failure(tmp_path: Path) -> None:
    outcome = process(b"this is a text and no video " * 100, tmp_path)

    assert outcome.failure
    assert outcome.failure.code == "unreadable"
