from typing import Any

from bench.cold import report
from bench.spread import ratios, spread

MEASURED_ON = {
    "date": "2026-11-25",
    "machine": "1 cores",
    "python": "3.11.7",
    "boto3": "1.43",
    "aws-lambda-powertools": "3.37",
}


def measured(own_ms: list[float], bare_ms: list[float]) -> dict[str, Any]:
    return {
        "event": "schedule",
        "outcome": "done",
        "calls": 4,
        "size_kb": 1613,
        "cpu_ms": spread(own_ms),
        "uncompiled_ms": spread([2 * own for own in own_ms]),
        "bare_ms": spread(bare_ms),
        "ratio": ratios(own_ms, bare_ms),
        "measured_on": MEASURED_ON,
    }


def test_a_function_is_judged_by_its_ratio_to_the_bare_handler() -> None:
    table = report.table(
        {
            "QuickFunction": measured([120, 130, 125], [100] * 3),
            "SlowFunction": measured([131] * 3, [100] * 3),
        }
    )
    quick, slow = (line for line in table.splitlines() if "Function |" in line)
    assert quick.endswith("| 1.25 (1.20 to 1.30) | reached |")
    assert slow.endswith("| 1.31 (1.31 to 1.31) | **missed** |")
    assert "medians of 3 rounds" in table


def test_the_machine_is_named_once() -> None:
    table = report.table({"A": measured([1], [1]), "B": measured([1], [1])})
    assert table.count("boto3 1.43") == 1
