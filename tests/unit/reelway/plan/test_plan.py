from dataclasses import replace
from fractions import Fraction

import pytest

from reelway.plan.chunks import Chunk
from tests.support.samples import AUDIO_STREAM, SOURCE, plan, source

MP4 = SOURCE.container


@pytest.mark.parametrize(
    ("bitrate_bps", "container", "is_encoded"),
    [
        (0, MP4, True),
        (128_000, MP4, True),
        (81_000, MP4, True),
        (80_000, MP4, False),  # a fifth more than the rung's at most: copied into all rungs
        (48_000, MP4, False),
        (48_000, "matroska,webm", True),  # the others have what preparing encoded
    ],
)
def test_the_smallest_rung_encodes_its_audio_again_unless_it_has_few_bits(
    bitrate_bps: int, container: str, is_encoded: bool
) -> None:
    planned = plan(source(container=container, audio=replace(AUDIO_STREAM, bitrate_bps=bitrate_bps)))
    assert [planned.encodes_audio(rung) for rung in planned.rungs] == [False, False, False, is_encoded]


def test_no_rung_has_audio_where_the_source_has_none() -> None:
    silent = plan(source(audio=None))
    assert not any(silent.encodes_audio(rung) for rung in silent.rungs)


def test_audio_that_is_normalized_is_never_copied() -> None:
    assert plan().keeps_audio
    assert plan().shares_upload
    normalized = replace(plan(), loudness_target_lufs=-23)
    assert not normalized.keeps_audio
    assert not normalized.shares_upload


def test_frames_are_counted_at_the_output_rate() -> None:
    assert plan(source(frame_rate=Fraction(120), duration_s=10.0)).total_frames == 600


def test_interlaced_video_has_a_frame_for_each_field() -> None:
    planned = plan(source(is_interlaced=True, duration_s=10.0))
    assert planned.total_frames == 500
    assert [int(rung.rate(planned.grid)) for rung in planned.rungs] == [50, 25, 25, 25]
    assert plan(source(is_interlaced=True, frame_rate=Fraction(50))).grid.rate == 50


def test_a_video_has_at_least_one_frame() -> None:
    assert plan(source(duration_s=0.001)).total_frames == 1


def test_a_long_source_that_cannot_be_sought_exactly_is_remuxed() -> None:
    assert plan(source(container="mpegts")).remux_container == "mp4"
    assert len(plan(source(container="mpegts")).chunks) == 4


def test_what_can_be_sought_or_is_one_chunk_is_read_as_it_was_uploaded() -> None:
    assert plan(source()).remux_container is None
    assert plan(source(container="mpegts", duration_s=5.0)).remux_container is None


def test_what_can_neither_be_sought_nor_remuxed_is_one_chunk() -> None:
    planned = plan(source(container="rm", codec="rv40"))
    assert planned.chunks == (Chunk(0, None, 1875),)
    assert planned.remux_container is None


def test_a_file_may_hold_twice_as_much_as_it_declares_and_15_seconds() -> None:
    assert plan().chunks[-1].end_frame == (2 * 30 + 15) * 25
    assert plan().max_s == 75.0


def test_the_last_frame_is_held_for_as_long_as_audio_goes_on_but_ends_nothing() -> None:
    held = plan(source(audio=replace(AUDIO_STREAM, duration_s=42.5)))
    assert held.held_frames == 313  # 12.5 s and what is left of a frame
    assert held.total_frames == 1062
    assert held.chunks[-1].end_frame == (2 * 42.5 + 15) * 25
    assert plan().held_frames == 0


def test_a_first_frame_that_is_held_is_the_first_of_the_grid() -> None:
    late = plan(source(start_s=5.0, audio=replace(AUDIO_STREAM, duration_s=35.0)))
    assert late.first_frame == late.stills.first_frame == 0
    assert late.total_frames == 35 * 25
    assert plan(source(start_s=5.0, audio=None)).first_frame == 125


def test_much_less_than_declared_is_too_little() -> None:
    assert plan().min_s == 29.0
    assert plan(source(duration_s=100.0)).min_s == 98.0
