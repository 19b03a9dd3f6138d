"""The list of decoders, held against the two builds: the one that probes, and the one that decodes."""

import subprocess

import av
import pytest
from av.codec import codecs_available

from reelway.probe import decoders
from tests.support.readers.hls_player import Player

# What one of the builds lacks, with the reason why that does no harm.
NOT_IN_FFMPEG = {
    "v308": "rawvideo decodes it",
    "v408": "rawvideo decodes it",
    "v410": "rawvideo decodes it",
}
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


@pytest.mark.parametrize("codec", ["h264", "hevc", "vvc", "vp9", "aac", "mp3", "opus", "png", "zmbv"])
def test_both_builds_take_a_decoder_of_the_list_by_default(codec: str, player: Player) -> None:
    """libav takes the first decoder of a codec, and the list refuses it if it is another."""
    help_text = subprocess.run(
        [player.ffmpeg, "-v", "error", "-h", f"decoder={codec}"], check=True, capture_output=True, text=True
    ).stdout
    assert help_text.split()[1] in decoders.NAMES
    assert av.Codec(codec, "r").name in decoders.NAMES
