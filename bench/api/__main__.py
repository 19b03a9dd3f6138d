"""`python -m bench.api PART …`: measures the parts and writes results/api.json and results/api.md."""

import argparse
import resource
import shutil
import sys
from dataclasses import dataclass
from importlib.metadata import version

from bench import machine
from bench.api import asking, report, signing, uploading, watching
from bench.parts import refuse_unknown
from bench.pipeline import Pipeline, started
from bench.results import Part, Results
from local.settings import CHECKOUT, on_free_ports

CORES = 2  # as in bench.encode
FOLDER = CHECKOUT / ".reelway" / "bench"
RESULTS = CHECKOUT / "bench" / "results"
PARTS = ("upload", "watch", "ask", "sign")
# 1,000 sockets are three open files each: the client's, and the edge's to viewer and origin. Twice that and
# more.
_OPEN_FILES = 8192


@dataclass(frozen=True, slots=True)
class Extent:
    """How much is measured in each part: enough that a part takes minutes, and its spread is small."""

    file_bytes: int = 200_000_000
    rounds: int = 5
    sockets: tuple[int, ...] = (1, 100, 1000)
    changes: int = 10
    ready_videos: int = 100
    seconds: float = 5.0
    concurrencies: tuple[int, ...] = (1, 8)
    pairs: int = 200


QUICK = Extent(
    file_bytes=20_000_000, rounds=2, sockets=(1, 20), changes=2, ready_videos=20, seconds=1.0, pairs=20
)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.api")
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"any of: {', '.join(PARTS)} (default: all)")
    parser.add_argument(
        "--quick",
        action="store_true",
        help="try the benchmark itself: a little of each part, results not kept",
    )
    asked = parser.parse_args(arguments)
    refuse_unknown(parser, asked.parts, PARTS)
    machine.keep_to_cores(CORES)
    _allow_open_files(_OPEN_FILES)
    settings = on_free_ports(FOLDER / "api-system")
    shutil.rmtree(settings.state, ignore_errors=True)
    extent = QUICK if asked.quick else Extent()
    described = machine.described(
        python=sys.version.split()[0], **{name: version(name) for name in ("ministack", "boto3")}
    )
    results = Results(FOLDER / "quick" if asked.quick else RESULTS, "api", described, report.table)
    with started(settings) as pipeline:
        for part, measure in _parts(pipeline, extent).items():
            if part in (asked.parts or PARTS):
                results.add(part, measure)
    return 0


def _parts(pipeline: Pipeline, extent: Extent) -> dict[str, Part]:
    return {
        "upload": lambda: uploading.measure(pipeline, FOLDER, extent.file_bytes, extent.rounds),
        "watch": lambda: watching.measure(pipeline, extent.sockets, extent.changes),
        "ask": lambda: asking.measure(
            pipeline,
            videos=extent.ready_videos,
            rounds=extent.rounds,
            round_s=extent.seconds,
            concurrencies=extent.concurrencies,
        ),
        "sign": lambda: signing.measure(pipeline, rounds=extent.rounds, requests=extent.pairs),
    }


def _allow_open_files(count: int) -> None:
    """Raise the limit for this process and all that it starts, up to what the machine allows."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = count if hard == resource.RLIM_INFINITY else min(count, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
