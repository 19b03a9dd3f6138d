from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from reelway.frame_grid import grid_for
from reelway.h264 import Opening
from reelway.hls import passthrough
from reelway.hls.passthrough import Gop, packets_of
from reelway.hls.playlists import Segment
from reelway.probe.source import Source
from tests.support.media import copied_source
from tests.support.samples import AUDIO_STREAM, HDR, SOURCE, source

GRID = grid_for(Fraction(25))
OPENING = Opening(copied_source.SPS, is_idr=True)
GOPS = [Gop(f"{n}.ts", 2.0, 100_000, OPENING) for n in range(15)]
SEGMENTS = [Segment(f"{n}", 4.0, 1_000_000) for n in range(7)] + [Segment("7", 2.0, 500_000)]


def listed(frames: int = 750, gop_frames: int = 50, **changes: Any) -> dict[int, list[passthrough.Packet]]:
    return packets_of(copied_source.packets(frames, gop_frames=gop_frames, **changes))


def test_mp4_with_h264_and_aac_is_a_candidate() -> None:
    assert passthrough.is_candidate(SOURCE)
    assert passthrough.is_candidate(source(audio=None))
    assert passthrough.is_candidate(source(audio=replace(AUDIO_STREAM, channels=6)))


@pytest.mark.parametrize(
    "other",
    [
        source(container="matroska,webm"),
        source(codec="hevc"),
        source(profile="High 4:2:2"),
        source(pixel_format="yuvj420p"),
        source(level=51),
        source(is_interlaced=True),
        source(is_rotated=True),
        source(is_square=False),
        source(hdr=HDR),
        source(width=641, height=360),
        source(frame_rate=Fraction(120)),
        source(bitrate_bps=9_000_000),
        source(audio=replace(AUDIO_STREAM, codec="mp3")),
        source(audio=replace(AUDIO_STREAM, profile="HE-AAC")),
        source(audio=replace(AUDIO_STREAM, start_s=1.0)),
        source(audio=replace(AUDIO_STREAM, duration_s=90.0)),
    ],
)
def test_anything_unusual_is_encoded(other: Source) -> None:
    assert not passthrough.is_candidate(other)


def test_packets_are_read_with_their_times_and_keyframes() -> None:
    pictures, sounds = listed()[0], listed()[1]
    assert [packet.time_s for packet in pictures[:3]] == [0, Fraction(1, 25), Fraction(2, 25)]
    assert [n for n, packet in enumerate(pictures) if packet.is_key] == list(range(0, 750, 50))
    assert sounds[1].time_s == Fraction(1024, 48_000)


def test_a_copy_without_fault_is_not_doubted() -> None:
    assert passthrough.doubt_of(SOURCE, listed(), GOPS) is None


@pytest.mark.parametrize(
    ("packets", "gops", "doubt"),
    [
        ({}, GOPS, "no packets"),
        ({0: listed()[0]}, GOPS, "no packets"),
        (listed(gop_frames=200), GOPS, "keyframes"),
        (listed(skip=[0]), GOPS, "keyframes"),
        (listed(frames=600), GOPS, "were found"),
        (listed(size_bytes=45_000), GOPS, "bitrate"),
        (listed(), [*GOPS, Gop("x", 2.0, 1, Opening(copied_source.SPS, is_idr=False))], "not closed"),
        (listed(), [*GOPS, Gop("x", 2.0, 1, None)], "not closed"),
        (listed(), [*GOPS, Gop("x", 2.0, 1, Opening(b"other", is_idr=True))], "change"),
        ({0: listed()[0], 1: listed()[1][::2]}, GOPS, "gaps"),
        ({0: listed()[0], 1: listed()[1][:1000]}, GOPS, "does not end"),
        ({0: [*listed()[0], listed()[0][-1]], 1: listed()[1]}, GOPS, "same time"),
    ],
)
def test_a_copy_is_doubted_for_what_it_measures(
    packets: dict[int, list[passthrough.Packet]], gops: list[Gop], doubt: str
) -> None:
    assert doubt in (passthrough.doubt_of(SOURCE, packets, gops) or "")


@pytest.mark.parametrize(
    ("of", "gops", "further_frames"),
    [
        (SOURCE, [], 0),
        (SOURCE, [], 7 * 25),
        (SOURCE, GOPS, 7 * 25),
        (SOURCE, [Gop("x", 7.0, 1, OPENING)], 25),
        (source(is_steady=False), [], 10_000),
    ],
)
def test_an_unfinished_copy_is_not_doubted_too_soon(of: Source, gops: list[Gop], further_frames: int) -> None:
    assert passthrough.doubt_so_far(of, gops, further_frames) is None


