"""The API of Step Functions, in front of executions."""

import json
from collections.abc import Callable, Iterator
from typing import Any

from botocore.awsrequest import AWSPreparedRequest, AWSResponse

from tests.faults.answers import answer, body_of, error
from tests.faults.execution import Execution

_STARTED = {"startDate": 1}


class StepFunctions:
    """`begin(name, input)` makes an execution that runs. Names are kept, as AWS does for 90 days."""

    def __init__(self, begin: Callable[[str, dict[str, Any]], Execution]) -> None:
        self._begin = begin
        self.executions: dict[str, Execution] = {}

    def __call__(self, operation: str, request: AWSPreparedRequest) -> AWSResponse:
        asked = body_of(request)
        if operation == "StartExecution":
            return self._start(asked, request)
        if operation == "ListExecutions":
            return answer(request, {"executions": [*self._listed(asked["statusFilter"])]})
        execution = self.executions.get(asked["executionArn"].rsplit(":", 1)[1])
        if execution is None:
            return error(request, "ExecutionDoesNotExist")
        if operation == "StopExecution":
            execution.end("ABORTED", asked.get("error"), asked.get("cause"))
            return answer(request, {"stopDate": 1})
        if operation == "DescribeExecution":
            return answer(request, execution.described() | _STARTED)
        raise NotImplementedError(f"states:{operation}")

    def _listed(self, status: str) -> Iterator[dict[str, Any]]:
        for name, execution in self.executions.items():
            if execution.status == status:
                yield execution.described() | _STARTED | {"name": name}

    def _start(self, asked: dict[str, Any], request: AWSPreparedRequest) -> AWSResponse:
        name, data = asked["name"], json.loads(asked["input"])
        known = self.executions.get(name)
        if known and not (known.is_running and known.data == data):
            return error(request, "ExecutionAlreadyExists")
        if known is None:
            self.executions[name] = self._begin(name, data)
        return answer(request, {"executionArn": self.executions[name].arn} | _STARTED)
