"""What a stream copy of a candidate measures: whether it may be published."""

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

from reelway.hls.passthrough.declarations import MAX_BPS
from reelway.hls.passthrough.gop_segments import MAX_SEGMENT_S, Gop
from reelway.hls.passthrough.packets import MAX_ROUNDING_S, Packet
from reelway.probe.source import AAC_FRAME_SAMPLES, Source

# The copy is cut into files at least 1 s long, so a keyframe within that second does not show in their
# lengths.
_MAX_GOP_FILE_S = MAX_SEGMENT_S + 1
# The declared duration, the last frame and the end of the audio may be so far apart: muxers round
# and encoders drop frames at the end; more means that something is missing.
_MAX_END_DISTANCE_S = 1


def defect_of(source: Source, packets: dict[int, list[Packet]], gops: Sequence[Gop]) -> str | None:
    """Why the copy must not be published, as part of a sentence; None when it may.

    `packets` are those of the video as stream 0, and of the audio, if there is any, as stream 1.
    """
    video_packets, audio_packets = packets.get(0, []), packets.get(1, [])
    if not video_packets or not gops or (source.audio and not audio_packets):
        return "it holds no packets"
    end_s = max(packet.time_s + packet.duration_s for packet in video_packets)
    return (
        _defect_of_keyframes(video_packets, end_s)
        or _defect_of_length(source, video_packets, end_s)
        or _defect_of_gops(gops)
        or _defect_of_audio(source, audio_packets, end_s)
    )


def defect_so_far(source: Source, gops: Sequence[Gop], further_frames: int) -> str | None:
    """As `defect_of`, for a copy that is still being made: of complete `gops`, and so many frames since."""
    max_gop_s = max((gop.duration_s for gop in gops), default=0.0)
    if source.video.is_steady:  # otherwise the number of frames says nothing about time
        max_gop_s = max(max_gop_s, float(further_frames / source.video.frame_rate))
    if max_gop_s > _MAX_GOP_FILE_S:
        return f"keyframes are {max_gop_s:.1f} s apart or more"
    return _defect_of_gops(gops)


def _defect_of_keyframes(video_packets: Sequence[Packet], end_s: Fraction) -> str | None:
    keyframes_s = [packet.time_s for packet in video_packets if packet.is_key]
    max_distance_s = _max_distance_s([*keyframes_s, end_s])
    if not video_packets[0].is_key or max_distance_s > MAX_SEGMENT_S:
        return f"keyframes are up to {float(max_distance_s):.1f} s apart"
    return None


def _defect_of_length(source: Source, video_packets: Sequence[Packet], end_s: Fraction) -> str | None:
    length_s = end_s - min(packet.time_s for packet in video_packets)
    if len({packet.time_s for packet in video_packets}) < len(video_packets):
        return "two video packets have the same time"
    if abs(length_s - Fraction(source.video.duration_s)) > _MAX_END_DISTANCE_S:
        return f"{float(length_s):.1f} s of {source.video.duration_s:.1f} s were found"
    if sum(packet.size_bytes for packet in video_packets) * 8 > MAX_BPS * length_s:
        return "its bitrate is too high"
    return None


def _defect_of_gops(gops: Sequence[Gop]) -> str | None:
    if any(gop.start is None or not gop.start.is_idr for gop in gops):
        return "a GOP is not closed"
    if len({gop.start.sps for gop in gops if gop.start}) > 1:
        return "its sequence parameter set changes"
    return None


def _defect_of_audio(source: Source, audio_packets: Sequence[Packet], video_end_s: Fraction) -> str | None:
    if source.audio is None:
        return None
    frame_s = Fraction(AAC_FRAME_SAMPLES, source.audio.sample_rate_hz)
    if any(abs(b.time_s - a.time_s - frame_s) > MAX_ROUNDING_S for a, b in pairwise(audio_packets)):
        return "its audio has gaps"
    if abs(audio_packets[-1].time_s + frame_s - video_end_s) > _MAX_END_DISTANCE_S:
        return "its audio does not end with the video"
    return None


def _max_distance_s(times_s: Sequence[Fraction]) -> Fraction:
    return max((later - before for before, later in pairwise(times_s)), default=Fraction(0))
