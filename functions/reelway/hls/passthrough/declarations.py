"""Which sources are candidates for passthrough, by what the file declares."""

from reelway.frame_grid import MAX_FPS
from reelway.probe.containers import container_of
from reelway.probe.source import Source

# Apple's HLS authoring rules for H.264 (1.3): at most High profile and level 4.2.
_PROFILES, _MAX_LEVEL = {"Constrained Baseline", "Main", "High"}, 42
# Their highest bitrate for 1080p is 7.8 Mbit/s (1.25). Whatever has more is encoded to less.
MAX_BPS = 8_000_000
# A copy has no frame to hold while its audio goes on, but players show the last one as long as the playlist
# says. Phones and muxers leave up to 0.1 s; what is much longer needs frames, so as to be sought in.
MAX_TAIL_S = 1.0


def is_candidate(source: Source) -> bool:
    """Whether the file declares H.264 and AAC, or no audio, as every player takes them."""
    video = source.video
    return (
        container_of(source.container).has_exact_times
        and source.is_interleaved
        and video.codec == "h264"
        and video.profile in _PROFILES
        and 0 < video.level <= _MAX_LEVEL
        and video.pixel_format == "yuv420p"
        and not (video.is_interlaced or video.is_rotated or video.hdr)
        and video.is_square
        and video.width % 2 == video.height % 2 == 0
        and video.frame_rate <= MAX_FPS
        and video.bitrate_bps <= MAX_BPS
        and not source.starts_held
        and source.audio_tail_s <= MAX_TAIL_S
        and (source.audio is None or source.has_playable_audio)
    )
