"""`python -m bench.soak`: MINUTES, UPLOADS, SOCKETS and SEED of the environment; writes results/soak.*.

With MINUTES=0 all files are sent at once, to a system that nothing disturbs. Exits with 1 when an upload, a
socket or a segment has not kept the promise; the files are written all the same, except for short runs.
"""

import asyncio
import os
import secrets
import shutil
import sys
from importlib.metadata import version

from bench import machine
from bench.results import Results
from bench.soak import report
from bench.soak.running import Extent, soak
from local.clip import example
from local.environment import isolate
from local.settings import CHECKOUT, on_free_ports
from tests.support.media import corpus

FOLDER = CHECKOUT / ".reelway" / "bench"
RESULTS = CHECKOUT / "bench" / "results"
FULL = Extent(minutes=10, uploads=50, sockets=200)


def main() -> int:
    extent = Extent(
        minutes=float(os.environ.get("MINUTES") or FULL.minutes),
        uploads=int(os.environ.get("UPLOADS") or FULL.uploads),
        sockets=int(os.environ.get("SOCKETS") or FULL.sockets),
    )
    seed = int(os.environ.get("SEED") or secrets.randbelow(2**32))
    print(f"make soak {extent} SEED={seed}", flush=True)
    isolate(os.environ)
    settings = on_free_ports(FOLDER / "soak-system")
    shutil.rmtree(settings.state, ignore_errors=True)
    described = machine.described(
        python=sys.version.split()[0], **{name: version(name) for name in ("ministack", "boto3")}
    )
    clips = [corpus.file("carphone_pristine.mp4"), *([example(settings)] if extent.minutes else [])]
    found = asyncio.run(soak(settings, extent, clips, seed))
    kept = RESULTS if extent.minutes in (0, FULL.minutes) else FOLDER / "quick"
    name = "burst" if extent.minutes == 0 else "disturbed"
    results = Results(kept, "soak", described, report.table)
    results.add(name, lambda: found)
    print(report.table({name: found | {"measured_on": described}}))
    return 1 if found["faults"] else 0


if __name__ == "__main__":
    sys.exit(main())
