"""The model of AWS itself: what it does on its own terms."""

import random
from typing import Any

import pytest

from tests.faults import json_paths
from tests.faults.clock import Clock
from tests.faults.declared import Queue
from tests.faults.execution import Execution, Tasks
from tests.faults.patterns import matches
from tests.faults.sqs import Sqs
from tests.faults.state_retries import StateFailed, Tries
from tests.faults.timeline import Timeline

_RULES = [
    {
        "ErrorEquals": ["Throttled"],
        "IntervalSeconds": 2,
        "BackoffRate": 3,
        "MaxDelaySeconds": 10,
        "MaxAttempts": 4,
    },
    {"ErrorEquals": ["Never"], "MaxAttempts": 0},
    {"ErrorEquals": ["States.ALL"], "IntervalSeconds": 1, "MaxAttempts": 1},
]


def test_pauses_grow_up_to_their_longest_and_come_to_an_end() -> None:
    tries = Tries(_RULES, random.Random(1))  # noqa: S311
    assert [tries.delay_s("Throttled") for _ in range(5)] == [2, 6, 10, 10, None]


def test_each_rule_counts_its_own_tries_and_the_first_that_fits_decides() -> None:
    tries = Tries(_RULES, random.Random(1))  # noqa: S311
    assert [tries.delay_s(error) for error in ("Other", "Never", "Throttled", "Another")] == [
        1,
        None,
        2,
        None,
    ]


def test_a_full_jitter_lies_between_nothing_and_the_pause() -> None:
    rule = {"ErrorEquals": ["States.ALL"], "IntervalSeconds": 8, "JitterStrategy": "FULL", "MaxAttempts": 99}
    tries = Tries([rule | {"BackoffRate": 1}], random.Random(1))  # noqa: S311
    pauses = [tries.delay_s("Any") or 0.0 for _ in range(50)]
    assert 0 <= min(pauses) < 1 < 7 < max(pauses) <= 8


def _run(definition: dict[str, Any], data: Any, results: dict[str, Any]) -> tuple[Execution, list[Any]]:
    """The execution after a day, and the payloads of its tasks; `results` may be errors."""
    timeline, asked = Timeline(Clock()), list[Any]()

    def invoke(resource: str, payload: Any) -> Any:
        asked.append(payload)
        result = results[resource]
        if isinstance(result, Exception):
            raise result
        return result

    tasks = Tasks(invoke, lambda bucket, key: [bucket, key])
    machine = {"TimeoutSeconds": 10**6, **definition}
    run = Execution("arn:aws:states:::execution:m:n", machine, data, tasks, timeline, lambda _: None)
    run.begin()
    timeline.go(86_400)
    return run, asked


_WORK = {"Type": "Task", "Resource": "work", "End": True}


def test_an_error_is_caught_with_its_cause_beside_the_input() -> None:
    caught = [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.error", "Next": "Tell"}]
    states = {"Try": _WORK | {"Catch": caught}, "Tell": {"Type": "Task", "Resource": "tell", "End": True}}
    run, asked = _run(
        {"StartAt": "Try", "States": states}, {"id": 1}, {"work": StateFailed("Broken", "why"), "tell": None}
    )
    assert asked[-1] == {"id": 1, "error": {"Error": "Broken", "Cause": "why"}}
    assert run.status == "SUCCEEDED"


def test_a_map_runs_each_item_and_fails_with_the_first() -> None:
    inner = {"StartAt": "Work", "States": {"Work": _WORK}}
    each = {"Type": "Map", "ItemsPath": "$.items", "ItemProcessor": inner, "End": True}
    each |= {"ItemSelector": {"id.$": "$.id", "item.$": "$$.Map.Item.Value"}, "MaxConcurrency": 2}
    machine = {"StartAt": "Each", "States": {"Each": each}}
    run, asked = _run(machine, {"id": 1, "items": [7, 8, 9]}, {"work": "done"})
    assert [payload["item"] for payload in asked] == [7, 8, 9]
    assert run.status == "SUCCEEDED"
    run, _ = _run(machine, {"id": 1, "items": [7]}, {"work": StateFailed("Broken")})
    assert (run.status, run.error) == ("FAILED", "Broken")


def test_paths_and_intrinsic_functions_are_filled_in() -> None:
    template = {"key.$": "States.Format('jobs/{}/a', $.id)", "same": "$.id", "inner": {"is.$": "$.of.it"}}
    filled = json_paths.filled(template, {"id": "x", "of": {"it": 2}}, {})
    assert filled == {"key": "jobs/x/a", "same": "$.id", "inner": {"is": 2}}


@pytest.mark.parametrize(
    ("pattern", "is_taken"),
    [
        ({"a": ["x"]}, True),
        ({"a": ["y"]}, False),
        ({"b": {"c": [{"exists": True}]}}, True),
        ({"b": {"d": [{"exists": False}]}}, True),
        ({"a": [{"prefix": "x"}], "b": {"c": [2]}}, False),
        ({"a": [{"anything-but": ["y"]}]}, True),
    ],
)
def test_a_pattern_takes_events(pattern: dict[str, Any], is_taken: bool) -> None:
    assert matches(pattern, {"a": "x", "b": {"c": 1}}) is is_taken


def test_a_message_that_is_not_deleted_comes_again_and_then_moves() -> None:
    clock = Clock()
    sqs = Sqs(clock, {"Work": Queue("Work", 30, 0, "Dead", 2), "Dead": Queue("Dead", 30, 0, None, 0)})
    sqs.send("Work", "once")
    received = []
    for _ in range(3):
        received.append(len(sqs.receive("Work", 10)))
        assert not sqs.receive("Work", 10)
        clock.sleep(31)
    assert received == [1, 1, 0]
    assert [message.body for message in sqs.contents["Dead"]] == ["once"]
