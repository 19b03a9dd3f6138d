"""`python -m bench.encode PART …`: measures the parts, writes results/encode.json and results/encode.md."""

import argparse
import shutil
import sys

from bench import machine
from bench.encode import ladder, quality, ready, report, shaka, vmaf
from bench.encode.clip_encoder import ClipEncoder
from bench.encode.clips import ClipMaker
from bench.encode.curve import CurveMeter
from bench.encode.efficient import EfficientMeter
from bench.encode.hour import HourMeter
from bench.encode.shaka import Shaka
from bench.encode.vmaf import VmafMeter
from bench.parts import refuse_unknown
from bench.pipeline import started
from bench.results import Part, Results
from local import system
from local.settings import CHECKOUT, Settings, on_free_ports

CORES = 2  # what most laptops and small servers have at least, so that figures can be compared
FOLDER = CHECKOUT / ".reelway" / "bench"
RESULTS = CHECKOUT / "bench" / "results"
ON_SYSTEM = ("ready", "ladder", "quality")
ALONE = ("efficient", "hour", "curve", "options")
DEFAULT = (*ON_SYSTEM, "efficient", "hour")
# Not a multiple of 2 or 4: B-frames come in such patterns, and only frames of one type would be measured.
_SUBSAMPLE = 7


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.encode")
    known = (*ON_SYSTEM, *ALONE)
    parser.add_argument(
        "parts", nargs="*", metavar="PART", help=f"any of: {', '.join(known)} (default: {', '.join(DEFAULT)})"
    )
    parser.add_argument(
        "--runs", type=int, default=3, help="counted runs of each timed command (default: %(default)s)"
    )
    parser.add_argument(
        "--quick", action="store_true", help="try the benchmark itself: 720p only, results not kept"
    )
    asked = parser.parse_args(arguments)
    refuse_unknown(parser, asked.parts, known)
    machine.keep_to_cores(CORES)
    settings = on_free_ports(FOLDER / "system")
    shutil.rmtree(settings.state, ignore_errors=True)
    system.build(settings)
    EncodeBenchmark(settings, asked.runs, is_quick=asked.quick).measure(asked.parts or list(DEFAULT))
    return 0


class EncodeBenchmark:
    """Measures the parts that are asked for, on one system and one set of clips."""

    def __init__(self, settings: Settings, runs: int, *, is_quick: bool) -> None:
        self._settings = settings
        self._runs = runs
        self._is_quick = is_quick
        clips = FOLDER / "clips"
        clips.mkdir(parents=True, exist_ok=True)
        self._clip_maker = ClipMaker(clips, settings.binaries)
        self._vmaf_meter = VmafMeter(settings.binaries, FOLDER, _SUBSAMPLE)
        described = machine.described(
            ffmpeg=machine.ffmpeg_version(settings.binaries),
            shaka_streamer=shaka.VERSION,
            vmaf_model=vmaf.MODEL,
        )
        folder = FOLDER / "quick" if is_quick else RESULTS
        self._results = Results(folder, "encode", described, report.table)

    def measure(self, parts: list[str]) -> None:
        count = 1 if self._is_quick else 2
        standard, long_gop = self._clip_maker.standard()[:count], self._clip_maker.long_gop()[:count]
        self._results.add(
            "clips", lambda: {c.name: self._clip_maker.facts(c) for c in [*standard, *long_gop]}
        )
        if set(parts) & set(ON_SYSTEM):
            with started(self._settings) as pipeline:
                clip_encoder = ClipEncoder(
                    pipeline, Shaka(CHECKOUT / ".venv-bench" / "bin" / "python"), FOLDER
                )
                made: dict[str, Part] = {
                    "ready": lambda: ready.measure(clip_encoder, standard, self._runs),
                    "ladder": lambda: ladder.measure(clip_encoder, long_gop, self._runs),
                    "quality": lambda: quality.measure(
                        clip_encoder, self._vmaf_meter, long_gop, with_defaults=not self._is_quick
                    ),
                }
                self._add(parts, made)
        curve_meter = CurveMeter(self._settings.binaries, FOLDER, self._vmaf_meter)
        hour_meter = HourMeter(self._settings.binaries, FOLDER, self._runs)
        efficient_meter = EfficientMeter(self._settings.binaries, FOLDER, self._vmaf_meter)
        units = self._clip_maker.units()
        self._add(
            parts,
            {
                "efficient": lambda: efficient_meter.measure(units[0]),
                "hour": lambda: hour_meter.measure(long_gop[-1]),
                "curve": lambda: curve_meter.presets(units),
                "options": lambda: curve_meter.options([unit for unit in units if unit.height == 720]),
            },
        )

    def _add(self, parts: list[str], made: dict[str, Part]) -> None:
        for part, measure in made.items():
            if part in parts:
                self._results.add(part, measure)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
