"""`python -m bench.burst`: simulate bursts of uploads, and write the tables."""

import datetime
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bench.burst.deployed import PLANS_AT_ONCE, WAITING, burst
from bench.burst.report import table
from bench.burst.retries import Waiting
from bench.burst.videos import default
from local.settings import CHECKOUT

_HOUR_S = 3600
_TRANSITION_USD = 0.025 / 1000
# (Lambda concurrency, videos, seconds of each, EncodeConcurrency, ApiReserved)
_SMALL = [(10, 1, 600, 0, 0), (10, 1, _HOUR_S, 0, 0), (10, 1, _HOUR_S, 8, 0), (50, 1, _HOUR_S, 0, 0)]
_LARGE = [(1000, 20, _HOUR_S, 0, 0), (1000, 1000, _HOUR_S, 0, 0), (5000, 1000, _HOUR_S, 0, 0)]
_ROWS = [
    *_SMALL,
    *[(10, 1000, _HOUR_S, 0, 0), (10, 1000, _HOUR_S, 8, 0), (50, 1000, _HOUR_S, 0, 0)],
    *_LARGE,
    *[(1000, 1000, _HOUR_S, 0, 50), (5000, 1000, _HOUR_S, 0, 100)],
]
_BEFORE = Waiting(interval_s=2, rate=2, max_attempts=6, max_delay_s=float("inf"))


def main(folder: Path) -> int:
    found = {
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "retrier": asdict(WAITING),
        "plans_at_once": PLANS_AT_ONCE,
        "rows": [row(*of, waiting=WAITING) for of in _ROWS],
        "rows_with_six_retries": [row(*of, waiting=_BEFORE) for of in (*_SMALL, *_LARGE)],
    }
    (folder / "burst.json").write_text(json.dumps(found, indent=1) + "\n")
    (folder / "burst.md").write_text(table(found))
    return 0


def row(
    concurrency: int, videos: int, duration_s: int, encoding: int, api_reserved: int, *, waiting: Waiting
) -> dict[str, Any]:
    """`encoding` is EncodeConcurrency, 0 for the template's default."""
    outcome = burst(
        concurrency,
        videos,
        duration_s,
        encode_concurrency=encoding or None,
        api_reserved=api_reserved,
        waiting=waiting,
    )
    return {
        "concurrency": concurrency,
        "encode_concurrency": encoding or default("EncodeConcurrency"),
        "api_reserved": api_reserved,
        "videos": videos,
        "duration_s": duration_s,
        "failed_percent": round(100 * outcome.failed / videos, 1),
        "all_ready_after_s": None if outcome.failed else round(outcome.ended_s),
        "retries": outcome.retries,
        "api_throttled_percent": round(100 * outcome.api_throttled, 1),
        "cost_of_waiting_usd": round(outcome.retries * _TRANSITION_USD, 2),
        "longest_history": outcome.longest_history,
    }


if __name__ == "__main__":
    raise SystemExit(main(CHECKOUT / "bench" / "results"))
