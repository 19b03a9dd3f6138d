"""Executions of the state machine, whose tasks are the functions, and what EventBridge tells of their end."""

import json
import re
from typing import Any

from tests.faults.deployment import Deployment
from tests.faults.execution import Data, Execution, Tasks
from tests.faults.lambdas import Lambdas
from tests.faults.patterns import matches
from tests.faults.state_retries import StateFailed
from tests.faults.storage import Storage
from tests.faults.timeline import Timeline
from tests.support.doubles.moto_aws import REFERENCES
from tests.support.readers import state_machine


class Processing:
    """While `is_silent`, EventBridge loses its events."""

    def __init__(
        self, deployment: Deployment, lambdas: Lambdas, timeline: Timeline, storage: Storage
    ) -> None:
        self._deployment = deployment
        self._lambdas = lambdas
        self._timeline = timeline
        self._storage = storage
        self._definition = _definition(deployment)
        self.is_silent = False

    def begin(self, name: str, data: Data) -> Execution:
        arn = REFERENCES["ProcessingStateMachine"].replace(":stateMachine:", ":execution:")
        begun = Execution(
            f"{arn}:{name}",
            self._definition,
            data,
            Tasks(self._invoke, self._read_items),
            self._timeline,
            on_end=self._tell_end,
        )
        begun.begin()
        return begun

    def _invoke(self, resource: str, payload: Data) -> Any:
        """`resource` is what stands for the function's ARN."""
        outcome = self._lambdas.invoke(resource.split(":")[-1].split(".")[0], payload)
        if outcome.error:
            raise StateFailed(outcome.error, json.dumps(outcome.document))
        return outcome.result

    def _read_items(self, bucket: str, key: str) -> list[Any]:
        items: list[Any] = json.loads(self._storage.read(bucket, key))
        return items

    def _tell_end(self, execution: Execution) -> None:
        event = {
            "source": "aws.states",
            "detail-type": "Step Functions Execution Status Change",
            "time": self._timeline.clock.text(),
            "detail": execution.described(),
        }
        for rule in self._deployment.rules:
            if matches(rule.pattern, event) and not self.is_silent:
                self._lambdas.invoke_async(rule.function, event)


def _definition(deployment: Deployment) -> Data:
    inserted = {name: deployment.resolve(of) for name, of in state_machine.SUBSTITUTIONS.items()}
    text = re.sub(r"\$\{(\w+)\}", lambda found: str(inserted[found[1]]), state_machine.TEXT)
    loaded: Data = json.loads(text)
    return loaded
