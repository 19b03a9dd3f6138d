"""`python -m bench.encode PART …`: measures the parts, writes results/encode.json and results/encode.md."""

import argparse
import shutil
import sys

from bench import machine
from bench.encode import ladder, quality, ready, report, shaka, vmaf
from bench.encode.clips import Studio
from bench.encode.curve import Laboratory
from bench.encode.hour import Kitchen
from bench.encode.shaka import Shaka
from bench.encode.vmaf import Judge
from bench.encode.workshop import Workshop
from bench.parts import refuse_unknown
from bench.pipeline import started
from bench.results import Part, Results
from local import system
from local.settings import CHECKOUT, Settings, on_free_ports

CORES = 2
FOLDER = CHECKOUT / ".reelway" / "bench"
RESULTS = CHECKOUT / "bench" / "results"
ON_SYSTEM = ("ready", "ladder", "quality")
ALONE = ("hour", "curve", "options")
DEFAULT = (*ON_SYSTEM, "hour")
# No multiple of 2 or 4: B-frames come in such patterns, and only frames of one kind would be looked at.
_SUBSAMPLE = 7


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench")
    known = (*ON_SYSTEM, *ALONE)
    parser.add_argument(
        "parts", nargs="*", metavar="PART", help=f"of {', '.join(known)}; {', '.join(DEFAULT)}"
    )
    parser.add_argument("--runs", type=int, default=3, help="counted runs of each timed thing")
    parser.add_argument(
        "--quick", action="store_true", help="720p only, results not kept: tries the benchmark"
    )
    asked = parser.parse_args(arguments)
    refuse_unknown(parser, asked.parts, known)
    machine.keep_to_cores(CORES)
    settings = on_free_ports(FOLDER / "system")
    shutil.rmtree(settings.state, ignore_errors=True)
    system.build(settings)
    Bench(settings, asked.runs, is_quick=asked.quick).measure(asked.parts or list(DEFAULT))
    return 0


class Bench:
    """The parts, with what they need."""

    def __init__(self, settings: Settings, runs: int, *, is_quick: bool) -> None:
        self._settings = settings
        self._runs = runs
        self._is_quick = is_quick
        clips = FOLDER / "clips"
        clips.mkdir(parents=True, exist_ok=True)
        self._studio = Studio(clips, settings.binaries)
        self._judge = Judge(settings.binaries, FOLDER, _SUBSAMPLE)
        described = machine.described(
            ffmpeg=machine.ffmpeg_version(settings.binaries),
            shaka_streamer=shaka.VERSION,
            vmaf_model=vmaf.MODEL,
        )
        folder = FOLDER / "quick" if is_quick else RESULTS
        self._results = Results(folder, "encode", described, report.table)

    def measure(self, parts: list[str]) -> None:
        count = 1 if self._is_quick else 2
        standard, long_gop = self._studio.standard()[:count], self._studio.long_gop()[:count]
        self._results.add("clips", lambda: {c.name: self._studio.facts(c) for c in [*standard, *long_gop]})
        if set(parts) & set(ON_SYSTEM):
            with started(self._settings) as pipeline:
                workshop = Workshop(pipeline, Shaka(CHECKOUT / ".venv-bench" / "bin" / "python"), FOLDER)
                made: dict[str, Part] = {
                    "ready": lambda: ready.measure(workshop, standard, self._runs),
                    "ladder": lambda: ladder.measure(workshop, long_gop, self._runs),
                    "quality": lambda: quality.measure(
                        workshop, self._judge, long_gop, with_defaults=not self._is_quick
                    ),
                }
                self._add(parts, made)
        laboratory = Laboratory(self._settings.binaries, FOLDER, self._judge)
        kitchen = Kitchen(self._settings.binaries, FOLDER, self._runs)
        units = self._studio.units()
        self._add(
            parts,
            {
                "hour": lambda: kitchen.measure(long_gop[-1]),
                "curve": lambda: laboratory.presets(units),
                "options": lambda: laboratory.options([unit for unit in units if unit.height == 720]),
            },
        )

    def _add(self, parts: list[str], made: dict[str, Part]) -> None:
        for part, measure in made.items():
            if part in parts:
                self._results.add(part, measure)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
