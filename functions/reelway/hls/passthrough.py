"""Which sources can be played as they are, and which of those become the top rung for good.

A standard source is published by copying its packets, before anything is encoded. What it says of itself
makes it a candidate; what a copy measures decides. Whatever is in doubt is encoded.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from reelway.frame_grid import FrameGrid
from reelway.h264 import Opening
from reelway.hls.playlists import MAX_SEGMENT_BYTES, Segment, average_bps, peak_bps
from reelway.probe.containers import container_of
from reelway.probe.source import Source

# Apple's authoring rules for H.264 in TS: up to High at level 4.2 (1.3), at most 60 fps (1.19).
_PROFILES = {"Constrained Baseline", "Main", "High"}
_MAX_LEVEL = 42
_MAX_RATE = 60
_MAX_BPS = 8_000_000
_MAX_KEYFRAME_S = 6
# Parts of the copy are cut a second apart at least, so that a keyframe within that may not show.
_SURELY_TOO_LONG_S = _MAX_KEYFRAME_S + 1
_SEGMENT_S = 4
_AAC_FRAME_SAMPLES = 1024
# Players follow a clock of milliseconds; times of common time scales are less than that off their grid.
_OFF_GRID_S = Fraction(1, 1000)
_MAX_END_DISTANCE_S = 1
_MAX_PEAK = 2


@dataclass(frozen=True, slots=True)
class Packet:
    """One packet of the source: its presentation time on the job's clock, its length, its size.

    It is decoded `lead_s` before it is shown.
    """

    time_s: Fraction
    lead_s: Fraction
    duration_s: Fraction
    size_bytes: int
    is_key: bool


@dataclass(frozen=True, slots=True)
class Gop:
    """A part of the copy, in a file of its own, that begins with a keyframe."""

    name: str
    duration_s: float
    size_bytes: int
    opening: Opening | None


@dataclass(frozen=True, slots=True)
class Piece:
    """Neighbouring Gops that make a segment of the copy; `start_s` from the first frame."""

    names: tuple[str, ...]
    start_s: float
    duration_s: float
    size_bytes: int


def is_candidate(source: Source) -> bool:
    """Whether the file says that it is H.264 and AAC as every player takes it."""
    video = source.video
    return (
        container_of(source.container).has_exact_times
        and video.codec == "h264"
        and video.profile in _PROFILES
        and 0 < video.level <= _MAX_LEVEL
        and video.pixel_format == "yuv420p"
        and not (video.is_interlaced or video.is_rotated or video.hdr)
        and video.is_square
        and video.width % 2 == video.height % 2 == 0
        and video.frame_rate <= _MAX_RATE
        and video.bitrate_bps <= _MAX_BPS
        and not source.is_held
        and (source.audio is None or source.has_playable_audio)
    )


def packets_of(listed: str) -> dict[int, list[Packet]]:
    """The packets of each stream in what ffmpeg's framecrc muxer has written, in the order of the file.

    A line is: stream, dts, pts, duration, size, checksum, and flags unless it is a plain keyframe.
    """
    bases: dict[int, Fraction] = {}
    packets: dict[int, list[Packet]] = {}
    for line in listed.splitlines():
        if line.startswith("#tb "):
            stream, _, base = line.removeprefix("#tb ").partition(": ")
            bases[int(stream)] = Fraction(base)
        elif line and not line.startswith("#"):
            fields = [field.strip() for field in line.split(",")]
            packets.setdefault(int(fields[0]), []).append(_packet(fields, bases[int(fields[0])]))
    return packets


def _packet(fields: Sequence[str], base_s: Fraction) -> Packet:
    return Packet(
        time_s=int(fields[2]) * base_s,
        lead_s=(int(fields[2]) - int(fields[1])) * base_s,
        duration_s=int(fields[3]) * base_s,
        size_bytes=int(fields[4]),
        is_key=not any(field.startswith("F=") for field in fields[6:]),
    )


def doubt_of(source: Source, packets: dict[int, list[Packet]], gops: Sequence[Gop]) -> str | None:
    """Why a copy should not be published, in words; None when it may.

    `packets` has the picture's as stream 0, and the sound's, if there is any, as stream 1.
    """
    pictures, sounds = packets.get(0, []), packets.get(1, [])
    if not pictures or not gops or (source.audio and not sounds):
        return "it holds no packets"
    ends_s = max(packet.time_s + packet.duration_s for packet in pictures)
    length_s = ends_s - min(packet.time_s for packet in pictures)
    keyframes_s = [packet.time_s for packet in pictures if packet.is_key]
    if not pictures[0].is_key or _widest([*keyframes_s, ends_s]) > _MAX_KEYFRAME_S:
        return f"keyframes are up to {float(_widest([*keyframes_s, ends_s])):.1f} s apart"
    if len({packet.time_s for packet in pictures}) < len(pictures):
        return "two pictures have the same time"
    if abs(length_s - Fraction(source.video.duration_s)) > _MAX_END_DISTANCE_S:
        return f"{float(length_s):.1f} s of {source.video.duration_s:.1f} s were found"
    if sum(packet.size_bytes for packet in pictures) * 8 > _MAX_BPS * length_s:
        return "its bitrate is too high"
    return _doubt_of_gops(gops) or _doubt_of_sound(source, sounds, ends_s)


def _doubt_of_sound(source: Source, sounds: Sequence[Packet], ends_s: Fraction) -> str | None:
    if source.audio is None:
        return None
    frame_s = Fraction(_AAC_FRAME_SAMPLES, source.audio.sample_rate_hz)
    if any(abs(later.time_s - before.time_s - frame_s) > _OFF_GRID_S for before, later in pairwise(sounds)):
        return "its sound has gaps"
    if abs(sounds[-1].time_s + frame_s - ends_s) > _MAX_END_DISTANCE_S:
        return "its sound does not end with the picture"
    return None


def doubt_so_far(source: Source, gops: Sequence[Gop], further_frames: int) -> str | None:
    """As `doubt_of`, of a copy that is still being made: of whole `gops`, and so many frames since then."""
    longest_s = max((gop.duration_s for gop in gops), default=0.0)
    if source.video.is_steady:  # else the frames do not tell what time it is
        longest_s = max(longest_s, float(further_frames / source.video.frame_rate))
    if longest_s > _SURELY_TOO_LONG_S:
        return f"keyframes are {longest_s:.1f} s apart or more"
    return _doubt_of_gops(gops)


def _doubt_of_gops(gops: Sequence[Gop]) -> str | None:
    if any(gop.opening is None or not gop.opening.is_idr for gop in gops):
        return "a group of pictures is not closed"
    if len({gop.opening.sps for gop in gops if gop.opening}) > 1:
        return "its pictures change"
    return None


def pieces_of(gops: Sequence[Gop], grid: FrameGrid) -> list[Piece]:
    """Join Gops to segments of about 4 s, at most 6 s and 4.4 MB where the keyframes allow it.

    Above 30 fps, where small rungs have every second frame only, segments begin at those.
    """
    pieces: list[Piece] = []
    start_s, joined = 0.0, list[Gop]()
    for gop in gops:
        length_s = math.fsum(part.duration_s for part in joined)
        may_begin = round((start_s + length_s) * grid.rate) % grid.cut_step == 0
        if joined and may_begin and _is_enough(joined, length_s, gop):
            pieces.append(_piece(joined, start_s))
            start_s, joined = start_s + length_s, []
        joined.append(gop)
    return [*pieces, _piece(joined, start_s)]


def _is_enough(joined: Sequence[Gop], length_s: float, gop: Gop) -> bool:
    """Whether a segment should end before `gop`."""
    longer_s = length_s + gop.duration_s
    return (
        longer_s > _MAX_KEYFRAME_S
        or sum(part.size_bytes for part in joined) + gop.size_bytes > MAX_SEGMENT_BYTES
        or abs(length_s - _SEGMENT_S) <= abs(longer_s - _SEGMENT_S)
    )


def _piece(gops: Sequence[Gop], start_s: float) -> Piece:
    return Piece(
        names=tuple(gop.name for gop in gops),
        start_s=start_s,
        duration_s=math.fsum(gop.duration_s for gop in gops),
        size_bytes=sum(gop.size_bytes for gop in gops),
    )


def kept_cuts(
    source: Source,
    grid: FrameGrid,
    packets: Sequence[Packet],
    segments: Sequence[Segment],
    *,
    cap_bps: int,
    lead_s: Fraction,
) -> tuple[int, ...] | str:
    """The frames of the grid at which the copy's segments begin, but for the first.

    A text, why not, when encoded rungs could not align with the copy, or when it is no top rung: `cap_bps`
    is what one of its size would have. Those are decoded `lead_s` ahead, and so is the copy, unless the
    source asks for more.
    """
    times_s = sorted(packet.time_s for packet in packets)
    first_frame = round(times_s[0] * grid.rate)
    if source.audio and not source.keeps_audio:
        return "its sound is not that of the other rungs"
    if not source.video.is_steady or source.video.frame_rate != grid.rate:
        return "its frame rate is not that of the other rungs"
    if any(abs(time_s - (first_frame + n) / grid.rate) > _OFF_GRID_S for n, time_s in enumerate(times_s)):
        return "its frames are not equally far apart"
    if packets[0].lead_s > lead_s:
        return "its pictures are decoded earlier than those of the other rungs"
    if first_frame != grid.frame_at(source.video.start_s):
        return "its first picture is not where it should be"
    if max(segment.duration_s for segment in segments) > _MAX_KEYFRAME_S:
        return "its segments would be too long"
    peak, average = peak_bps(segments), average_bps(segments)
    if peak > _MAX_PEAK * min(cap_bps, average):
        return f"its bitrate of {average} bit/s on average and {peak} at most varies or costs too much"
    starts = [first_frame]
    for segment in segments:
        starts.append(starts[-1] + round(segment.duration_s * grid.rate))
    return tuple(starts[1:-1])


def _widest(times_s: Sequence[Fraction]) -> Fraction:
    return max((later - before for before, later in pairwise(times_s)), default=Fraction(0))
