"""Every row of the table of inputs, from the file to the published stream: frames, times, colors, audio."""

from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import pytest

from tests.encoding import table
from tests.encoding.inputs import Input, make
from tests.encoding.marks import Reading, joined, read
from tests.support.readers import playlist_rules
from tests.support.readers.hls_player import Player
from tests.support.system.pipeline import Outcome, process

pytestmark = pytest.mark.usefixtures("programs")

_MAX_OFFSET_ERROR_S = 0.02  # less than one AAC frame (21 ms at 48 kHz)
_MAX_AUDIO_JUMP_S = 0.002  # rounding of timestamps; a lost AAC frame would be ten times as much
_MAX_COLOR_ERROR = 14  # of 255, for lossy coding and chroma subsampling
_MAX_ROUNDING_S = 0.001  # of the durations in a playlist
_MAX_TIME_ERROR_S = 2 / 90_000  # two ticks: PTS in MPEG-TS are rounded to one, at both ends of a gap


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("clips")


@pytest.mark.parametrize("row", table.ALL, ids=lambda row: row.name)
def test_the_published_stream_is_what_the_row_expects(
    row: Input, player: Player, clips: Path, tmp_path: Path
) -> None:
    outcome = process(make(row, tmp_path, clips, player.ffmpeg), tmp_path / "job", chunk_s=row.chunk_s)

    assert outcome.failure is None
    best = _played(outcome, outcome.renditions[0], row, player, tmp_path)
    _check_video(best, row)
    _check_audio(best, row)
    _check_described(outcome, row, player, tmp_path)
    assert playlist_rules.violations(outcome.published()) == []
    for name in outcome.renditions[1:]:
        smaller = _played(outcome, name, row, player, tmp_path)
        assert smaller.numbers in (row.expected_numbers, row.expected_numbers[::2])
        _check_audio(smaller, row)


# Scaling blends neighbouring lines, which would hide interlacing from the detector.
_UNSCALED = [row for row in table.INTERLACED if row.expected_size[1] == row.clip.height]


@pytest.mark.parametrize("row", _UNSCALED, ids=lambda row: row.name)
def test_interlaced_video_is_deinterlaced(row: Input, player: Player, clips: Path, tmp_path: Path) -> None:
    file = make(row, tmp_path, clips, player.ffmpeg)

    outcome = process(file, tmp_path / "job", chunk_s=row.chunk_s)

    assert player.interlaced_share(str(file)) > 0.8
    assert player.interlaced_share(str(_stream(outcome, 0, tmp_path))) < 0.2


def _stream(outcome: Outcome, index: int, folder: Path) -> Path:
    return joined(outcome.playlist(outcome.renditions[index]), folder / f"{index}.ts")


def _played(outcome: Outcome, name: str, row: Input, player: Player, folder: Path) -> Reading:
    stream = joined(outcome.playlist(name), folder / "stream.ts")
    kinds = [found["codec_type"] for found in player.streams(str(stream))]
    assert kinds == (["video", "audio"] if row.has_audio else ["video"])
    return read(stream, player.ffmpeg, folder, has_audio=row.has_audio)


def _check_video(found: Reading, row: Input) -> None:
    assert found.numbers == row.expected_numbers
    frame_s = float(1 / row.expected_rate)
    gaps_s = [later - before for before, later in pairwise(found.times_s)]
    assert gaps_s == pytest.approx([frame_s] * len(gaps_s), abs=_MAX_TIME_ERROR_S)
    assert found.is_upright
    assert found.color_error <= _MAX_COLOR_ERROR


def _check_audio(found: Reading, row: Input) -> None:
    assert found.seconds == row.expected_seconds
    offsets_s = found.offsets_s(row.clip)
    assert offsets_s == pytest.approx([row.offset_s] * len(offsets_s), abs=_MAX_OFFSET_ERROR_S)
    assert found.audio_jump_s <= _MAX_AUDIO_JUMP_S


def _check_described(outcome: Outcome, row: Input, player: Player, folder: Path) -> None:
    """The API and the playlists describe the best rendition as ffprobe reports it."""
    described = outcome.video.renditions[0]
    video = player.streams(str(_stream(outcome, 0, folder)))[0]
    assert (described.width, described.height) == (video["width"], video["height"]) == row.expected_size
    assert video.get("sample_aspect_ratio", "1:1") == "1:1"
    assert described.frame_rate == pytest.approx(float(row.expected_rate), abs=0.001)
    # How much longer, where audio goes on after the last frame, is measured by the playlists' rules.
    assert _listed_s(outcome) >= float(len(row.expected_numbers) / row.expected_rate) - _MAX_ROUNDING_S


def _listed_s(outcome: Outcome) -> float:
    """The sum of the durations in the media playlist of the best rendition."""
    lines = outcome.playlist(outcome.renditions[0]).read_text().splitlines()
    return float(sum(Fraction(line[8:-1]) for line in lines if line.startswith("#EXTINF:")))
