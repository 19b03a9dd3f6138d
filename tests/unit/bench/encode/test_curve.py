from typing import Any

import pytest

from bench.encode.curve import summary


def row(trial: str, crf: int, cpu_per_s: float, size: int, vmaf: float) -> dict[str, Any]:
    return {"trial": trial, "crf": crf, "cpu_per_s": cpu_per_s, "rungs": {"720p": [vmaf, size]}}


ROWS = [
    row("veryfast", 23, 1.0, 2000, 90),
    row("veryfast", 26, 0.8, 1000, 80),
    row("faster", 23, 2.0, 1600, 90),
    row("faster", 26, 1.6, 800, 80),
]


def test_a_setting_is_compared_with_veryfast_in_cpu_and_in_bytes_at_equal_vmaf() -> None:
    found = summary({"clip": ROWS})

    assert found["faster"]["cpu_ratio"] == pytest.approx(2.0)
    assert found["faster"]["bytes_at_equal_vmaf_percent"] == pytest.approx(-20)
    assert found["veryfast"]["bytes_at_equal_vmaf_percent"] == pytest.approx(0)


def test_clips_count_alike_however_long_they_take() -> None:
    slow = [{**of, "cpu_per_s": of["cpu_per_s"] * 10} for of in ROWS[:2]]
    slow += [{**of, "cpu_per_s": of["cpu_per_s"] * 20} for of in ROWS[2:]]

    assert summary({"fast": ROWS, "slow": slow})["faster"]["cpu_ratio"] == pytest.approx(3.0)
