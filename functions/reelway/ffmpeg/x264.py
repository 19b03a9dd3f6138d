"""x264 for each rung: quality, GOPs, and decoding times that all rungs share."""

from collections.abc import Sequence
from fractions import Fraction

from reelway.frame_grid import FrameGrid
from reelway.plan.chunks import Chunk, cuts_within
from reelway.plan.ladder import Rung
from reelway.plan.plan import Plan

# veryfast has no trellis quantization, which saves a tenth of the bytes for a few hundredths of the CPU time.
_QUALITY = ["-preset", "veryfast", "-trellis", "1", "-crf", "23"]
_B_FRAME_DELAY = 2  # frames, with the preset's pyramid of B-frames


def encoder(rung: Rung, rungs: Sequence[Rung], grid: FrameGrid, threads: int) -> list[str]:
    gop = str(grid.gop_frames // rung.frame_step)
    return [
        *("-fps_mode", "passthrough"),  # the filters have set the rate; a second look may drop or double
        *("-c:v", "libx264", *_QUALITY),
        # A buffer of one second: twice that costs 2 to 7 % more of peak rate for less than 0.1 of VMAF.
        *("-maxrate", str(rung.max_bps), "-bufsize", str(rung.max_bps)),
        *("-profile:v", "high", "-level:v", rung.level(grid)),
        # Closed GOPs of one length, and an IDR wherever `idrs_at` asks; scene cuts must not move them.
        *("-g", gop, "-keyint_min", gop, "-sc_threshold", "0", "-flags", "+cgop", "-forced-idr", "1"),
        # What the filters converted to; players otherwise guess by the size.
        *("-color_primaries", "bt709", "-color_trc", "bt709", "-colorspace", "bt709"),
        *("-threads", str(threads)),
        *_decoded_as_early(rung, rungs, grid),
    ]


def idrs_at(plan: Plan, chunk: Chunk) -> list[str]:
    """An IDR where a segment begins; half a frame early, because times are rounded and must not come late."""
    times_s = [float((cut - Fraction(1, 2)) / plan.grid.rate) for cut in cuts_within(chunk, plan.cuts)]
    return ["-force_key_frames", ",".join(f"{time_s:.6f}" for time_s in times_s)] if times_s else []


def decoding_lead_s(grid: FrameGrid, rungs: Sequence[Rung]) -> Fraction:
    """How far decoding times run ahead of presentation times, in all renditions.

    x264 decodes B-frames two frames ahead, which lasts longer in rungs with fewer frames. The muxer deals out
    the audio by decoding time, so with differing leads a switch of rendition between two segments would leave
    out, or repeat, some audio.
    """
    return _B_FRAME_DELAY * max(rung.frame_step for rung in rungs) / grid.rate


def _decoded_as_early(rung: Rung, rungs: Sequence[Rung], grid: FrameGrid) -> list[str]:
    frames = int(decoding_lead_s(grid, rungs) * rung.rate(grid)) - _B_FRAME_DELAY
    return ["-bsf:v", f"setts=pts=PTS:dts=DTS-{frames}"] if frames else []
