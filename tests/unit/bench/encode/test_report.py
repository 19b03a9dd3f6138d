import json

import pytest

from bench.encode import report
from local.settings import CHECKOUT

DESCRIBED = {"date": "2026-01-01", "machine": "2 cores", "ffmpeg": "9", "load_before": 0.1}


def spread(median: float) -> dict[str, float]:
    return {"median": median, "min": median, "max": median, "runs": 3}


def ready(difference_s: float) -> dict[str, object]:
    return {
        "ready": {
            "clip": {
                "ready_s": spread(difference_s + 0.1),
                "copy_s": spread(0.1),
                "difference_s": spread(difference_s),
                "whole_ladder_s": spread(10),
                "cold_ready_s": 3.0,
            },
            "measured_on": DESCRIBED,
        }
    }


@pytest.mark.parametrize(("seconds", "shown"), [(1.5, "| reached |"), (1.51, "| **missed** |")])
def test_a_figure_is_compared_with_its_goal(seconds: float, shown: str) -> None:
    assert shown in report.table(ready(seconds))


def test_parts_that_were_not_measured_are_left_out() -> None:
    text = report.table(ready(1.0))

    assert "READY" in text
    assert "shaka" not in text


def test_differences_are_points_of_vmaf_and_percent_of_bytes() -> None:
    ours, other = {"vmaf": 90.0, "video_bytes": 1020}, {"vmaf": 90.5, "video_bytes": 1000}

    points, percent = report.against(ours, other)

    assert points == pytest.approx(-0.5)
    assert percent == pytest.approx(2)


def test_a_table_has_a_line_for_each_row() -> None:
    assert report.grid(["a", "b"], [[1, "x"]]) == "| a | b |\n| --- | --- |\n| 1 | x |"


def test_the_stored_tables_are_made_of_the_stored_figures() -> None:
    results = CHECKOUT / "bench" / "results"

    text = report.table(json.loads((results / "encode.json").read_text()))

    assert text == (results / "encode.md").read_text()
