"""The results as a Markdown table: cold.md, made from cold.json."""

from collections.abc import Mapping
from typing import Any

from bench.encode.report import grid, shown, verdict

_Found = Mapping[str, Any]
MAX_RATIO = 1.3


def table(found: _Found) -> str:
    """Markdown, with a row for each function that was measured."""
    heads = [
        "function",
        "event",
        "outcome",
        "AWS calls",
        "package, KB",
        "CPU, ms",
        "without bytecode, ms",
        "bare handler, ms",
        "ratio, pair by pair",
        f"≤ {MAX_RATIO}",
    ]
    rows = [_row(function, measured) for function, measured in found.items()]
    runs = max(measured["ratio"]["runs"] for measured in found.values())
    notes = (
        "A *bare handler* makes the same boto3 clients and the same AWS calls, and nothing else. Both run in "
        f"a fresh interpreter with the function's build and boto3 on its path; medians of {runs} rounds that "
        "alternate. Bytecode is made by the interpreter that measures; boto3 has it in all cases. The AWS "
        "that is called is a stub in another process: a READY video, and no job of it, so that the steps of "
        "the state machine end where they read their plan."
    )
    made_by = (
        "`make bench-cold` writes this file: the CPU time of a start, from the first line that is run until "
        "the event of events/ is answered."
    )
    machines = sorted({_measured_on(measured["measured_on"]) for measured in found.values()})
    text = ["# First answers, measured", made_by, grid(heads, rows), notes, *machines]
    return "\n\n".join(text) + "\n"


def _row(function: str, measured: _Found) -> list[object]:
    ratio = measured["ratio"]
    return [
        function,
        measured["event"],
        measured["outcome"],
        measured["calls"],
        measured["size_kb"],
        shown(measured["cpu_ms"]),
        shown(measured["uncompiled_ms"]),
        shown(measured["bare_ms"]),
        shown(ratio),
        verdict(ratio["median"] <= MAX_RATIO),
    ]


def _measured_on(described: _Found) -> str:
    return (
        f"{described['date']}, {described['machine']}, Python {described['python']}, "
        f"boto3 {described['boto3']}, Powertools {described['aws-lambda-powertools']}."
    )
