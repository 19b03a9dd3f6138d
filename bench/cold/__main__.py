"""`python -m bench.cold FUNCTION …`: measures first answers into results/cold.json and results/cold.md."""

import argparse
import functools
import os
import shutil
import sys
from importlib.metadata import version

from bench import machine
from bench.cold import report, stub
from bench.cold.starting import EVENTS, Starter
from bench.parts import refuse_unknown
from bench.results import Results
from local import environment, system
from local.settings import CHECKOUT, on_free_ports

FOLDER = CHECKOUT / ".reelway" / "bench" / "cold"
RESULTS = CHECKOUT / "bench" / "results"
RUNS = 9


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.cold")
    parser.add_argument("functions", nargs="*", metavar="FUNCTION", help="logical ids (default: all)")
    parser.add_argument("--runs", type=int, default=RUNS, help=f"starts of each (default: {RUNS})")
    asked = parser.parse_args(arguments)
    refuse_unknown(parser, asked.functions, [*EVENTS])
    environment.isolate(os.environ)
    shutil.rmtree(FOLDER, ignore_errors=True)
    settings = on_free_ports(FOLDER / "system")
    system.build(settings)
    described = machine.described(
        python=sys.version.split()[0],
        **{name: version(name) for name in ("boto3", "aws-lambda-powertools")},
    )
    results = Results(RESULTS, "cold", described, report.table, parts=EVENTS)
    with stub.running() as endpoint:
        starter = Starter(settings.build, endpoint, FOLDER)
        for function in asked.functions or EVENTS:
            results.add(function, functools.partial(starter.measure, function, asked.runs))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
