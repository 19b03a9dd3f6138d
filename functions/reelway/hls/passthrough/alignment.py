"""Whether a published copy can stay the top rung: encoded rungs must be able to align with it."""

from collections.abc import Sequence
from fractions import Fraction

from reelway.frame_grid import FrameGrid
from reelway.hls.passthrough.gop_segments import MAX_SEGMENT_S
from reelway.hls.passthrough.packets import MAX_ROUNDING_S, Packet
from reelway.hls.playlists import Segment, average_bps, peak_bps
from reelway.probe.source import Source

_MAX_PEAK_RATIO = 2  # peak to average, by Apple's authoring rules (1.30)


def aligned_cuts(
    grid: FrameGrid, video_packets: Sequence[Packet], segments: Sequence[Segment]
) -> tuple[int, ...]:
    """The frames of the grid at which the copy's segments begin, without the first segment's."""
    starts = [_first_frame(grid, video_packets)]
    for segment in segments:
        starts.append(starts[-1] + round(segment.duration_s * grid.rate))
    return tuple(starts[1:-1])


def misalignment(
    source: Source,
    grid: FrameGrid,
    video_packets: Sequence[Packet],
    segments: Sequence[Segment],
    *,
    cap_bps: int,
    lead_s: Fraction,
) -> str | None:
    """Why the copy cannot be the top rung of the ladder, as part of a sentence; None when it can.

    `cap_bps` is what an encoded rung of its size may have at most. Encoded rungs are decoded `lead_s` before
    they are shown; packets of the copy that need less are given the same, those that need more cannot be.
    """
    return (
        _misaligned_frames(source, grid, video_packets)
        or _misaligned_start(source, grid, video_packets, lead_s)
        or _too_expensive(segments, cap_bps)
    )


def _misaligned_frames(source: Source, grid: FrameGrid, video_packets: Sequence[Packet]) -> str | None:
    if not source.video.is_steady or source.video.frame_rate != grid.rate:
        return "its frame rate is not that of the other rungs"
    first_frame = _first_frame(grid, video_packets)
    times_s = sorted(packet.time_s for packet in video_packets)
    if any(abs(time_s - (first_frame + n) / grid.rate) > MAX_ROUNDING_S for n, time_s in enumerate(times_s)):
        return "its frames are not equally far apart"
    return None


def _misaligned_start(
    source: Source, grid: FrameGrid, video_packets: Sequence[Packet], lead_s: Fraction
) -> str | None:
    if video_packets[0].lead_s > lead_s:
        return "its frames are decoded earlier than those of the other rungs"
    if _first_frame(grid, video_packets) != grid.frame_at(source.video.start_s):
        return "its first frame is not where the other rungs begin"
    return None


def _too_expensive(segments: Sequence[Segment], cap_bps: int) -> str | None:
    if max(segment.duration_s for segment in segments) > MAX_SEGMENT_S:
        return "its segments would be too long"
    peak, average = peak_bps(segments), average_bps(segments)
    if peak > _MAX_PEAK_RATIO * min(cap_bps, average):
        return f"its bitrate of {average} bit/s on average and {peak} at most varies or costs too much"
    return None


def _first_frame(grid: FrameGrid, video_packets: Sequence[Packet]) -> int:
    return round(min(packet.time_s for packet in video_packets) * grid.rate)