@pytest.mark.parametrize(
    ("gops", "further_frames", "doubt"),
    [
        ([], 7 * 25 + 1, "apart"),
        (GOPS, 7 * 25 + 1, "apart"),
        ([Gop("x", 7.1, 1, OPENING)], 0, "apart"),
        ([*GOPS, Gop("x", 2.0, 1, Opening(copied_source.SPS, is_idr=False))], 0, "not closed"),
        ([*GOPS, Gop("x", 2.0, 1, Opening(b"other", is_idr=True))], 0, "change"),
    ],
)
def test_an_unfinished_copy_is_given_up_at_the_first_sure_doubt(
    gops: list[Gop], further_frames: int, doubt: str
) -> None:
    assert doubt in (passthrough.doubt_so_far(SOURCE, gops, further_frames) or "")


@pytest.mark.parametrize(
    ("gop_s", "lengths_s"),
    [
        (2.0, [4.0, 4.0, 4.0]),
        (1.0, [4.0, 4.0, 4.0]),
        (5.28, [5.28] * 12),
        (2.5, [5.0] * 6),
        (2.8, [2.8] * 12),
        (6.5, [6.5] * 12),
    ],
)
def test_gops_are_joined_to_segments_of_about_four_seconds(gop_s: float, lengths_s: list[float]) -> None:
    pieces = passthrough.pieces_of([Gop(f"{n}", gop_s, 10, OPENING) for n in range(12)], GRID)
    assert [piece.duration_s for piece in pieces[: len(lengths_s)]] == pytest.approx(lengths_s)
    assert [name for piece in pieces for name in piece.names] == [f"{n}" for n in range(12)]
    assert [piece.start_s for piece in pieces[1:]] == pytest.approx(
        [sum(piece.duration_s for piece in pieces[:n]) for n in range(1, len(pieces))]
    )


def test_a_segment_is_never_larger_than_what_can_be_served_where_its_gops_are_not() -> None:
    pieces = passthrough.pieces_of([Gop(f"{n}", 1.0, 1_500_000, OPENING) for n in range(6)], GRID)
    assert [piece.size_bytes for piece in pieces] == [3_000_000] * 3


def test_above_30_fps_segments_begin_at_frames_that_rungs_at_half_the_rate_have() -> None:
    grid = grid_for(Fraction(50))
    pieces = passthrough.pieces_of([Gop(f"{n}", 101 / 50, 10, OPENING) for n in range(8)], grid)
    assert all(round(piece.start_s * 50) % 2 == 0 for piece in pieces)


def test_a_copy_on_the_grid_is_kept_with_its_cuts() -> None:
    assert kept() == (100, 200, 300, 400, 500, 600, 700)


def kept(
    of: Source = SOURCE,
    packets: str | None = None,
    segments: list[Segment] = SEGMENTS,
    cap_bps: int = 2_800_000,
) -> tuple[int, ...] | str:
    pictures = packets_of(packets or copied_source.packets(750, gop_frames=50))[0]
    return passthrough.kept_cuts(of, GRID, pictures, segments, cap_bps=cap_bps, lead_s=Fraction(2, 25))


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"of": source(audio=replace(AUDIO_STREAM, channels=6))}, "sound"),
        ({"of": source(is_steady=False)}, "frame rate"),
        ({"of": source(frame_rate=Fraction(24))}, "frame rate"),
        ({"of": source(start_s=0.08)}, "first picture"),
        ({"packets": copied_source.packets(750, gop_frames=50, skip=[40])}, "equally far apart"),
        ({"packets": copied_source.packets(750, gop_frames=50, lead_frames=3)}, "decoded earlier"),
        ({"segments": [Segment("0", 6.5, 1_000_000)]}, "too long"),
        ({"cap_bps": 900_000}, "costs too much"),
        ({"segments": [*SEGMENTS[:7], Segment("7", 2.0, 1_500_000)]}, "varies"),
    ],
)
def test_a_copy_that_the_other_rungs_cannot_follow_is_replaced(changes: dict[str, Any], reason: str) -> None:
    answer = kept(**changes)
    assert isinstance(answer, str)
    assert reason in answer
