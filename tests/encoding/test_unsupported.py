"""Codecs that are not read are refused by name, before anything is encoded."""

from pathlib import Path

import pytest

from tests.support.media import corpus
from tests.support.readers.hls_player import Player
from tests.support.system.pipeline import process

pytestmark = pytest.mark.usefixtures("programs")

_PICTURE = "-f lavfi -i testsrc=d=2:s=160x120:r=25"
_TONE = "-f lavfi -i sine=d=2"


def _made(player: Player, folder: Path, name: str, options: str) -> Path:
    corpus.run(player.ffmpeg, *options.split(), folder / name)
    return folder / name


def test_dolby_vision_in_av1_is_named_by_its_tag(player: Player, tmp_path: Path) -> None:
    av1 = "-c:v libaom-av1 -usage realtime -cpu-used 8 -c:a aac"
    film = _made(player, tmp_path, "film.mp4", f"{_PICTURE} {_TONE} {av1}")
    film.write_bytes(film.read_bytes().replace(b"av01", b"dav1"))

    failure = process(film, tmp_path / "job").failure

    assert failure
    assert failure.code == "unsupported_codec"
    assert "The video is encoded as dav1, which is not read here." in failure.message


def test_a_decoder_that_is_not_on_the_list_is_not_reached(player: Player, tmp_path: Path) -> None:
    film = _made(player, tmp_path, "film.avi", f"{_PICTURE} -c:v snow -strict -2")

    failure = process(film, tmp_path / "job").failure

    assert failure
    assert failure.code == "unsupported_codec"
    assert "snow (codec tag SNOW)" in failure.message


def test_a_film_is_not_published_without_its_audio(player: Player, tmp_path: Path) -> None:
    film = _made(player, tmp_path, "film.mp4", f"{_PICTURE} {_TONE} -c:v mpeg4 -c:a alac")
    film.write_bytes(film.read_bytes().replace(b"alac", b"ac-4"))

    failure = process(film, tmp_path / "job").failure

    assert failure
    assert failure.code == "unsupported_codec"
    assert "The audio is encoded as ac4 (codec tag ac-4)" in failure.message


def test_a_header_without_packets_is_not_taken_for_a_fast_video(player: Player, tmp_path: Path) -> None:
    """Without packets the clock of Windows Media passes for 1,000 frames per second."""
    film = _made(player, tmp_path, "film.wmv", f"{_PICTURE} -c:v wmv2")
    content = film.read_bytes()
    data = bytes.fromhex("3626b2758e66cf11a6d900aa0062ce6c")  # ASF_Data_Object, followed by 34 bytes
    film.write_bytes(content[: content.index(data) + 50])

    failure = process(film, tmp_path / "job").failure

    assert failure
    assert failure.code in {"truncated", "unknown_duration"}
