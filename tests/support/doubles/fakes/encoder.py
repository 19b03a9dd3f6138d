"""ffprobe and ffmpeg that run nothing."""

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from reelway.errors import ReelwayError
from reelway.ports.encoder import Progress
from reelway.probe.report import Report


@dataclass(slots=True)
class FakeEncoder:
    """Returns the report `probed` from probes; a run yields `frames`, then the `end`, and writes files.

    A run writes each `files[name]` into the folder of the command's last argument, which is the output, and
    the output itself where `files` does not name it. `failure` is raised by probes and runs.
    """

    probed: Report = field(default_factory=Report)
    frames: Sequence[int] = ()
    end: Progress = field(default_factory=Progress)
    files: Mapping[str, bytes] = field(default_factory=dict)
    failure: ReelwayError | None = None
    probes: list[str] = field(default_factory=list)
    ends_s: dict[int, float] = field(default_factory=dict)
    measures: list[str] = field(default_factory=list)
    measure_failure: ReelwayError | None = None
    commands: list[list[str]] = field(default_factory=list)
    timeouts_s: list[float] = field(default_factory=list)

    def probe(self, url: str) -> Report:
        self.probes.append(url)
        if self.failure:
            raise self.failure
        return self.probed

    def measure(self, url: str) -> dict[int, float]:
        self.measures.append(url)
        if self.measure_failure:
            raise self.measure_failure
        return self.ends_s

    def run(self, command: Sequence[str], *, timeout_s: float) -> Generator[Progress, None, None]:
        self.commands.append(list(command))
        self.timeouts_s.append(timeout_s)
        if self.failure:
            raise self.failure
        yield from map(Progress, self.frames)
        output = Path(command[-1])
        output.write_bytes(b"made by " + output.name.encode())
        for name, body in self.files.items():
            (output.parent / name).write_bytes(body)
        yield replace(self.end, frames=max([self.end.frames, *self.frames]))
