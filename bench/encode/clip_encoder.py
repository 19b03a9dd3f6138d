"""Encodes one clip in the three ways that are compared, and keeps the last result of each."""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from bench.encode import bare, shaka
from bench.encode.clips import Clip
from bench.encode.shaka import Shaka
from bench.pipeline import Pipeline, Processed
from bench.running import Usage, run
from reelway import ffmpeg
from reelway.plan.ladder import Rung
from reelway.plan.plan import Plan


@dataclass
class ClipEncoder:
    """`folder` holds what bare ffmpeg and shaka-streamer make; the pipeline's results stay in its buckets."""

    pipeline: Pipeline
    shaka: Shaka
    folder: Path
    _processed: dict[str, Processed] = field(default_factory=dict)

    def by_pipeline(self, clip: Clip) -> Processed:
        self._processed[clip.name] = self.pipeline.process(clip.path)
        return self._processed[clip.name]

    def by_bare(self, clip: Clip, kind: str = "bare", changes: Mapping[str, str] | None = None) -> Usage:
        """One ffmpeg with the pipeline's plan for this clip; `changes` replaces values of options."""
        command = bare.ladder(self.plan(clip), clip.path, self._empty(clip, kind), threads=self.threads)
        return self._run(bare.changed(command, changes or {}), clip, kind)

    def by_copying(self, clip: Clip) -> Usage:
        return self._run(bare.copy(clip.path, self._empty(clip, "copy")), clip, "copy")

    def by_shaka(
        self, clip: Clip, bitrates_bps: Mapping[str, int], *, preset: str, kind: str = "shaka"
    ) -> Usage:
        folder = self._empty(clip, kind)
        return self.shaka.encode(clip.path, bitrates_bps, self.rungs(clip), folder, preset=preset)

    def plan(self, clip: Clip) -> Plan:
        """The pipeline's plan for this clip, which is processed first if that has not happened yet."""
        return self.pipeline.plan(self._last(clip).video_id)

    def rungs(self, clip: Clip) -> tuple[Rung, ...]:
        return self.plan(clip).rungs

    @cached_property
    def threads(self) -> int:
        return self.pipeline.threads()

    def preset(self, clip: Clip) -> str:
        return self.option(clip, "-preset")

    def option(self, clip: Clip, name: str) -> str:
        """The value that the pipeline gives to the option `name`; where rungs differ, the first rung's."""
        command = bare.ladder(self.plan(clip), clip.path, self.folder, threads=self.threads)
        return bare.value_of(command, name)

    def pipeline_playlist(self, clip: Clip, rung: Rung) -> str:
        return self.pipeline.playlist(self._last(clip).video_id, rung.name)

    def bare_playlist(self, clip: Clip, rung: Rung, kind: str = "bare") -> str:
        path = ffmpeg.chunk_playlist(self._folder(clip, kind), rung.name)
        if not path.exists():
            self.by_bare(clip, kind)
        return str(path)

    def shaka_playlist(self, clip: Clip, rung: Rung, kind: str = "shaka") -> str:
        return str(shaka.playlist(self._folder(clip, kind), rung))

    def _last(self, clip: Clip) -> Processed:
        return self._processed.get(clip.name) or self.by_pipeline(clip)

    def _run(self, command: list[str], clip: Clip, kind: str) -> Usage:
        program = str(self.pipeline.settings.binaries / command[0])
        return run([program, *command[1:]], log=self.folder / f"{clip.name}-{kind}.log")

    def _folder(self, clip: Clip, kind: str) -> Path:
        return self.folder / f"{clip.name}-{kind}"

    def _empty(self, clip: Clip, kind: str) -> Path:
        folder = self._folder(clip, kind)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        return folder


def caps_bps(rungs: tuple[Rung, ...]) -> dict[str, int]:
    return {rung.name: rung.max_bps for rung in rungs}
