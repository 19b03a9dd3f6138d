from pathlib import Path

import pytest

from bench.encode.clips import Clip, facts_of

CLIP = Clip("clip", Path("clip.mp4"), rate=25, frames=4, width=1280, height=720)


def packet(frame: float, flags: str = "___", size: int = 100) -> dict[str, str]:
    return {"pts_time": f"{frame / 25:.6f}", "flags": flags, "size": str(size)}


def test_a_clip_on_the_grid_tells_its_bitrate_and_its_longest_gop() -> None:
    facts = facts_of(CLIP, [packet(0, "K__"), packet(2), packet(1), packet(3, "K__", size=700)])

    assert facts.frames == 4
    assert facts.longest_gop_s == 0.12
    assert facts.bitrate_bps == 1000 * 8 / (4 / 25)


@pytest.mark.parametrize("frames", [[0, 1, 3, 4], [0, 1, 2], [0, 1, 2, 2.5], [0, 1, 2, 2]])
def test_a_picture_that_is_missing_or_off_the_grid_is_an_error(frames: list[float]) -> None:
    with pytest.raises(ValueError, match="clip: "):
        facts_of(CLIP, [packet(frame, "K__") for frame in frames])
