"""Files from other projects: every frame is published, and looks like the original."""

from fractions import Fraction
from pathlib import Path

import pytest

from tests.encoding.marks import joined
from tests.support.media import corpus
from tests.support.readers.hls_player import Player
from tests.support.system.pipeline import process

pytestmark = pytest.mark.usefixtures("programs")

_TICKS_PER_S = 90_000  # of MPEG-TS
_FILM, _NTSC = Fraction(24), Fraction(30000, 1001)

# Frames as ffprobe counts them, fps, size of the best rendition, and whether there is audio.
FILES = {
    "bigbuckbunny.mp4": (132, Fraction(25), (1280, 720), True),
    "bikes.mp4": (250, Fraction(25), (640, 272), False),
    "carphone_pristine.mp4": (120, _NTSC, (192, 144), False),
    "cityCC0.mpg": (190, Fraction(25), (720, 404), False),
    "demo.3gp": (1441, _FILM, (352, 288), True),
    "demo.avi": (1443, _FILM, (176, 144), True),
    "demo.flv": (1441, _FILM, (176, 144), True),
    "demo.mkv": (1441, _FILM, (176, 144), True),
    "demo.mov": (1441, _FILM, (176, 144), True),
    "demo.rm": (1441, _FILM, (176, 144), True),
    "demo.vob": (1441, _FILM, (176, 144), True),
    "demo.webm": (1441, _FILM, (176, 144), True),
    "demo.wmv": (1441, _FILM, (176, 144), True),
    "test.avi": (30, _NTSC, (320, 214), True),
    "test.mkv": (29, _NTSC, (654, 480), False),
}
# For how many frames the first and the last one are held, because audio begins earlier or ends later.
HELD = {
    **dict.fromkeys(("demo.avi", "demo.mkv", "demo.mov", "demo.vob", "demo.webm"), (0, 3)),
    "demo.rm": (0, 4),
    "demo.flv": (2, 3),
    "demo.wmv": (2, 0),
}
# Two frames are missing and the one before is repeated, so that frames of one number do not correspond.
_WITH_GAPS = {"demo.avi"}


@pytest.mark.parametrize("name", FILES)
def test_every_frame_is_published_at_its_time_and_unchanged(
    name: str, player: Player, tmp_path: Path
) -> None:
    frames, rate, size, has_audio = FILES[name]
    before, after = HELD.get(name, (0, 0))

    outcome = process(corpus.file(name), tmp_path)

    assert outcome.failure is None
    best = outcome.video.renditions[0]
    stream = str(joined(outcome.playlist(best.name), tmp_path / "stream.ts"))
    assert (best.width, best.height) == size
    assert best.codecs.endswith("mp4a.40.2") == has_audio
    gaps = player.packet_gaps(stream, "v:0")
    assert sum(gaps.values()) == player.frame_count(stream) - 1 == before + frames + after - 1
    assert {round(gap * rate / _TICKS_PER_S, 3) for gap in gaps} == {1}
    if name not in _WITH_GAPS:
        scaled = f"{size[0]}:{size[1]}"
        assert player.ssim(stream, corpus.file(name), size=scaled, rate=rate, skipped=before) > 0.9


def test_a_song_with_cover_art_is_not_a_video(tmp_path: Path) -> None:
    outcome = process(corpus.file("withcover.mp3"), tmp_path)

    assert outcome.failure
    assert outcome.failure.code == "no_video"


def test_a_file_that_its_encoder_broke_fails_as_undecodable(tmp_path: Path) -> None:
    """Some builds of libtheora write packets that no decoder accepts, in this file three quarters of them."""
    outcome = process(corpus.file("demo.ogv"), tmp_path)

    assert outcome.failure
    assert outcome.failure.code == "undecodable"
