"""From decoded frames to what each rung encodes: ffmpeg's filter graph."""

from reelway.ffmpeg.inputs import Input
from reelway.ffmpeg.stills import still_branches
from reelway.frame_grid import FrameGrid
from reelway.plan.chunks import Chunk
from reelway.plan.ladder import Rung
from reelway.plan.plan import Plan
from reelway.probe.streams import HdrColor, VideoStream


def filter_graph(plan: Plan, chunk: Chunk, file: Input, *, is_from_start: bool) -> str:
    """One decode for every rung and the stills.

    After `fps` one tick of the clock is one frame of the grid, so `trim` by ticks is exact. Decoding
    `is_from_start` of the file, or else from a keyframe.
    """
    video = plan.source.video
    start_frame = plan.first_frame if chunk.start_frame is None else chunk.start_frame
    branches = [f"{_scale(video, plan.grid, rung)}[{rung.name}]" for rung in plan.rungs]
    branches += still_branches(plan.stills, chunk)
    shared = [
        # A frame of each field, and one of each frame that is not interlaced, which `fps` then shows twice.
        *(["bwdif=mode=send_field:deint=interlaced"] if video.is_interlaced else []),
        # Whatever the first frame is that can be decoded, it is shown from the start on.
        f"fps={plan.grid.rate}{':start_time=0' if is_from_start else ''}",
        *([f"tpad=stop={plan.held_frames}:stop_mode=clone"] if plan.held_frames else []),
        f"trim=start_pts={start_frame}:end_pts={chunk.end_frame}",
        # Transparent parts show black, not the colors that happen to be stored under them.
        *(["premultiply=inplace=1"] if video.has_alpha else []),
        *(_tone_map(video.hdr) if video.hdr else []),
        f"split={len(branches)}",
    ]
    outlets = "".join(f"[s{n}]" for n in range(len(branches)))
    trunk = f"[0:{file.video}]{','.join(shared)}{outlets}"
    return ";".join([trunk, *(f"[s{n}]{branch}" for n, branch in enumerate(branches))])


def _tone_map(color: HdrColor) -> list[str]:
    """To SDR in BT.709, where 203 nits are white (ITU-R BT.2408); up to half of that nothing changes."""
    return [
        # The container's colors count: frames often do not repeat them.
        f"setparams=color_trc={color.transfer}:color_primaries={color.primaries}:colorspace={color.matrix}",
        "zscale=transfer=linear:npl=203",
        "format=gbrpf32le",  # tonemap works on linear light in floating point
        "zscale=primaries=bt709",
        "tonemap=mobius:param=0.5:desat=0",
        "zscale=transfer=bt709:matrix=bt709:range=tv",
        "format=yuv420p",
    ]


def _scale(video: VideoStream, grid: FrameGrid, rung: Rung) -> str:
    matrix = "bt709" if video.hdr else video.color_matrix
    matrices = f"in_color_matrix={matrix}:out_color_matrix=bt709:out_range=tv"
    # Rounded up, even frames of the grid keep their times and replace the odd ones before them, wherever the
    # source starts. The captions of odd frames are kept, which `select` would drop.
    thinned = [f"fps={rung.rate(grid)}:round=up"] if rung.frame_step > 1 else []
    return ",".join(
        [
            *thinned,
            f"scale={rung.width}:{rung.height}:flags=bicubic:{matrices}",
            "setsar=1",
            "format=yuv420p",
        ]
    )
