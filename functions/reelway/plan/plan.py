"""The plan of one processing run: every decision about a video, made before anything is decoded."""

import math
from dataclasses import dataclass, replace
from fractions import Fraction

from reelway import keys
from reelway.frame_grid import FrameGrid, grid_for
from reelway.plan import stills
from reelway.plan.chunk_length import Pace
from reelway.plan.chunks import Chunk, chunks_of, regular_cuts
from reelway.plan.ladder import AUDIO_BPS, Rung, ladder_for, rungs_below
from reelway.plan.stills import Stills
from reelway.probe.durations import min_expected_s
from reelway.probe.source import Source
from reelway.video import Loudness

_OF_A_FRAME = 0.001  # so little more than whole frames is the rounding of floats
_ONE_CHUNK_S = 10**9  # longer than any video
ENCODED_SAMPLE_RATE_HZ = 48_000  # what nearly all video has already
_WORTH_ENCODING = Fraction(5, 4)  # of a bitrate: below that a fifth is saved at most


@dataclass(frozen=True, slots=True)
class Plan:
    """`token` is the unguessable part of this run's segment ids, `etag` the ETag of the upload that was
    probed.

    Segments begin at the video's first frame and at the frames `cuts`. With `keeps_source` the source's own
    video stream is the top rung (passthrough), and `rungs` are those below. All audio is normalized to
    `loudness_target_lufs`, if that is given. `loudness` is what preparing has measured of the audio that it
    encoded. `is_rerun` tells that the video had a run before.
    """

    video_id: str
    run_id: str
    token: str
    etag: str
    source: Source
    grid: FrameGrid
    rungs: tuple[Rung, ...]
    cuts: tuple[int, ...]
    chunk_frames: int
    chunks: tuple[Chunk, ...]
    keeps_source: bool = False
    loudness_target_lufs: int | None = None
    loudness: Loudness | None = None
    is_rerun: bool = False

    @property
    def job(self) -> str:
        """Of the run that this is the plan of, as `keys.job` names it."""
        return keys.job(self.video_id, self.run_id if self.is_rerun else None)

    @property
    def remux_container(self) -> str | None:
        """The container to remux to before encoding; None when the upload itself can be read."""
        must_seek = len(self.chunks) > 1 and not self.source.is_exactly_seekable
        is_apart = not self.source.is_interleaved
        return self.source.remux_container if must_seek or is_apart else None

    @property
    def keeps_audio(self) -> bool:
        """Whether the source's own audio packets are copied into the renditions."""
        return self.loudness_target_lufs is None and self.source.has_copyable_audio

    @property
    def audio_sample_rate_hz(self) -> int:
        """Of what is published."""
        audio = self.source.audio
        return audio.sample_rate_hz if audio and self.keeps_audio else ENCODED_SAMPLE_RATE_HZ

    def encodes_audio(self, rung: Rung) -> bool:
        """Whether the rung's audio is encoded anew, to fewer bits, from that of the other rungs.

        Not where it has hardly more than that anyway: every generation loses some quality.
        """
        audio = self.source.audio
        if audio is None or rung.audio_bps >= AUDIO_BPS:
            return False
        copied_bps = (audio.bitrate_bps if self.keeps_audio else 0) or AUDIO_BPS
        return copied_bps > rung.audio_bps * _WORTH_ENCODING

    @property
    def shares_upload(self) -> bool:
        """Whether chunks copy the audio out of the file that they read the video from, the upload itself.

        Not where the source is the top rung: its stream copy has left the audio in a file of its own, and
        chunks that begin at the source's keyframes would have to read one GOP more to find theirs.
        """
        return self.keeps_audio and self.remux_container is None and not self.keeps_source

    @property
    def min_s(self) -> float:
        """The least that must be decoded; with less, the file is incomplete."""
        return min_expected_s(self.source.shown_s)

    @property
    def max_s(self) -> float:
        """The duration after which encoding stops; a file that reaches it declares a wrong one."""
        return self.source.latest_s

    @property
    def first_frame(self) -> int:
        """The frame of the grid at which the video begins."""
        return self.grid.frame_at(self.source.shown_from_s)

    @property
    def held_frames(self) -> int:
        """For how many frames the last one stays, because audio goes on."""
        return math.ceil(self.source.audio_tail_s * self.grid.rate - _OF_A_FRAME)

    @property
    def total_frames(self) -> int:
        """How many frames of the grid the video should fill by its declared duration, at least 1."""
        return max(1, round(self.source.shown_s * self.grid.rate))

    @property
    def stills(self) -> Stills:
        return stills.stills_of(
            width=self.source.video.width,
            height=self.source.video.height,
            grid=self.grid,
            first_frame=self.first_frame,
            frames=self.total_frames,
        )


def plan_for(
    video_id: str,
    source: Source,
    *,
    run_id: str,
    token: str,
    etag: str,
    pace: Pace,
    loudness_target_lufs: int | None = None,
    is_rerun: bool = False,
) -> Plan:
    """The plan for `source`; a pure function of its arguments.

    A source in which ffmpeg cannot seek exactly, and that cannot be remuxed to one in which it can, is one
    chunk, which needs no seek.
    """
    grid = grid_for(source.video.shown_rate)
    rungs = ladder_for(source.video, grid)
    may_be_cut = source.is_exactly_seekable or source.remux_container is not None
    length_s = pace.chunk_length_s(source.video, grid, rungs, source.shown_s) if may_be_cut else _ONE_CHUNK_S
    segments = max(1, math.ceil(length_s / float(grid.segment_s)))
    planned = Plan(
        video_id=video_id,
        run_id=run_id,
        token=token,
        etag=etag,
        source=source,
        grid=grid,
        rungs=rungs,
        cuts=(),
        chunk_frames=segments * grid.segment_frames,
        chunks=(),
        loudness_target_lufs=loudness_target_lufs,
        is_rerun=is_rerun,
    )
    return _cut(planned, regular_cuts(grid, planned.first_frame, math.ceil(source.shown_s * grid.rate)))


def keeping_source(plan: Plan, cuts: tuple[int, ...]) -> Plan:
    """The same plan with the source's video stream as the top rung, whose segments begin at `cuts`."""
    below = rungs_below(plan.source.video, plan.rungs)
    return _cut(replace(plan, rungs=below, keeps_source=True), cuts)


def _cut(plan: Plan, cuts: tuple[int, ...]) -> Plan:
    chunks = chunks_of(
        cuts,
        first_frame=plan.first_frame,
        frames=math.ceil(plan.source.shown_s * plan.grid.rate),
        chunk_frames=plan.chunk_frames,
        end_frame=plan.first_frame + math.ceil(plan.source.latest_s * plan.grid.rate),
    )
    return replace(plan, cuts=cuts, chunks=chunks)
