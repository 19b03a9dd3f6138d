"""Work that is divided among processes. Each begins with a copy of what there is in this one."""

import multiprocessing
from collections.abc import Callable
from typing import Any, TypeVar

Result = TypeVar("Result")


def divided(count: int, work: Callable[[int], Result]) -> list[Result]:
    """The results of `work(0)`, `work(1)`, … in so many processes; raises where one of them ends without."""
    if count == 1:
        return [work(0)]
    forking, begun = multiprocessing.get_context("fork"), []
    for number in range(count):
        receiving, sending = forking.Pipe(duplex=False)
        process = forking.Process(target=_run, args=(sending, work, number), daemon=True)
        process.start()
        sending.close()
        begun.append((process, receiving))
    results = [receiving.recv() for _, receiving in begun]
    for process, _ in begun:
        process.join()
    return results


def _run(sending: Any, work: Callable[[int], object], number: int) -> None:
    sending.send(work(number))
