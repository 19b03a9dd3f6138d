from dataclasses import replace

import pytest

from bench.encode.lambda_model import (
    Assumptions,
    LambdaSize,
    Video,
    cheapest_within,
    chunks,
    critical_path,
    dollars,
    dollars_per_hour,
    fastest,
    vcpus,
)

NO_WAITING = Assumptions(
    plan_s=0,
    cold_start_s=0,
    transition_s=0,
    fan_out_s=0,
    network_mb_per_s=1e9,
    put_s=0,
    publish_s=0,
    efficiency=1,
)
HOUR = Video(
    duration_s=3600,
    cpu_per_s=2.0,
    audio_cpu_per_s=0.01,
    source_bps=6_000_000,
    ladder_bps=8_000_000,
    rungs=5,
    segment_s=4,
)
SIZE = LambdaSize(memory_mb=1769, concurrency=120, chunk_s=30)


def test_memory_gives_vcpus_as_published() -> None:
    assert vcpus(1769) == 1
    assert vcpus(10_240) == pytest.approx(5.79, abs=0.005)


def test_one_wave_of_chunks_takes_as_long_as_one_chunk() -> None:
    path = critical_path(HOUR, SIZE, NO_WAITING)

    assert chunks(HOUR, SIZE) == 120
    assert path.waves == 1
    assert path.total_s == pytest.approx(30 * 2.0, abs=0.01)


def test_one_chunk_too_many_waits_for_a_second_wave() -> None:
    shorter = replace(SIZE, chunk_s=29.9)

    assert critical_path(HOUR, shorter, NO_WAITING).waves == 2


def test_a_video_shorter_than_a_chunk_is_one_chunk_of_its_own_length() -> None:
    path = critical_path(replace(HOUR, duration_s=10), SIZE, NO_WAITING)

    assert path.waves == 1
    assert path.encode_s == pytest.approx(20)


def test_an_ffmpeg_that_leaves_vcpus_idle_takes_longer() -> None:
    half = replace(NO_WAITING, efficiency=0.5)

    assert critical_path(HOUR, SIZE, half).encode_s == pytest.approx(120)


def test_every_segment_of_a_chunk_is_put_one_after_the_other() -> None:
    path = critical_path(HOUR, SIZE, replace(NO_WAITING, put_s=0.1))

    assert path.store_s == pytest.approx(8 * 5 * 0.1, abs=0.001)


@pytest.mark.parametrize(
    ("prepared", "seconds"),
    [("nothing", 0), ("encode", 36), ("copy", 2 * 27 + 900 * 0.04 / 16)],
)
def test_preparing_the_whole_file_comes_before_the_chunks(prepared: str, seconds: float) -> None:
    network = replace(NO_WAITING, network_mb_per_s=100, put_s=0.04)
    path = critical_path(replace(HOUR, prepared=prepared), SIZE, network)

    assert path.prepare_s == pytest.approx(seconds)


def test_the_dollars_are_gb_seconds_requests_transitions_and_puts() -> None:
    gb_s = 120 * 60 * 1769 / 1024 * 0.0000166667
    requests = 120 * 0.20 / 1e6
    transitions = 365 * 0.025 / 1000
    puts, gets = (900 * 5 + 3 * 120) * 0.005 / 1000, 120 * 20 * 0.0004 / 1000

    cost = dollars(HOUR, SIZE, NO_WAITING)

    assert cost == pytest.approx(gb_s + requests + transitions + puts + gets, rel=1e-4)


def test_arm_is_a_fifth_cheaper_by_the_second() -> None:
    assert dollars_per_hour(2.0, "arm64") / dollars_per_hour(2.0) == pytest.approx(0.8, abs=0.001)


def test_pure_encoding_costs_the_same_at_every_memory() -> None:
    small = dollars(HOUR, SIZE, NO_WAITING)
    large = dollars(HOUR, replace(SIZE, memory_mb=10_240), NO_WAITING)

    assert large == pytest.approx(small, rel=1e-3)
    assert dollars_per_hour(2.0) == pytest.approx(small, abs=0.05)


def test_the_fastest_has_the_most_vcpus_and_the_cheapest_in_time_no_more_than_it_needs() -> None:
    assumed = Assumptions()
    tried = [(HOUR, LambdaSize(memory, 120, 30.0)) for memory in (1769, 5307, 10_240)]

    best, cheap = fastest(tried, assumed), cheapest_within(tried, 60, assumed)

    assert best[1].memory_mb == 10_240
    assert cheap is not None
    assert cheap[1].memory_mb == 5307


def test_there_is_no_size_for_what_cannot_be_done_in_time() -> None:
    assert cheapest_within([(HOUR, SIZE)], 10, Assumptions()) is None
