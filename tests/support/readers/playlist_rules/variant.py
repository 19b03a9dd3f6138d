"""Compares what the multivariant playlist declares of a rendition with its segments."""

from tests.support.readers import h264_sps
from tests.support.readers.playlist_rules.content import Content
from tests.support.readers.playlist_rules.multivariant import Variant
from tests.support.readers.transport_stream import TICKS_PER_S

# Clauses are of Apple's HLS Authoring Specification.
_TOLERANCE = 0.1  # of the measured bit rates (1.26, 1.27)
_MAX_PEAK_RATIO = 2.0  # of the peak to the average bit rate (1.30)
_ROUNDING_TICKS = 1  # FRAME-RATE has three decimals, and a PTS is a whole number of ticks


def variant_violations(variant: Variant, content: Content) -> list[str]:
    """A sentence for every declaration that does not hold."""
    return [
        *_bandwidth_violations(variant, content),
        *_codec_violations(variant, content),
        *_size_violations(variant, content),
        *_rate_violations(variant, content),
    ]


def _bandwidth_violations(variant: Variant, content: Content) -> list[str]:
    peak_bps, average_bps = content.peak_bps, content.average_bps
    found = []
    if abs(variant.bandwidth_bps - peak_bps) > _TOLERANCE * peak_bps:
        found.append(f"BANDWIDTH is {variant.bandwidth_bps}, the peak {peak_bps:.0f} bit/s.")
    if abs(variant.average_bandwidth_bps - average_bps) > _TOLERANCE * average_bps:
        found.append(
            f"AVERAGE-BANDWIDTH is {variant.average_bandwidth_bps}, the average {average_bps:.0f} bit/s."
        )
    if peak_bps > _MAX_PEAK_RATIO * average_bps:
        found.append(
            f"The peak of {peak_bps:.0f} bit/s is {peak_bps / average_bps:.2f} times the average, "
            f"more than {_MAX_PEAK_RATIO:g}."
        )
    return found


def _codec_violations(variant: Variant, content: Content) -> list[str]:
    streams = [segment.stream for segment in content.segments]
    found = {frame.codec for stream in streams for frame in stream.video_frames if frame.codec}
    found |= {frame.codec for stream in streams for frame in stream.audio_frames}
    if found == variant.codecs:
        return []
    return [f"CODECS is {','.join(sorted(variant.codecs))}; the segments have {','.join(sorted(found))}."]


def _size_violations(variant: Variant, content: Content) -> list[str]:
    frames = [frame for segment in content.segments for frame in segment.stream.video_frames]
    sizes = {h264_sps.frame_size(sps) for sps in {frame.sps for frame in frames if frame.sps}}
    if sizes == {(variant.width, variant.height)}:
        return []
    found = ", ".join(f"{width}x{height}" for width, height in sorted(sizes))
    return [f"RESOLUTION is {variant.width}x{variant.height}; the frames are {found}."]


def _rate_violations(variant: Variant, content: Content) -> list[str]:
    """FRAME-RATE is the highest rate, that of the smallest gap between frames (RFC 8216, 4.3.4.2)."""
    gaps = [gap for segment in content.segments for gap in segment.stream.pts_gaps]
    if not gaps or abs(min(gaps) - TICKS_PER_S / variant.frame_rate) <= _ROUNDING_TICKS:
        return []
    return [f"FRAME-RATE is {variant.frame_rate}; frames are {min(gaps)} ticks apart."]
