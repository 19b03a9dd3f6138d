"""A standard source as a rendition of its own: its packets are copied, measured, and published."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from reelway import ffmpeg, h264, keys
from reelway.hls import passthrough, playlists
from reelway.hls.passthrough import Gop, Packet, Piece
from reelway.hls.playlists import Segment
from reelway.hls.renditions import Measured, measured
from reelway.plan.ladder import cap_bps
from reelway.plan.plan import Plan
from reelway.ports import Bucket, Encoder
from transcode.job import check_disk, put_segment

# Enough for the parameter sets, x264's long message and the header of the first slice.
_OPENING_BYTES = 188 * 64
_UPLOADS_AT_ONCE = 16


class NotStandard(Exception):
    """The source is not played as it is, for the reason that is the argument; it may well be encoded."""


@dataclass(frozen=True, slots=True)
class Copy:
    """A standard source in a folder: its packets, and the segments that they make."""

    folder: Path
    pictures: tuple[Packet, ...]
    pieces: tuple[Piece, ...]
    video_codec: str


def copied(plan: Plan, upload: ffmpeg.Input, folder: Path, encoder: Encoder, *, timeout_s: float) -> Copy:
    """Copy the source's packets into `folder` and measure them.

    Raises NotStandard when the source must be encoded, MediaRejected when ffmpeg cannot copy it, which does
    not mean that it cannot be encoded either, and ProcessingInterrupted, also where the disk is full.
    """
    gops: list[Gop] = []
    frames_then = 0
    with closing(encoder.run(ffmpeg.copy_source(plan, upload, folder), timeout_s=timeout_s)) as progress:
        for frames in progress:  # so that of a file of gigabytes only as much is read as it takes to doubt
            check_disk(folder)
            further = _further_gops(folder, len(gops))
            gops, frames_then = [*gops, *further], frames if further else frames_then
            doubt = passthrough.doubt_so_far(plan.source, gops, frames - frames_then)
            if doubt:
                raise NotStandard(doubt)
    check_disk(folder)
    gops += _further_gops(folder, len(gops))
    packets = passthrough.packets_of(ffmpeg.copied_packets(folder).read_text())
    doubt = passthrough.doubt_of(plan.source, packets, gops)
    pieces = passthrough.pieces_of(gops, plan.grid) if not doubt else []
    if any(piece.size_bytes > playlists.MAX_SEGMENT_BYTES for piece in pieces):
        doubt = "a segment would be too large"
    opening = gops[0].opening if gops else None
    if doubt or opening is None:
        raise NotStandard(doubt)
    return Copy(folder, tuple(packets[0]), tuple(pieces), opening.codec)


def _further_gops(folder: Path, known: int) -> list[Gop]:
    playlist = ffmpeg.chunk_playlist(folder, ffmpeg.COPY)
    listed = playlists.entries(playlist.read_text()) if playlist.exists() else []
    return [_gop(folder / name, duration_s) for duration_s, name in listed[known:]]


def publish_copy(plan: Plan, copy: Copy, media: Bucket) -> Measured:
    """Put the copy's segments into the media bucket; what they measure."""
    video = plan.source.video
    name = f"{video.short_side}p"

    def publish(index: int, piece: Piece) -> Segment:
        segment_id = keys.segment_id(plan.token, name, None, index)
        body = b"".join((copy.folder / part).read_bytes() for part in piece.names)
        put_segment(plan, segment_id, body, media)
        return Segment(segment_id, piece.duration_s, len(body))

    with ThreadPoolExecutor(_UPLOADS_AT_ONCE) as pool:
        segments = list(pool.map(publish, range(len(copy.pieces)), copy.pieces))
    return measured(
        name,
        width=video.width,
        height=video.height,
        frame_rate=float(video.frame_rate),
        video_codec=copy.video_codec,
        has_audio=plan.source.audio is not None,
        segments=segments,
    )


def kept_cuts(plan: Plan, copy: Copy, found: Measured) -> tuple[int, ...] | str:
    """Where encoded rungs must begin their segments to go with the copy; a text, why it is not kept."""
    if not any(rung.short_side < plan.source.video.short_side for rung in plan.rungs):
        return "it would be the only rung"
    return passthrough.kept_cuts(
        plan.source,
        plan.grid,
        copy.pictures,
        found.segments,
        cap_bps=cap_bps(plan.source.video.short_side),
        lead_s=ffmpeg.decoding_lead_s(plan.grid, plan.rungs),
    )


def _gop(path: Path, duration_s: float) -> Gop:
    with path.open("rb") as file:
        opening = h264.opening(file.read(_OPENING_BYTES))
    return Gop(path.name, duration_s, path.stat().st_size, opening)
