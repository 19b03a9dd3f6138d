"""A standard source as a rendition of its own: its packets are copied, measured, and published."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

from reelway import ffmpeg, h264, keys, transport_stream
from reelway.hls import playlists
from reelway.hls.passthrough.alignment import aligned_cuts, misalignment
from reelway.hls.passthrough.gop_segments import Gop, GopSegment, joined_gops
from reelway.hls.passthrough.measurements import defect_of, defect_so_far
from reelway.hls.passthrough.packets import Packet, packets_by_stream
from reelway.hls.playlists import Segment
from reelway.hls.renditions import MeasuredRendition, measured_rendition
from reelway.hls.segment_file import segment_file
from reelway.plan.bitrates import cap_bps
from reelway.plan.ladder import name_of, rungs_below
from reelway.plan.plan import Plan
from reelway.ports.encoder import Progress
from reelway.ports.storage import Bucket
from transcode.job import check_disk, put_segment

# 64 transport packets: enough for the parameter sets, x264's long SEI message and the first slice's header.
_START_BYTES = 64 * transport_stream.PACKET_BYTES
# An upload mostly waits for S3; so many segments take 70 MB of memory at most.
_UPLOADS_AT_ONCE = 16


class NotStandard(Exception):
    """Why the source cannot be published as it is, as part of a sentence; it may still be encoded."""


@dataclass(frozen=True, slots=True)
class StreamCopy:
    """The packets of a standard source in `folder`, and the segments that they make."""

    folder: Path
    video_packets: tuple[Packet, ...]
    segments: tuple[GopSegment, ...]
    video_codec: str


def copied_source(
    plan: Plan, upload: ffmpeg.Input, folder: Path, run: Callable[[list[str]], Iterator[Progress]]
) -> StreamCopy:
    """Copy the source's packets into `folder` and measure them; `run` runs a command of ffmpeg.

    Raises NotStandard when the source must be encoded, MediaRejected when ffmpeg cannot copy it (it may still
    be able to encode it), and ProcessingInterrupted, also where the disk is full.
    """
    gops = _copied_gops(plan, folder, run(ffmpeg.copy_source(plan, upload, folder)))
    packets = packets_by_stream(ffmpeg.copied_packets(folder).read_text())
    defect = defect_of(plan.source, packets, gops)
    if defect or not gops[0].start:
        raise NotStandard(defect)
    segments = _with_tail(joined_gops(gops, plan.grid), packets)
    if any(segment.size_bytes > playlists.MAX_SEGMENT_BYTES for segment in segments):
        raise NotStandard("a segment would be too large")
    return StreamCopy(folder, tuple(packets[0]), tuple(segments), gops[0].start.codec)


def _copied_gops(plan: Plan, folder: Path, progress: Iterator[Progress]) -> list[Gop]:
    """Copy the packets and check the GOPs meanwhile, so as to read no further than to the first defect."""
    gops: list[Gop] = []
    frames_in_gops = 0
    for frames in (each.frames for each in progress):
        check_disk(folder)
        further = _further_gops(folder, len(gops))
        gops, frames_in_gops = [*gops, *further], frames if further else frames_in_gops
        defect = defect_so_far(plan.source, gops, frames - frames_in_gops)
        if defect:
            raise NotStandard(defect)
    check_disk(folder)
    return [*gops, *_further_gops(folder, len(gops))]


def _with_tail(segments: Sequence[GopSegment], packets: dict[int, list[Packet]]) -> list[GopSegment]:
    """The last segment lasts as long as its audio: players show its last frame until then."""
    ends_s = [
        max(packet.time_s + packet.duration_s for packet in packets[stream]) for stream in sorted(packets)
    ]
    tail_s = max(Fraction(0), ends_s[-1] - ends_s[0])
    *others, last = segments
    return [*others, replace(last, duration_s=last.duration_s + float(tail_s))]


def _further_gops(folder: Path, known: int) -> list[Gop]:
    playlist = ffmpeg.chunk_playlist(folder, ffmpeg.COPY)
    listed = playlists.entries(playlist.read_text()) if playlist.exists() else []
    return [_gop(folder / name, duration_s) for duration_s, name in listed[known:]]


def _gop(path: Path, duration_s: float) -> Gop:
    with path.open("rb") as file:
        start = h264.segment_start(file.read(_START_BYTES))
    return Gop(path.name, duration_s, path.stat().st_size, start)


def publish_copy(plan: Plan, copy: StreamCopy, media: Bucket, look: Callable[[], None]) -> MeasuredRendition:
    """Put the copy's segments into the media bucket; the rendition that they are.

    `look` is called before each of them, and ends it by an exception.
    """
    video = plan.source.video
    name = name_of(video)

    def publish(index: int, planned: GopSegment) -> tuple[Segment, frozenset[str]]:
        look()
        segment_id = keys.segment_id(plan.token, name, None, index)
        made = segment_file((gop.duration_s, copy.folder / gop.name) for gop in planned.gops)
        put_segment(plan, segment_id, made.body, media)
        return Segment(segment_id, planned.duration_s, len(made.body), made.i_frames), made.captions

    with ThreadPoolExecutor(_UPLOADS_AT_ONCE) as pool:
        published = list(pool.map(publish, range(len(copy.segments)), copy.segments))
    return measured_rendition(
        name,
        width=video.width,
        height=video.height,
        frame_rate=float(video.frame_rate),
        video_codec=copy.video_codec,
        has_audio=plan.source.audio is not None,
        segments=[segment for segment, _ in published],
        captions=frozenset[str]().union(*(captions for _, captions in published)),
    )


def why_replaced(plan: Plan, copy: StreamCopy, found: MeasuredRendition) -> str | None:
    """Why the copy cannot be the top rung for good, as part of a sentence; None when it can."""
    video = plan.source.video
    if not rungs_below(video, plan.rungs):
        return "it would be the only rung"
    if plan.source.audio and not plan.keeps_audio:
        return "its audio is not that of the other rungs"
    return misalignment(
        plan.source,
        plan.grid,
        copy.video_packets,
        found.segments,
        cap_bps=cap_bps(video.width * video.height, video.frame_rate),
        lead_s=ffmpeg.decoding_lead_s(plan.grid, plan.rungs),
    )


def cuts_of(plan: Plan, copy: StreamCopy, found: MeasuredRendition) -> tuple[int, ...]:
    """The frames at which encoded rungs must begin their segments to align with the copy."""
    return aligned_cuts(plan.grid, copy.video_packets, found.segments)
