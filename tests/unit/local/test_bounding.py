import threading

import pytest
from ministack.services import stepfunctions

from local.bounding import bounded, install
from local.named_errors import UnknownEmulator


class Throttled(Exception):
    pass


def test_no_more_steps_run_at_once_than_there_are_places() -> None:
    running, most, done, lock = 0, 0, [], threading.Lock()

    def step(number: int) -> None:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        threading.Event().wait(0.01)
        with lock:
            running -= 1
            done.append(number)

    call = bounded(step, 3, throttled=Throttled)
    threads = [threading.Thread(target=call, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (most, sorted(done)) == (3, list(range(20)))


def test_a_step_that_finds_no_place_is_throttled_as_by_lambda() -> None:
    def step(depth: int) -> None:
        if depth:
            call(depth - 1)

    call = bounded(step, 1, throttled=Throttled, patience_s=0)
    call(0)
    with pytest.raises(Throttled, match="TooManyRequestsException"):
        call(1)


def test_a_place_is_free_again_after_a_step_has_failed() -> None:
    def step() -> None:
        raise ValueError("failed")

    call = bounded(step, 1, throttled=Throttled, patience_s=0)
    for _ in range(2):
        with pytest.raises(ValueError, match="failed"):
            call()


def test_another_version_of_the_emulator_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(stepfunctions, "_call_lambda")

    with pytest.raises(UnknownEmulator):
        install(1)
