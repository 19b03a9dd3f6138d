"""What the multivariant playlist promises of a rendition, against what its segments hold."""

from tests.support.readers import h264_sps
from tests.support.readers.playlist_rules.content import Content
from tests.support.readers.playlist_rules.multivariant import Variant
from tests.support.readers.transport_stream import TICKS_PER_S

_TOLERANCE = 0.1
_MAX_PEAK = 2.0
_ROUNDING_TICKS = 1


def variant_violations(variant: Variant, content: Content) -> list[str]:
    """A sentence for every promise that is not kept."""
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
    if peak_bps > _MAX_PEAK * average_bps:
        found.append(
            f"The peak of {peak_bps:.0f} bit/s is {peak_bps / average_bps:.2f} times the average, "
            f"more than {_MAX_PEAK:g}."
        )
    return found


def _codec_violations(variant: Variant, content: Content) -> list[str]:
    streams = [segment.stream for segment in content.segments]
    held = {picture.codec for stream in streams for picture in stream.pictures if picture.codec}
    held |= {sound.codec for stream in streams for sound in stream.sounds}
    told = ",".join(sorted(variant.codecs))
    return [] if held == variant.codecs else [f"CODECS names {told}; {','.join(sorted(held))} are there."]


def _size_violations(variant: Variant, content: Content) -> list[str]:
    pictures = [picture for segment in content.segments for picture in segment.stream.pictures]
    sizes = {h264_sps.picture_size(sps) for sps in {picture.sps for picture in pictures if picture.sps}}
    if sizes == {(variant.width, variant.height)}:
        return []
    held = ", ".join(f"{width}x{height}" for width, height in sorted(sizes))
    return [f"RESOLUTION is {variant.width}x{variant.height}; the pictures are {held}."]


def _rate_violations(variant: Variant, content: Content) -> list[str]:
    """FRAME-RATE is the highest rate, that of the pictures next to each other."""
    gaps = [gap for segment in content.segments for gap in segment.stream.pts_gaps]
    if not gaps or abs(min(gaps) - TICKS_PER_S / variant.frame_rate) <= _ROUNDING_TICKS:
        return []
    return [f"FRAME-RATE is {variant.frame_rate}; pictures are {min(gaps)} ticks apart."]
