from dataclasses import replace

import pytest

from reelway.plan.chunks import Chunk
from tests.support.samples import AUDIO_STREAM, HDR, source
from tests.unit.reelway.ffmpeg.commands import FIRST, LAST, MIDDLE, encode, graph, values


@pytest.mark.parametrize(
    ("chunk", "trim"),
    [
        (FIRST, ":start_time=0,trim=start_pts=0:end_pts=500,"),
        (MIDDLE, ",trim=start_pts=500:end_pts=1000,"),
        (LAST, ",trim=start_pts=1000:end_pts=1250,"),
    ],
)
def test_a_chunk_is_trimmed_by_frames_after_the_rate_is_set(chunk: Chunk, trim: str) -> None:
    assert f"fps=25{trim}split=" in graph(encode(chunk))


def test_the_last_frame_is_held_before_the_cut_is_made() -> None:
    longer = source(audio=replace(AUDIO_STREAM, duration_s=70.0))
    assert "[0:V:0]fps=25,tpad=stop=1000:stop_mode=clone,trim=" in graph(encode(LAST, longer))
    assert "tpad" not in graph(encode(LAST))


def test_the_first_frame_is_held_from_the_start_on_where_decoding_begins_there() -> None:
    late = source(start_s=5.0, audio=replace(AUDIO_STREAM, duration_s=35.0))
    assert "fps=25:start_time=0,trim=start_pts=0:" in graph(encode(FIRST, late))
    assert "fps=25,trim=start_pts=500:" in graph(encode(MIDDLE, late))
    assert "fps=25:start_time=0,trim=start_pts=500:" in graph(encode(MIDDLE, late, preroll_s=None))


def test_a_video_that_starts_less_than_a_frame_after_its_audio_is_not_held() -> None:
    assert ":start_time=0,trim=start_pts=1:" in graph(encode(FIRST, source(start_s=0.04)))


def test_one_decode_feeds_every_rung() -> None:
    filters = graph(encode())
    assert filters.startswith("[0:V:0]")
    assert filters.count("[0:V:0]") == 1
    for n, name in enumerate(("720p", "540p", "360p", "240p")):
        assert f"[s{n}]" in filters
        assert filters.count(f"[{name}]") == 1
        assert f"[{name}]" in values(encode(), "-map")


def test_a_rung_is_scaled_to_its_size_in_square_pixels_and_bt709() -> None:
    filters = graph(encode(of=source(color_matrix="bt601")))
    assert (
        "scale=960:540:flags=bicubic:in_color_matrix=bt601:out_color_matrix=bt709:out_range=tv,"
        "setsar=1,format=yuv420p[540p]" in filters
    )


def test_interlaced_video_is_deinterlaced_before_the_rate_is_set() -> None:
    assert "bwdif=mode=send_field:deint=interlaced,fps=50" in graph(encode(of=source(is_interlaced=True)))
    assert "bwdif" not in graph(encode())


def test_transparent_parts_are_laid_on_black_before_anything_else_is_done_to_colors() -> None:
    filters = graph(encode(of=source(has_alpha=True, hdr=HDR)))
    assert filters.index("premultiply=inplace=1") < filters.index("tonemap=")
    assert "premultiply" not in graph(encode())


def test_hdr_is_tone_mapped_once_for_all_rungs() -> None:
    filters = graph(encode(of=source(hdr=HDR, color_matrix="bt2020")))
    assert "setparams=color_trc=smpte2084:color_primaries=bt2020:colorspace=bt2020nc,zscale=" in filters
    assert filters.count("tonemap=") == 1
    assert filters.index("tonemap=") < filters.index("split=5")
    assert "in_color_matrix=bt709" in filters
    assert "tonemap" not in graph(encode())
