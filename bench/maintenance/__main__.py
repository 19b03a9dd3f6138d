"""`python -m bench.maintenance`: measure, and write bench/results/maintenance.json."""

import importlib
import json
import os
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import boto3

from bench.maintenance import answers
from bench.maintenance.answers import Document
from bench.spread import spread
from local.settings import CHECKOUT
from tests.support.doubles import moto_aws
from tests.support.readers import function_environment

_RUNS = 7
_CONTEXT = SimpleNamespace(get_remaining_time_in_millis=lambda: 240_000)
_SOCKETS, _VIDEOS, _LOST, _EXECUTIONS = 200, 1000, 100, 1000
# What is measured: the handler, and how many there are of (executions, listed videos, sockets).
_MEASURED: Mapping[str, tuple[str, int, int, int]] = {
    "execution": ("maintenance.lost_work_handler", _EXECUTIONS, 0, 0),
    "running_video": ("maintenance.lost_work_handler", _EXECUTIONS, _VIDEOS, 0),
    "waiting_video": ("maintenance.lost_work_handler", 0, _VIDEOS, 0),
    "lost_upload": ("maintenance.lost_work_handler", 0, _LOST, 0),
    "socket": ("maintenance.keep_alive_handler", 0, 0, _SOCKETS),
}


_EXPECTED: Mapping[tuple[int, int], dict[str, float]] = {
    (_LOST, 0): {"settled": _LOST, "passed_over": 0, "remaining": 0},
    (_VIDEOS, 0): {"settled": 0, "passed_over": 0, "remaining": 0},
    (0, _SOCKETS): {"sockets": _SOCKETS, "passed_over": 0, "done": 1.0},
}


def measured(module: str, executions: int, videos: int, sockets: int) -> list[float]:
    """CPU ms of runs of a handler, each with one before it that makes its connections."""

    def answer(operation: str, request: Document) -> Document:
        if operation == "Query" and request["IndexName"] == "byListing":
            first = _number(request.get("ExclusiveStartKey", {}).get("videoId"))
            return answers.entries(first, min(videos, first + 1000))
        found: dict[str, Callable[[], Document]] = {
            "Query": lambda: {"Items": []},
            "ListExecutions": lambda: answers.executions(0, executions),
            "BatchGetItem": lambda: answers.records(request, lost=videos == _LOST),
            "Scan": lambda: answers.connections(sockets),
        }
        return found.get(operation, dict)()

    boto3.DEFAULT_SESSION = answers.answering(answer)
    handler: Any = importlib.reload(importlib.import_module(module))
    counts = handler.lambda_handler({}, _CONTEXT)
    if counts != _EXPECTED.get((videos, sockets), counts):
        raise RuntimeError(f"{module} did not do what is measured: {counts}")
    return [_cpu_ms(lambda: handler.lambda_handler({}, _CONTEXT)) for _ in range(_RUNS)]


def _number(key: Mapping[str, str] | None) -> int:
    return int(key["S"][:8], 16) + 1 if key else 0


def _cpu_ms(call: Callable[[], object]) -> float:
    before = time.process_time()
    call()
    return (time.process_time() - before) * 1000


def main(folder: Path) -> int:
    os.environ |= {"AWS_DEFAULT_REGION": "us-east-1", "POWERTOOLS_METRICS_DISABLED": "true"}
    ids = function_environment.handlers()
    found: dict[str, Any] = {}
    for name, (module, *of) in _MEASURED.items():
        os.environ |= function_environment.environment_of(ids[module], moto_aws.REFERENCES)
        number = next(each for each in reversed(of) if each)
        nothing = min(measured(module, 0, 0, 0))
        found[name] = spread([max(0.0, ms - nothing) / number for ms in measured(module, *of)])
    (folder / "maintenance.json").write_text(json.dumps({"cpu_ms": found}, indent=1) + "\n")
    print(json.dumps({name: of["median"] for name, of in found.items()}))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(CHECKOUT / "bench" / "results"))
