from fractions import Fraction
from typing import Any

import pytest

from reelway.frame_grid import grid_for
from reelway.hls.passthrough.alignment import aligned_cuts, misalignment
from reelway.hls.passthrough.packets import packets_by_stream
from reelway.hls.playlists import Segment
from reelway.probe.source import Source
from tests.support.media import copied_source
from tests.support.samples import SOURCE, source

GRID = grid_for(Fraction(25))
SEGMENTS = [Segment(f"{n}", 4.0, 1_000_000) for n in range(7)] + [Segment("7", 2.0, 500_000)]
VIDEO_PACKETS = packets_by_stream(copied_source.packets(750, gop_frames=50))[0]


def test_a_copy_on_the_grid_stays_the_top_rung() -> None:
    assert misalignment_of() is None


def test_encoded_rungs_are_cut_where_the_segments_of_the_copy_begin() -> None:
    assert aligned_cuts(GRID, VIDEO_PACKETS, SEGMENTS) == (100, 200, 300, 400, 500, 600, 700)


def test_the_cuts_count_from_the_copys_first_frame() -> None:
    late = packets_by_stream(copied_source.packets(750, gop_frames=50, skip=range(10)))[0]
    assert aligned_cuts(GRID, late, SEGMENTS[:3]) == (110, 210)


def misalignment_of(
    of: Source = SOURCE,
    packets: str | None = None,
    segments: list[Segment] = SEGMENTS,
    cap_bps: int = 2_800_000,
) -> str | None:
    video_packets = packets_by_stream(packets)[0] if packets else VIDEO_PACKETS
    return misalignment(of, GRID, video_packets, segments, cap_bps=cap_bps, lead_s=Fraction(2, 25))


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"of": source(is_steady=False)}, "frame rate"),
        ({"of": source(frame_rate=Fraction(24))}, "frame rate"),
        ({"of": source(start_s=0.08)}, "first frame"),
        ({"packets": copied_source.packets(750, gop_frames=50, skip=[40])}, "equally far apart"),
        ({"packets": copied_source.packets(750, gop_frames=50, lead_frames=3)}, "decoded earlier"),
        ({"segments": [Segment("0", 6.5, 1_000_000)]}, "too long"),
        ({"cap_bps": 900_000}, "costs too much"),
        ({"segments": [*SEGMENTS[:7], Segment("7", 2.0, 1_500_000)]}, "varies"),
    ],
)
def test_a_copy_that_the_other_rungs_cannot_follow_is_replaced(changes: dict[str, Any], reason: str) -> None:
    assert reason in (misalignment_of(**changes) or "")
