from fractions import Fraction

import pytest

from reelway import ffmpeg
from reelway.ffmpeg import Input
from reelway.plan.chunks import Chunk
from tests.support.samples import source
from tests.unit.reelway.ffmpeg.commands import FIRST, FOLDER, LAST, MIDDLE, URL, encode, inputs_of, values


def test_the_first_chunk_is_read_from_the_start_and_the_others_after_a_pre_roll() -> None:
    assert "-ss" not in encode(FIRST)
    assert values(encode(MIDDLE), "-ss") == ["18.000000"] * 2  # 500 / 25 s less 2 s, video and audio
    for options in inputs_of(encode(MIDDLE)):
        assert {"-ss", "-noaccurate_seek"} <= set(options)
        assert values(options, "-seek_timestamp") == ["1"]


def test_a_preroll_can_be_longer() -> None:
    assert values(encode(LAST, preroll_s=30), "-ss") == ["10.000000"] * 2
    assert "-ss" not in encode(LAST, preroll_s=None)


def test_the_times_of_the_frames_of_one_rung_are_written_down() -> None:
    assert values(encode(), "-stats_enc_pre:v") == [str(ffmpeg.chunk_times(FOLDER))]


def test_the_pre_roll_spans_several_frames_of_a_slow_source() -> None:
    assert (
        values(encode(Chunk(1, 40, 80), source(frame_rate=Fraction(1), is_steady=False)), "-ss")[0]
        == "36.000000"
    )


def test_the_pre_roll_spans_as_many_frames_of_an_interlaced_source_though_the_grid_has_twice_as_many() -> (
    None
):
    progressive, interlaced = source(is_steady=False), source(is_steady=False, is_interlaced=True)
    assert values(encode(Chunk(1, 50, 100), progressive, preroll_s=0), "-ss")[0] == "1.840000"
    assert values(encode(Chunk(1, 100, 200), interlaced, preroll_s=0), "-ss")[0] == "1.840000"


def test_a_pre_roll_never_reaches_before_the_file() -> None:
    assert "-ss" not in encode(Chunk(1, 25, 50))
    early = Input(URL, offset_s=1.5)
    assert "-ss" not in encode(Chunk(1, 75, 150), video=early, audio=None)


@pytest.mark.parametrize(
    ("codec", "has_alpha", "decoder"),
    [
        ("vp8", True, ["libvpx"]),
        ("vp9", True, ["libvpx-vp9"]),
        ("vp9", False, []),
        ("prores", True, []),
    ],
)
def test_alpha_beside_vp8_and_vp9_needs_the_decoder_that_reads_it(
    codec: str, has_alpha: bool, decoder: list[str]
) -> None:
    video = inputs_of(encode(of=source(codec=codec, has_alpha=has_alpha)))[0]
    assert values(video, "-c:v") == decoder


def test_decoders_encoders_and_filters_use_the_threads_that_were_bought() -> None:
    command = encode(threads=3, audio=None)
    assert set(values(command, "-threads")) == set(values(command, "-filter_complex_threads")) == {"3"}
    assert len(values(command, "-threads")) == 1 + 4


def test_progress_is_reported_where_the_runner_reads_it() -> None:
    assert values(encode(), "-progress") == ["pipe:1"]
