"""One video's story: what the functions logged of it, and the steps of its executions, in their order.

On AWS the saved query "one video's story" and the executions in the console show the same.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import boto3

from local.errors import LocalError

# Written at the beginning of a line, or the same in all of them.
_SHOWN_BEFORE = {"timestamp", "service", "message", "level", "correlation_id", "location"}
_SHOWN_BELOW = "exception"
_NOT_SHOWN = _SHOWN_BEFORE | {_SHOWN_BELOW, "exception_name", "stack_trace"}
_ENTERED, _EXITED = "StateEntered", "StateExited"


@dataclass(frozen=True, slots=True, order=True)
class Line:
    """What `who`, a function or the `workflow`, did at a time; `below` is shown indented under it."""

    time: datetime
    who: str
    text: str
    below: str = ""

    def __str__(self) -> str:
        first = (
            f"{self.time:%Y-%m-%d %H:%M:%S}.{self.time.microsecond // 1000:03}  {self.who:<10} {self.text}"
        )
        return "\n".join([first, *(f"    {line}" for line in self.below.splitlines())])


def of_video(video_id: str, *, endpoint: str, log_group: str, state_machine_arn: str) -> list[Line]:
    """Raises LocalError when nothing is known of the video."""
    logs: Any = boto3.client("logs", endpoint_url=endpoint)
    states: Any = boto3.client("stepfunctions", endpoint_url=endpoint)
    # A log group takes the quoted text; which field it is in is looked at here.
    pages = logs.get_paginator("filter_log_events").paginate(
        logGroupName=log_group, filterPattern=json.dumps(video_id)
    )
    logged = logged_lines((event["message"] for page in pages for event in page["events"]), video_id)
    worked = workflow_lines(_events(states, state_machine_arn, video_id))
    told = sorted([*logged, *worked], key=lambda line: line.time)
    if not told:
        raise LocalError(
            f"nothing is known of a video {video_id!r}; its id is what its upload was answered with"
        )
    return told


def logged_lines(messages: Iterator[str], video_id: str) -> Iterator[Line]:
    """Those of the functions' log messages that are about the video; others are no JSON, or about another."""
    for message in messages:
        try:
            document = json.loads(message)
        except ValueError:
            continue
        if isinstance(document, dict) and document.get("correlation_id") == video_id:
            yield _logged(document)


def workflow_lines(events: Iterator[dict[str, Any]]) -> Iterator[Line]:
    """A line for each step that begins, ends or fails, and for the executions themselves."""
    for event in events:
        kind, time = str(event["type"]), event["timestamp"].astimezone(UTC)
        details: dict[str, Any] = next((event[name] for name in event if name.endswith("EventDetails")), {})
        failure = " ".join(f"{name}={details[name]}" for name in ("error", "cause") if details.get(name))
        if kind.endswith((_ENTERED, _EXITED)):
            does = "begins" if kind.endswith(_ENTERED) else "is done"
            yield Line(time, "workflow", f"{details['name']} {does}")
        elif kind.startswith("Execution") or failure:
            yield Line(time, "workflow", _words(kind), failure)


def _logged(document: dict[str, Any]) -> Line:
    time = datetime.strptime(document["timestamp"], "%Y-%m-%d %H:%M:%S,%f%z").astimezone(UTC)
    level = document["level"]
    fields = [f"{name}={value}" for name, value in document.items() if name not in _NOT_SHOWN]
    parts = [*([] if level == "INFO" else [level]), str(document["message"]), *fields]
    return Line(time, document["service"], "  ".join(parts), str(document.get(_SHOWN_BELOW, "")))


def _events(states: Any, state_machine_arn: str, video_id: str) -> Iterator[dict[str, Any]]:
    """Those of all runs of the video; none of one that was not planned, or whose plan refused it."""
    for page in states.get_paginator("list_executions").paginate(stateMachineArn=state_machine_arn):
        for execution in page["executions"]:
            if execution["name"].startswith(video_id):
                yield from _history(states, execution["executionArn"])


def _history(states: Any, execution_arn: str) -> Iterator[dict[str, Any]]:
    for page in states.get_paginator("get_execution_history").paginate(executionArn=execution_arn):
        yield from page["events"]


def _words(kind: str) -> str:
    """`LambdaFunctionFailed` as `lambda function failed`."""
    return "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in kind).strip()
