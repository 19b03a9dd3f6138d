"""One chunk, tried from further and further back, until its frames are all there.

Seeking goes by decoding time and by what the file calls keyframes. It may land behind the frame that is
shown when the chunk starts, or on a frame that is no keyframe at all; whatever plays from the start of the
file must be encoded all the same.
"""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

from reelway import ffmpeg
from reelway.damage import is_too_damaged
from reelway.errors import MediaRejected, ProcessingInterrupted
from reelway.failure_codes import FailureCode
from reelway.interruptions import Interruption
from reelway.plan.chunks import Chunk
from reelway.plan.plan import Plan
from reelway.ports.encoder import Progress
from transcode.job import check_disk

# Of a frame: times are rounded to the nearest frame of the grid, and containers round them before that.
_OTHER_FRAME = Fraction(11, 20)


@dataclass(frozen=True, slots=True)
class Attempt:
    """What a run of ffmpeg left in `folder`.

    `first_frame` is the first frame of the grid that was encoded, None when there was none, and `end_frame`
    the one after the last. `frames` and `lost_frames` are those of `ChunkReport`, `decode_errors` and `cause`
    those of `Progress`. `rejection` is why ffmpeg gave up.
    """

    folder: Path
    wanted_frame: int
    first_frame: int | None
    end_frame: int
    frames: int
    lost_frames: int
    decode_errors: int
    rejection: MediaRejected | None
    cause: MediaRejected | None

    @property
    def is_usable(self) -> bool:
        return self.rejection is None and self.first_frame == self.wanted_frame

    @property
    def is_good(self) -> bool:
        return self.is_usable and not is_too_damaged(self.lost_frames, of=self.frames)


@dataclass(frozen=True, slots=True)
class Attempts:
    """`command` gives the command for a folder and a preroll in seconds, `run` runs it."""

    plan: Plan
    chunk: Chunk
    folder: Path
    command: Callable[[Path, int | None], list[str]]
    run: Callable[[list[str]], Iterator[Progress]]

    def best(self) -> Attempt:
        """The first good attempt, or else the usable one that lost the least, or else the last.

        The last decodes from the start of the file. Raises its MediaRejected, unless that only says that
        nothing could be decoded: then the chunk is empty. Publishing judges the file as a whole. Raises
        ProcessingInterrupted too, but when the time is up an earlier attempt will do.
        """
        best: Attempt | None = None
        for command in self._commands():
            try:
                best = self._better(best, self._attempt(command))
            except ProcessingInterrupted as interruption:
                if best is None or not best.is_usable or interruption.code != Interruption.ENCODER_TIMEOUT:
                    raise
                return best
            if best.is_good:
                return best
        assert best is not None  # noqa: S101  there is always a way from the start
        if best.rejection and not _says_nothing_came(best):
            raise best.rejection
        return best

    def _commands(self) -> list[list[str]]:
        found: list[list[str]] = []
        for preroll_s in ffmpeg.PREROLLS_S:
            command = self.command(self._new_folder, preroll_s)
            if command not in found:
                found.append(command)
        return found

    @property
    def _new_folder(self) -> Path:
        return self.folder / "new"

    def _attempt(self, command: list[str]) -> Attempt:
        """Raises ProcessingInterrupted."""
        self._new_folder.mkdir()
        rejection, last = None, Progress()
        try:
            for progress in self.run(command):
                last = progress
        except MediaRejected as caught:
            rejection = caught
        check_disk(self._new_folder)
        times = ffmpeg.chunk_times(self._new_folder)
        shown = ffmpeg.frame_times(times.read_text()) if times.exists() else []
        grid, lost = self.plan.grid, [_is_lost(*each, self.plan) for each in shown]
        return Attempt(
            folder=self._new_folder,
            wanted_frame=_start_frame(self.plan, self.chunk),
            first_frame=round(shown[0][0] * grid.rate) if shown else None,
            end_frame=round(shown[-1][0] * grid.rate) + self.plan.rungs[0].frame_step if shown else 0,
            frames=len(shown),
            lost_frames=min(sum(lost), last.decode_errors),
            decode_errors=last.decode_errors,
            rejection=rejection,
            cause=last.cause,
        )

    def _better(self, best: Attempt | None, new: Attempt) -> Attempt:
        """One of the two, moved out of the way of further attempts; the other one's files are removed."""
        if best and best.is_usable and not (new.is_usable and new.lost_frames < best.lost_frames):
            shutil.rmtree(new.folder)
            return best
        kept = self.folder / "best"
        shutil.rmtree(kept, ignore_errors=True)
        return replace(new, folder=new.folder.rename(kept))


def _start_frame(plan: Plan, chunk: Chunk) -> int:
    return plan.first_frame if chunk.start_frame is None else chunk.start_frame


def _is_lost(shown_s: Fraction, due_s: Fraction, plan: Plan) -> bool:
    """Whether another frame is shown where the video, as declared, has one of its own.

    By the frame's time alone, so that it does not depend on where the chunk begins.
    """
    video, rate = plan.source.video, plan.rungs[0].rate(plan.grid)
    is_video = video.start_s <= shown_s < video.start_s + video.duration_s
    return is_video and abs(due_s - shown_s) * rate > _OTHER_FRAME


def _says_nothing_came(attempt: Attempt) -> bool:
    return attempt.rejection is not None and (attempt.rejection.code, attempt.first_frame) == (
        FailureCode.UNDECODABLE,
        None,
    )
