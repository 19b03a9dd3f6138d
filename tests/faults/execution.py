"""One execution of the state machine: its states with their retries, as Step Functions runs them.

https://states-language.net/spec.html
"""

import json
import random
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from typing import Any

from tests.faults import json_paths
from tests.faults.state_retries import StateFailed, Tries, is_meant
from tests.faults.timeline import Process, Signal, Timeline

Data = dict[str, Any]
Steps = Generator[float | Signal, None, Any]


@dataclass
class Tasks:
    """What states ask for: `invoke(resource, payload)` gives a function's result, or raises StateFailed.

    `read_items(bucket, key)` gives those of a distributed Map, and `lasts_s` is how long a task takes.
    """

    invoke: Callable[[str, Data], Any]
    read_items: Callable[[str, str], list[Any]]
    lasts_s: float = 2.0
    jitter: random.Random = field(default_factory=lambda: random.Random(1))  # noqa: S311


@dataclass
class Execution:
    """`on_end(execution)` is called once, with its last status."""

    arn: str
    definition: Data
    data: Data
    tasks: Tasks
    timeline: Timeline
    on_end: Callable[["Execution"], None]
    status: str = "RUNNING"
    error: str | None = None
    cause: str | None = None

    @property
    def is_running(self) -> bool:
        return self.status == "RUNNING"

    @property
    def name(self) -> str:
        return self.arn.rsplit(":", 1)[1]

    def described(self) -> Data:
        """As Step Functions and EventBridge tell of it."""
        return {
            "executionArn": self.arn,
            "stateMachineArn": self.arn.rsplit(":", 1)[0].replace(":execution:", ":stateMachine:"),
            "name": self.name,
            "status": self.status,
            "input": json.dumps(self.data),
            "error": self.error,
            "cause": self.cause,
        }

    def begin(self) -> None:
        self.timeline.at(self.definition["TimeoutSeconds"], lambda: self.end("TIMED_OUT", "States.Timeout"))
        self.timeline.start(self._whole())

    def end(self, status: str, error: str | None = None, cause: str | None = None) -> None:
        if self.is_running:
            self.status, self.error, self.cause = status, error, cause
            self.on_end(self)

    def _whole(self) -> Process:
        try:
            yield from self._machine(self.definition, self.data, {})
        except StateFailed as failed:
            self.end("FAILED", failed.error, failed.cause)
        else:
            self.end("SUCCEEDED")

    def _machine(self, machine: Data, data: Any, context: Data) -> Steps:
        name: str | None = machine["StartAt"]
        while name:
            state = machine["States"][name]
            data, name = yield from self._state(state, data, context)
        return data

    def _state(self, state: Data, data: Any, context: Data) -> Steps:
        """The state's output, and the name of the next one."""
        kind = state["Type"]
        if kind == "Choice":
            chosen = (each["Next"] for each in state["Choices"] if json_paths.holds(each, data))
            return data, next(chosen, state.get("Default"))
        if kind == "Fail":
            error, cause = (
                state.get(key) or json_paths.value(state[f"{key}Path"], data, context, default=None)
                for key in ("Error", "Cause")
            )
            raise StateFailed(error, cause)
        if kind in ("Succeed", "Pass"):
            return data, state.get("Next")
        if kind == "Wait":
            yield float(state["Seconds"])
            return data, state.get("Next")
        return (yield from self._work(state, data, context))

    def _work(self, state: Data, data: Any, context: Data) -> Steps:
        """A Task or a Map, tried again as its Retry says, and left as its Catch says."""
        tries = Tries(state.get("Retry", []), self.tasks.jitter)
        while True:
            try:
                result = yield from (self._task if state["Type"] == "Task" else self._map)(
                    state, data, context
                )
            except StateFailed as failed:
                delay_s = tries.delay_s(failed.error)
                if delay_s is not None:
                    yield delay_s
                    continue
                for rule in state.get("Catch", []):
                    if is_meant(rule, failed.error):
                        told = {"Error": failed.error} | ({"Cause": failed.cause} if failed.cause else {})
                        return json_paths.placed(rule.get("ResultPath", "$"), told, data), rule["Next"]
                raise
            output = json_paths.placed(state.get("ResultPath", "$"), result, data)
            return json_paths.value(state.get("OutputPath", "$"), output, context), state.get("Next")

    def _task(self, state: Data, data: Any, context: Data) -> Steps:
        payload = json_paths.filled(state["Parameters"], data, context) if "Parameters" in state else data
        yield self.tasks.lasts_s
        if not self.is_running:
            raise StateFailed("States.Aborted")
        began_s = self.timeline.clock.now()
        result = self.tasks.invoke(state["Resource"], payload)
        if self.timeline.clock.now() - began_s > state.get("TimeoutSeconds", 10**8):
            raise StateFailed("States.Timeout")
        return result

    def _map(self, state: Data, data: Any, context: Data) -> Steps:
        """All items, so many at a time as the state allows; the first that fails ends the Map."""
        items, done, failures = self._items(state, data, context), Signal(), list[StateFailed]()
        results: list[Any] = [None] * len(items)
        lanes = min(len(items), state.get("MaxConcurrency") or len(items))
        waiting, left = iter(range(len(items))), [lanes]

        def lane() -> Process:
            for index in waiting:
                own = {"Map": {"Item": {"Index": index, "Value": items[index]}}}
                selected = json_paths.filled(state["ItemSelector"], data, own)
                try:
                    results[index] = yield from self._machine(state["ItemProcessor"], selected, own)
                except StateFailed as failed:
                    failures.append(failed)
                if failures:
                    break
            left[0] -= 1
            if failures or not left[0]:
                done.give()

        for _ in range(lanes):
            self.timeline.start(lane())
        if lanes:
            yield done
        if failures:
            # A distributed Map does not tell what its items failed of.
            raise (
                StateFailed("States.ExceedToleratedFailureThreshold")
                if "ItemReader" in state
                else failures[0]
            )
        return results

    def _items(self, state: Data, data: Any, context: Data) -> list[Any]:
        if "ItemReader" not in state:
            return list(json_paths.value(state.get("ItemsPath", "$"), data, context))
        asked = json_paths.filled(state["ItemReader"]["Parameters"], data, context)
        return self.tasks.read_items(asked["Bucket"], asked["Key"])
