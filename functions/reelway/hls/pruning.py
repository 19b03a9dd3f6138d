"""Which renditions are worth publishing: not one that saves hardly any bits beside the next larger one."""

from collections.abc import Sequence

from reelway.hls.renditions import MeasuredRendition
from reelway.video import Rendition

# Of the next larger one's average bitrate. A player that can afford the larger one would never choose it: it
# comes of sources that the bitrate does not limit, such as slides, whose renditions all take next to nothing.
_MAX_SHARE = 0.85
# H.264's 4.1: one rendition must be at most so high, for devices that decode no more (Apple's HLS authoring
# rules, 1.3a).
_MAX_COMMON_LEVEL = 41


def worth_publishing(found: Sequence[MeasuredRendition]) -> list[MeasuredRendition]:
    """`found`, which go from large to small, without those that are too close to the one before.

    The largest always stays, and the largest that all devices decode where no other of these would.
    """
    kept = list(found[:1])
    for each in found[1:]:
        if _average_bps(each) <= _MAX_SHARE * _average_bps(kept[-1]):
            kept.append(each)
    if not any(map(_is_common, kept)):
        kept += [each for each in found if _is_common(each)][:1]
    return sorted(kept, key=found.index)


def _average_bps(measured: MeasuredRendition) -> int:
    return measured.rendition.average_bandwidth_bps


def _is_common(measured: MeasuredRendition) -> bool:
    return _level(measured.rendition) <= _MAX_COMMON_LEVEL


def _level(rendition: Rendition) -> int:
    """In tenths: the last byte of the video's codec, as in 'avc1.640029,mp4a.40.2' (RFC 6381, 3.4)."""
    video_codec = rendition.codecs.partition(",")[0]
    return int(video_codec[-2:], 16)
