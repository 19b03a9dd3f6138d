"""`python -m bench.costs [PART …]`: counts requests into results/requests.json, and writes docs/costs.md."""

import argparse
import json
import shutil
import sys
from importlib.metadata import version
from pathlib import Path

from bench import machine
from bench.costs import measuring, page, requests_report
from bench.parts import refuse_unknown
from bench.pipeline import started
from bench.results import Results
from local.settings import CHECKOUT, on_free_ports

FOLDER = CHECKOUT / ".reelway" / "bench"
RESULTS = CHECKOUT / "bench" / "results"
PAGE = CHECKOUT / "docs" / "costs.md"
PARTS = ("requests", "page")


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.costs")
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"any of: {', '.join(PARTS)} (default: all)")
    asked = parser.parse_args(arguments).parts or PARTS
    refuse_unknown(parser, asked, PARTS)
    if "requests" in asked:
        _count()
    if "page" in asked:
        write(page.inputs(RESULTS), PAGE, RESULTS)
    return 0


def write(found: page.Inputs, to: Path, results: Path) -> None:
    to.write_text(page.page(found))
    (results / "costs.json").write_text(json.dumps(page.summary(found), indent=1) + "\n")


def _count() -> None:
    """On a system of its own, with maintenance stopped."""
    settings = on_free_ports(FOLDER / "costs-system")
    shutil.rmtree(settings.state, ignore_errors=True)
    described = machine.described(
        python=sys.version.split()[0], **{name: version(name) for name in ("ministack", "boto3")}
    )
    results = Results(RESULTS, "requests", described, requests_report.table)
    with started(settings) as pipeline:
        results.add("requests", lambda: measuring.measure(pipeline, FOLDER / "costs-clips"))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
