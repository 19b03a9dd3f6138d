"""The results as Markdown tables: burst.md, made from the same rows as burst.json."""

from collections.abc import Mapping, Sequence
from typing import Any

from bench.encode.report import grid

_HEADS = {
    "concurrency": "Lambda concurrency",
    "encode_concurrency": "`EncodeConcurrency`",
    "api_reserved": "`ApiReserved`",
    "videos": "videos",
    "duration_s": "each, s",
    "failed_percent": "FAILED, %",
    "all_ready_after_s": "all READY after, s",
    "retries": "retries",
    "cost_of_waiting_usd": "waiting, $",
    "longest_history": "longest history, events",
    "api_throttled_percent": "API throttled, % of the time",
}

_LEFT_OUT = (
    "Not simulated: throttles of planning, which waits in its queue; the rate at which Lambda adds "
    "environments (1,000 in 10 s for a function); the quotas of Step Functions, which slow executions down "
    "(state transitions) or let them wait (1,000 open Map Runs)."
)


def table(found: Mapping[str, Any]) -> str:
    waiting = found["retrier"]
    how = (
        "`make bench-burst` writes this file. Videos of 1080p at 30 fps arrive within a minute, are planned "
        f"{found['plans_at_once']} at a time, and encoded on an account with so much Lambda concurrency. A "
        f"throttled call is tried again after up to {waiting['interval_s']} s, then up to "
        f"{waiting['rate']} times as long each time, at most {waiting['max_delay_s'] / 60:.0f} min. "
        "Encoding a chunk takes what the plan expects it to, ± 20 %. Each retry is a state transition, at "
        "$0.025 for 1,000. Where encoding has taken all of the concurrency, the API is throttled, "
        "too, unless it has some of its own (`ApiReserved`)."
    )
    text = [
        "# Bursts of uploads, simulated",
        how,
        _rows(found["rows"]),
        "## With six retries, as before",
        _rows(found["rows_with_six_retries"]),
        _LEFT_OUT,
        f"{found['date']}.",
    ]
    return "\n\n".join(text) + "\n"


def _rows(rows: Sequence[Mapping[str, Any]]) -> str:
    return grid(list(_HEADS.values()), [[_shown(row[name]) for name in _HEADS] for row in rows])


def _shown(value: float | None) -> str:
    return "-" if value is None else f"{value:,}"
