from fractions import Fraction

from reelway.plan.chunks import Chunk
from tests.support.samples import source
from tests.unit.reelway.ffmpeg.commands import encode, graph, values


def test_rungs_at_half_the_rate_keep_the_same_idr_times() -> None:
    command = encode(of=source(frame_rate=Fraction(50)))
    assert values(command, "-g") == values(command, "-keyint_min") == ["100", "50", "50", "50"]
    assert "[s1]fps=25:round=up,scale=" in graph(command)
    assert "[s0]scale=" in graph(command)


def test_rungs_at_the_full_rate_are_decoded_as_early_as_those_at_half_of_it() -> None:
    command = encode(of=source(frame_rate=Fraction(50)))
    assert values(command, "-bsf:v")[:-1] == ["setts=pts=PTS:dts=DTS-2"]  # the last one is of the tiles
    assert command.index("-bsf:v") < command.index("[540p]")
    assert len(values(encode(), "-bsf:v")) == 1


def test_idr_frames_stand_where_the_grid_puts_them_and_nowhere_else() -> None:
    command = encode()
    assert set(values(command, "-sc_threshold")) == {"0"}
    assert set(values(command, "-flags")) == {"+cgop"}
    assert set(values(command, "-fps_mode")) == {"passthrough"}


def test_bitrate_and_level_are_the_rungs() -> None:
    command = encode()
    assert values(command, "-maxrate") == ["2800000", "1712000", "800000", "72000"]
    assert values(command, "-bufsize") == values(command, "-maxrate")
    assert values(command, "-level:v") == ["3.1", "3.1", "3.0", "2.1"]
    assert set(values(command, "-profile:v")) == {"high"}


def test_an_idr_stands_at_every_cut_within_the_chunk_half_a_frame_early() -> None:
    assert set(values(encode(Chunk(1, 200, 500)), "-force_key_frames")) == {"11.980000,15.980000"}
    assert set(values(encode(), "-forced-idr")) == {"1"}
    assert "-force_key_frames" not in encode(Chunk(1, 200, 300))
