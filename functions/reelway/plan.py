"""The plan of one processing run: written once, read by every step of the state machine."""

import json
from dataclasses import dataclass
from fractions import Fraction

from reelway import source as sources
from reelway.grid import Chunk, FrameGrid, chunks_of, grid_for
from reelway.ladder import Rung, ladder_for
from reelway.source import Source

_TOLERANCE_S = 1.0
_TOLERANCE = 0.02
_MORE_THAN_TOLD_S = 60
_ONE_CHUNK_S = 10**9  # longer than any video


@dataclass(frozen=True, slots=True)
class Plan:
    """`token` is the unguessable part of this run's segment ids."""

    video_id: str
    run_id: str
    token: str
    source: Source
    grid: FrameGrid
    rungs: tuple[Rung, ...]
    chunks: tuple[Chunk, ...]

    @property
    def remux_container(self) -> str | None:
        """The container to remux to before encoding; None when the upload itself can be read."""
        must_seek = len(self.chunks) > 1 and not self.source.is_exactly_seekable
        return self.source.remux_container if must_seek else None

    @property
    def least_s(self) -> float:
        """What must have come out of the decoder, or the file is incomplete."""
        promised_s = self.source.shown_s
        return promised_s - max(_TOLERANCE_S, promised_s * _TOLERANCE)

    @property
    def goes_on_from_s(self) -> float | None:
        """Where encoding was ended for a file that plays on after all that it tells of its length."""
        return None if self.source.is_held else self.source.shown_s + _slack_s(self.source)

    @property
    def total_frames(self) -> int:
        """Frames of the grid that the video is expected to fill, at least 1."""
        return max(1, round(self.source.shown_s * self.grid.rate))


def plan_for(video_id: str, source: Source, *, run_id: str, token: str, chunk_s: int) -> Plan:
    """Decide everything about the processing of `source`; a pure function of its arguments.

    A source that can neither be sought exactly nor be remuxed is one chunk: that needs no seek.
    """
    grid = grid_for(source.video.frame_rate)
    chunks = chunks_of(
        grid,
        start_s=source.video.start_s,
        duration_s=source.shown_s,
        slack_s=_slack_s(source),
        chunk_s=chunk_s if source.is_exactly_seekable or source.remux_container else _ONE_CHUNK_S,
    )
    return Plan(video_id, run_id, token, source, grid, ladder_for(source.video, grid), chunks)


def _slack_s(source: Source) -> float:
    """Files tell too little where pictures stand still near their end; a held one is cut where it should."""
    return 0.0 if source.is_held else source.shown_s + _MORE_THAN_TOLD_S


def to_json(plan: Plan) -> str:
    return json.dumps(
        {
            "videoId": plan.video_id,
            "runId": plan.run_id,
            "token": plan.token,
            "source": sources.to_json(plan.source),
            "grid": {"rate": str(plan.grid.rate), "gopFrames": plan.grid.gop_frames},
            "rungs": [[r.name, r.width, r.height, r.frame_step, r.max_bps] for r in plan.rungs],
            "chunks": [[c.index, c.start_frame, c.end_frame] for c in plan.chunks],
        }
    )


def from_json(text: str) -> Plan:
    """The inverse of `to_json`."""
    data = json.loads(text)
    return Plan(
        video_id=data["videoId"],
        run_id=data["runId"],
        token=data["token"],
        source=sources.from_json(data["source"]),
        grid=FrameGrid(Fraction(data["grid"]["rate"]), data["grid"]["gopFrames"]),
        rungs=tuple(Rung(*fields) for fields in data["rungs"]),
        chunks=tuple(Chunk(*fields) for fields in data["chunks"]),
    )
