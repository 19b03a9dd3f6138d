import json
from datetime import UTC, datetime, timedelta
from typing import Any

from local.story import logged_lines, workflow_lines
from tests.support.samples import UNKNOWN_ID, VIDEO_ID

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)


def message(text: str, **fields: Any) -> str:
    """A line as the functions' logger writes it."""
    known = {
        "level": "INFO",
        "location": "handler:1",
        "message": text,
        "timestamp": "2026-11-25 13:00:00,250+0100",
        "service": "encode",
        "correlation_id": VIDEO_ID,
    }
    return json.dumps(known | fields)


def told(*messages: str) -> list[str]:
    return [str(line) for line in logged_lines(iter(messages), VIDEO_ID)]


def event(kind: str, after_s: float = 0, **details: str) -> dict[str, Any]:
    named = {f"{kind[0].lower()}{kind[1:]}EventDetails": details} if details else {}
    return {"type": kind, "timestamp": NOON + timedelta(seconds=after_s), "id": 1, **named}


def worked(*events: dict[str, Any]) -> list[str]:
    return [str(line) for line in workflow_lines(iter(events))]


def test_a_line_has_its_time_its_function_its_message_and_what_else_is_in_it() -> None:
    assert told(message("encoded", chunk=0, of=7)) == [
        "2026-11-25 12:00:00.250  encode     encoded  chunk=0  of=7"
    ]


def test_what_is_worse_than_information_says_so_with_its_traceback_below() -> None:
    [line] = told(message("failed", level="ERROR", exception="Traceback:\n  why", exception_name="KeyError"))
    assert line.splitlines() == [
        "2026-11-25 12:00:00.250  encode     ERROR  failed",
        "    Traceback:",
        "      why",
    ]


def test_lines_about_others_and_lines_of_lambda_itself_are_left_out() -> None:
    assert (
        told(
            message("other", correlation_id=UNKNOWN_ID),
            message("none", correlation_id=None),
            f"START RequestId: {VIDEO_ID} Version: $LATEST",
            json.dumps({"_aws": {}, "VideosReady": [1.0]}),
            json.dumps([VIDEO_ID]),
            json.dumps({"type": "platform.report", "record": {"requestId": VIDEO_ID}}),
        )
        == []
    )


def test_the_steps_of_the_execution_begin_and_end() -> None:
    assert worked(
        event("ExecutionStarted", input="{}"),
        event("TaskStateEntered") | {"stateEnteredEventDetails": {"name": "Prepare"}},
        event("TaskScheduled", resource="arn"),
        event("TaskSucceeded", output="null"),
        event("TaskStateExited", after_s=1.5) | {"stateExitedEventDetails": {"name": "Prepare"}},
        event("ExecutionSucceeded", output="{}"),
    ) == [
        "2026-11-25 12:00:00.000  workflow   execution started",
        "2026-11-25 12:00:00.000  workflow   Prepare begins",
        "2026-11-25 12:00:01.500  workflow   Prepare is done",
        "2026-11-25 12:00:00.000  workflow   execution succeeded",
    ]


def test_a_step_that_fails_says_why() -> None:
    failed = worked(
        event("TaskFailed", error="MediaRejected", cause="no_video"),
        event("ExecutionFailed", error="MediaRejected", cause="no_video"),
        event("ExecutionTimedOut"),
    )
    assert [line.splitlines() for line in failed] == [
        ["2026-11-25 12:00:00.000  workflow   task failed", "    error=MediaRejected cause=no_video"],
        ["2026-11-25 12:00:00.000  workflow   execution failed", "    error=MediaRejected cause=no_video"],
        ["2026-11-25 12:00:00.000  workflow   execution timed out"],
    ]


def test_times_are_those_of_utc() -> None:
    elsewhere = datetime.fromisoformat("2026-11-25T20:00:00+08:00")
    [line] = workflow_lines(iter([{"type": "ExecutionAborted", "timestamp": elsewhere}]))
    assert str(line).startswith("2026-11-25 12:00:00.000")
