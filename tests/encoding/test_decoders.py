"""The list of decoders, held against the two builds: the one that probes, and the one that decodes."""

import json
import os
import subprocess
import sys
from pathlib import Path

import av
import pytest
from av.codec import codecs_available

from reelway.ffmpeg.inputs import Input, ffmpeg, reading
from reelway.probe import decoders
from reelway.probe.decoders import codec_whitelist
from tests.support.media import corpus
from tests.support.readers.hls_player import Player
from tests.support.system.pipeline import process

# What one of the builds lacks, with the reason why that does no harm.
NOT_IN_FFMPEG: dict[str, str] = {}
NOT_IN_PYAV = {"libvorbis": "both have vorbis, which is taken first"}


def in_ffmpeg(player: Player) -> set[str]:
    listed = subprocess.run(
        [player.ffmpeg, "-v", "error", "-decoders"], check=True, capture_output=True, text=True
    )
    return {line.split()[1] for line in listed.stdout.partition(" ------\n")[2].splitlines()}


def in_pyav() -> set[str]:
    return {name for name in codecs_available if _is_decoder(name)}


def _is_decoder(name: str) -> bool:
    try:
        return av.Codec(name, "r").is_decoder
    except av.codec.codec.UnknownCodecError:
        return False


def test_both_builds_decode_what_is_on_the_list_but_for_known_differences(player: Player) -> None:
    assert decoders.NAMES - in_ffmpeg(player) == NOT_IN_FFMPEG.keys()
    assert decoders.NAMES - in_pyav() == NOT_IN_PYAV.keys()


@pytest.mark.parametrize("codec", ["h264", "hevc", "vvc", "vp9", "aac", "mp3", "opus", "png", "flashsv"])
def test_both_builds_take_a_decoder_of_the_list_by_default(codec: str, player: Player) -> None:
    """libav takes the first decoder of a codec, and the list refuses it if it is another."""
    help_text = subprocess.run(
        [player.ffmpeg, "-v", "error", "-h", f"decoder={codec}"], check=True, capture_output=True, text=True
    ).stdout
    assert help_text.split()[1] in decoders.NAMES
    assert av.Codec(codec, "r").name in decoders.NAMES


# Encoders of codecs that few real videos have, with a pixel format that they take. By one of these decoders,
# MagicYUV's, a single upload could run code in November 2025's ffmpeg.
REFUSED = {
    "magicyuv": ("magicyuv", "yuv420p"),
    "exr": ("exr", "gbrpf32le"),
    "dpx": ("dpx", "rgb24"),
    "jpeg2000": ("jpeg2000", "rgb24"),
    "snow": ("snow", "yuv420p"),
    "cfhd": ("cfhd", "yuv422p10le"),
    "targa": ("targa", "rgb24"),
    "sgi": ("sgi", "rgb24"),
    "zmbv": ("zmbv", "rgb24"),
    "asv2": ("asv2", "yuv420p"),
    "speedhq": ("speedhq", "yuv420p"),
    "vc2": ("dirac", "yuv420p"),
}
each_refused = pytest.mark.parametrize("encoder", REFUSED)


@pytest.fixture
def refused_film(encoder: str, player: Player, tmp_path: Path) -> Path:
    """Two seconds of the encoder's video in Matroska, which takes them all."""
    film, pictures = tmp_path / "film.mkv", f"-f lavfi -i testsrc=d=2:s=160x128:r=25 -c:v {encoder}"
    options = f"{pictures} -pix_fmt {REFUSED[encoder][1]} -strict -2"
    corpus.run(player.ffmpeg, *options.split(), film)
    return film


@each_refused
@pytest.mark.usefixtures("programs")
def test_a_rare_codec_is_refused_by_its_name(encoder: str, refused_film: Path, tmp_path: Path) -> None:
    failure = process(refused_film, tmp_path / "job").failure
    assert failure
    assert failure.code == "unsupported_codec"
    assert f"is encoded as {REFUSED[encoder][0]}" in failure.message


def decoding(file: Path) -> list[str]:
    """A command that decodes the file as those of chunks do."""
    return [*ffmpeg(), *reading(Input(str(file)), threads=1), "-map", "0:v", "-f", "null", "-"]


@each_refused
def test_ffmpeg_does_not_enter_its_decoder(encoder: str, refused_film: Path, player: Player) -> None:
    """Also where the probe has let it pass; without the list, it decodes the film."""
    _, *arguments = decoding(refused_film)
    said = subprocess.run([player.ffmpeg, *arguments], capture_output=True, text=True, check=False)
    assert said.returncode != 0
    assert f"Codec ({REFUSED[encoder][0]}) not on whitelist" in said.stderr
    place = arguments.index(codec_whitelist())
    open_to_all = [*arguments[: place - 1], *arguments[place + 1 :]]
    subprocess.run([player.ffmpeg, *open_to_all], capture_output=True, check=True)


@each_refused
def test_the_probe_does_not_enter_its_decoder(encoder: str, refused_film: Path) -> None:
    """libav says so of each decoder that it was to open."""
    job = {"url": str(refused_film), "pixels": 10**6, "streams": 8, "ca_file": ""}
    command = [sys.executable, "-m", "reelway.probing", "probe", json.dumps(job)]
    paths = {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    said = subprocess.run(command, env=paths, capture_output=True, text=True, check=True)
    assert f"Codec ({REFUSED[encoder][0]}) not on whitelist" in said.stderr
