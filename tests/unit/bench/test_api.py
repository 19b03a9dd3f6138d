import json
from pathlib import Path

import pytest

from bench.api import asking, report, uploading, watching
from bench.api.uploading import Parts
from local.settings import CHECKOUT

DESCRIBED = {
    "date": "2026-01-01",
    "machine": "2 cores",
    "python": "3",
    "ministack": "1",
    "boto3": "1",
    "load_before": 0.1,
}


def spread(median: float) -> dict[str, float]:
    return {"median": median, "min": median, "max": median, "runs": 5}


def upload(ratio: float) -> dict[str, object]:
    return {
        "upload": {
            "bytes": 200_000_000,
            "part_bytes": 8 * 2**20,
            "parts": 24,
            "threads": 10,
            "boto3_s": spread(1.0),
            "route_s": spread(ratio),
            "route_to_boto3": spread(ratio),
            "phases_s": {name: spread(0.1) for name in uploading.PHASES},
            "cold_route_s": 2.0,
            "measured_on": DESCRIBED,
        }
    }


def asked(path: str, calls: list[str], functions: float) -> dict[str, object]:
    load = {"1": {"per_s": spread(80.0), "p50_s": 0.0123, "p99_s": 0.345, "requests": 400}}
    of = {"calls": calls, "functions_per_request": functions, "load": load}
    return {"ask": {"videos": 100, "round_s": 5.0, "paths": {path: of}, "measured_on": DESCRIBED}}


def test_parts_are_cut_at_their_size_and_the_last_is_the_rest() -> None:
    assert Parts(8, 10).spans(20) == [(0, 8), (8, 8), (16, 4)]
    assert Parts(8, 10).spans(16) == [(0, 8), (8, 8)]


def test_parts_are_cut_as_boto3_cuts_them() -> None:
    assert uploading.boto3_parts() == Parts(8 * 2**20, 10)


def test_a_file_is_the_clip_repeated(tmp_path: Path) -> None:
    clip = tmp_path / "clip"
    clip.write_bytes(b"abc")

    assert uploading.repeated(clip, 7, tmp_path / "file").read_bytes() == b"abcabca"


def test_delays_are_those_of_all_sockets_and_of_the_first_and_last_of_each_change() -> None:
    found = watching.summary([[0.1, 0.2, 0.9], [0.3, 0.4, 0.5], [0.2, 0.6, 0.7]])

    assert found == {
        "changes": 3, "first_s": 0.2, "p50_s": 0.4, "p95_s": 0.9, "last_s": 0.7, "worst_s": 0.9
    }  # fmt: skip


def test_requests_per_second_are_by_round_and_latencies_of_all_requests() -> None:
    found = asking.summary([(2.0, [0.1, 0.2, 0.3, 0.4]), (1.0, [0.5])])

    assert found["per_s"] == {"median": 1.5, "min": 1.0, "max": 2.0, "runs": 2}
    assert (found["p50_s"], found["p99_s"], found["requests"]) == (0.3, 0.5, 5)


@pytest.mark.parametrize(("ratio", "shown"), [(1.15, "| reached |"), (1.16, "| **missed** |")])
def test_the_upload_is_compared_with_its_goal(ratio: float, shown: str) -> None:
    assert shown in report.table(upload(ratio))


def test_a_command_line_that_was_not_measured_is_left_out() -> None:
    assert "reelway.py" not in report.table(upload(1.0))


@pytest.mark.parametrize(
    ("path", "calls", "functions", "shown"),
    [
        ("manifest", ["dynamodb:GetItem", "s3:GetObject"], 1.0, "| ≤ 2 calls | reached |"),
        ("manifest", ["dynamodb:GetItem", "s3:GetObject", "s3:GetObject"], 1.0, "| ≤ 2 calls | **missed** |"),
        ("segment", [], 0.0, "| none | 0 functions | reached |"),
        ("segment", [], 0.1, "| none | 0 functions | **missed** |"),
        ("ready", ["dynamodb:Query"], 1.0, "| 1 dynamodb:Query | - |  |"),
    ],
)
def test_the_aws_calls_of_a_request_are_compared_with_their_goal(
    path: str, calls: list[str], functions: float, shown: str
) -> None:
    assert shown in report.table(asked(path, calls, functions))


def test_milliseconds_have_a_decimal_only_below_a_hundred() -> None:
    text = report.table(asked("ready", [], 1.0))

    assert "| 12.3 | 345 | 400 |" in text


@pytest.mark.parametrize(("ratio", "shown"), [(1.1, "| reached |"), (1.11, "| **missed** |")])
def test_a_token_is_compared_with_its_goal(ratio: float, shown: str) -> None:
    of = {"plain_s": spread(0.004), "signed_s": spread(0.0044), "ratio": spread(ratio)}
    found = {"requests": 200, "paths": {"segment": of}, "measured_on": DESCRIBED}
    assert shown in report.table({"sign": found})


def test_the_stored_tables_are_made_of_the_stored_figures() -> None:
    results = CHECKOUT / "bench" / "results"

    text = report.table(json.loads((results / "api.json").read_text()))

    assert text == (results / "api.md").read_text()
