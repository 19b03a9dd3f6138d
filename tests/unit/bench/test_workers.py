from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import psutil
import pytest

from bench.workers import Process, cpu_s


class FakeProcess:
    """`own` and `ended` are CPU seconds: its own, and of children that were waited for."""

    def __init__(self, own: float, ended: float = 0.0, children: Sequence["FakeProcess"] = ()) -> None:
        self._times = SimpleNamespace(user=own, system=0.0, children_user=ended, children_system=0.0)
        self._children = children

    def cpu_times(self) -> Any:
        return self._times

    def children(self, recursive: bool = False) -> Sequence[Process]:
        return self._children


class GoneProcess(FakeProcess):
    def cpu_times(self) -> Any:
        raise psutil.NoSuchProcess(1)


def test_the_emulators_own_work_is_not_the_pipelines() -> None:
    assert cpu_s(FakeProcess(own=100)) == 0


def test_workers_count_with_the_programs_that_they_run_and_have_run() -> None:
    ffmpeg = FakeProcess(own=5)
    worker = FakeProcess(own=1, ended=20, children=[ffmpeg])

    assert cpu_s(FakeProcess(own=100, children=[worker])) == 26


def test_workers_that_have_ended_are_in_the_emulators_account() -> None:
    assert cpu_s(FakeProcess(own=100, ended=7, children=[FakeProcess(own=1)])) == 8


def test_a_worker_that_ends_while_it_is_looked_at_is_no_error() -> None:
    assert cpu_s(FakeProcess(own=100, children=[GoneProcess(own=3)])) == 0


def test_real_processes_are_read_as_well() -> None:
    assert cpu_s(psutil.Process()) == pytest.approx(cpu_s(psutil.Process()), abs=5)
