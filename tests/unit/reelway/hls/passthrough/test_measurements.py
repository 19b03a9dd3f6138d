from typing import Any

import pytest

from reelway.h264 import SegmentStart
from reelway.hls.passthrough.gop_segments import Gop
from reelway.hls.passthrough.measurements import defect_of, defect_so_far
from reelway.hls.passthrough.packets import Packet, packets_by_stream
from reelway.probe.source import Source
from tests.support.media import copied_source
from tests.support.samples import SOURCE, source

START = SegmentStart(copied_source.SPS, is_idr=True)
GOPS = [Gop(f"{n}.ts", 2.0, 100_000, START) for n in range(15)]


def listed(frames: int = 750, gop_frames: int = 50, **changes: Any) -> dict[int, list[Packet]]:
    return packets_by_stream(copied_source.packets(frames, gop_frames=gop_frames, **changes))


def test_a_copy_without_a_defect_is_published() -> None:
    assert defect_of(SOURCE, listed(), GOPS) is None


@pytest.mark.parametrize(
    ("packets", "gops", "defect"),
    [
        ({}, GOPS, "no packets"),
        ({0: listed()[0]}, GOPS, "no packets"),
        (listed(gop_frames=200), GOPS, "keyframes"),
        (listed(skip=[0]), GOPS, "keyframes"),
        (listed(frames=600), GOPS, "were found"),
        (listed(size_bytes=45_000), GOPS, "bitrate"),
        (listed(), [*GOPS, Gop("x", 2.0, 1, SegmentStart(copied_source.SPS, is_idr=False))], "not closed"),
        (listed(), [*GOPS, Gop("x", 2.0, 1, None)], "not closed"),
        (listed(), [*GOPS, Gop("x", 2.0, 1, SegmentStart(b"other", is_idr=True))], "set changes"),
        ({0: listed()[0], 1: listed()[1][::2]}, GOPS, "gaps"),
        ({0: listed()[0], 1: listed()[1][:1000]}, GOPS, "does not end"),
        ({0: [*listed()[0], listed()[0][-1]], 1: listed()[1]}, GOPS, "same time"),
    ],
)
def test_a_copy_with_a_defect_is_refused_for_it(
    packets: dict[int, list[Packet]], gops: list[Gop], defect: str
) -> None:
    assert defect in (defect_of(SOURCE, packets, gops) or "")


@pytest.mark.parametrize(
    ("of", "gops", "further_frames"),
    [
        (SOURCE, [], 0),
        (SOURCE, [], 7 * 25),
        (SOURCE, GOPS, 7 * 25),
        (SOURCE, [Gop("x", 7.0, 1, START)], 25),
        (source(is_steady=False), [], 10_000),
    ],
)
def test_an_unfinished_copy_is_not_given_up_early(of: Source, gops: list[Gop], further_frames: int) -> None:
    assert defect_so_far(of, gops, further_frames) is None


@pytest.mark.parametrize(
    ("gops", "further_frames", "defect"),
    [
        ([], 7 * 25 + 1, "apart"),
        (GOPS, 7 * 25 + 1, "apart"),
        ([Gop("x", 7.1, 1, START)], 0, "apart"),
        ([*GOPS, Gop("x", 2.0, 1, SegmentStart(copied_source.SPS, is_idr=False))], 0, "not closed"),
        ([*GOPS, Gop("x", 2.0, 1, SegmentStart(b"other", is_idr=True))], 0, "set changes"),
    ],
)
def test_an_unfinished_copy_is_given_up_at_the_first_certain_defect(
    gops: list[Gop], further_frames: int, defect: str
) -> None:
    assert defect in (defect_so_far(SOURCE, gops, further_frames) or "")
