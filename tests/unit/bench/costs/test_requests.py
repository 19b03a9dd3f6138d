from typing import Any

import pytest

from bench.costs import requests


def clip(chunks: int, segments: int, megabytes: float, rungs: int = 2) -> dict[str, Any]:
    """10 PUTs for a video, 2 for a chunk, 1 for a segment, 2 for a rung; 3 GETs for a megabyte."""
    return {
        "chunks": chunks,
        "rungs": rungs,
        "segments": segments,
        "source_mb": megabytes,
        "item_bytes": 1500,
        "calls": {
            "s3:Put": 10 + 2 * chunks + segments + 2 * rungs,
            "s3:Get": 3 * megabytes,
            "dynamodb:UpdateItem": 4,
            "dynamodb:index": 5,
            "dynamodb:progress": 17,
        },
        "logs": {"bytes": 1000, "invocations": 10},
        "functions": {"512": {"calls": 8, "ms": 400.0}, "1769": {"calls": 3 + chunks, "ms": 9000.0}},
    }


VIDEOS = {
    "one chunk": clip(1, 8, 1),
    "four chunks": clip(4, 8, 1),
    "three times as long": clip(1, 24, 3),
    "four times the bitrate": clip(1, 8, 4),
    "1080p, five rungs": clip(2, 10, 3, 5),
    "another": clip(7, 35, 12, 3),
}


def test_coefficients_are_those_of_the_system_that_was_measured() -> None:
    fitted = requests.fitted(VIDEOS)

    assert fitted["put"] == requests.Coefficients(10, 2, 1, 0, 2)
    assert fitted["get"] == requests.Coefficients(0, 0, 0, 3, 0)
    assert fitted["call"] == requests.Coefficients(3, 1, 0, 0, 0)


@pytest.mark.parametrize("kind", ["put", "get", "write", "call"])
def test_another_clip_is_predicted(kind: str) -> None:
    assert requests.predicted(kind, VIDEOS, "another") == requests.counts(VIDEOS["another"])[kind]


def test_the_last_write_of_a_large_record_is_two_and_progress_is_not_counted() -> None:
    assert requests.counts(VIDEOS["one chunk"])["write"] == 4 + 1 + 5


def test_requests_of_parts_grow_with_their_number() -> None:
    uploads = {"2": {"s3:Put": 2, "s3:Post": 2, "s3:Get": 2}, "6": {"s3:Put": 6, "s3:Post": 2, "s3:Get": 2}}

    assert requests.upload_in_parts(uploads, 30) == {"put": 32.0, "get": 2.0}


def test_logs_and_small_calls_are_means_of_all_clips() -> None:
    assert requests.log_bytes_per_call(VIDEOS) == 100
    assert requests.small_call_ms(VIDEOS) == 50
