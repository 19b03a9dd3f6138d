"""Alarms, dashboard and saved queries: nothing that can go wrong is without one, and each is explained."""

import json
import re
from typing import Any

import pytest

from reelway.adapters.telemetry import Metrics
from tests.support.readers import template
from tests.support.readers.deployed import Deployed
from tests.support.readers.markdown import Page
from tests.support.samples import ROOT

ALARMS = template.of_type("AWS::CloudWatch::Alarm")
FUNCTIONS = template.of_type("AWS::Serverless::Function")
QUERIES = template.of_type("AWS::Logs::QueryDefinition")
OPERATIONS = Page(ROOT / "docs" / "operations.md")
# https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-limits.html
MAX_METRICS = 10
MAX_EVALUATED_S = 86_400  # of periods of less than an hour
MAX_DASHBOARD_METRICS = 500
# Whether a scheduled function still runs is told by a metric that it writes.
STOPPED = ("LostWorkStoppedAlarm", "KeepAliveStoppedAlarm", "DeletionsStoppedAlarm")
# Alarms of each function, which have a row together.
_PER_FUNCTION = re.compile(r"(?!Api)\w+?(ErrorsAlarm|ThrottlesAlarm)")


def watched(alarm: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    """(namespace, name, dimensions) of each metric of an alarm."""
    metrics = [entry["MetricStat"]["Metric"] for entry in alarm.get("Metrics", []) if "MetricStat" in entry]
    return [
        (metric["Namespace"], metric["MetricName"], {d["Name"]: d["Value"] for d in metric["Dimensions"]})
        for metric in metrics or [alarm]
    ]


def functions_with_alarm(metric: str) -> list[str]:
    return [
        dimensions["FunctionName"]["Ref"]
        for alarm in ALARMS.values()
        if "Metrics" not in alarm
        for namespace, name, dimensions in watched(alarm)
        if (namespace, name) == ("AWS/Lambda", metric)
    ]


def test_every_alarm_has_a_line_of_the_runbook_and_every_line_an_alarm() -> None:
    explained = {name for row in OPERATIONS.rows("## Alarms") for name in re.findall(r"`(\w+Alarm)`", row[0])}
    alarms = {match[1] if (match := _PER_FUNCTION.fullmatch(name)) else name for name in ALARMS}
    assert explained == alarms
    assert all(len(row) == 3 and all(row) for row in OPERATIONS.rows("## Alarms"))


@pytest.mark.parametrize("name", ALARMS)
def test_an_alarm_says_what_has_happened_and_tells_the_topic(name: str) -> None:
    alarm = ALARMS[name]
    assert 20 < len(alarm["AlarmDescription"]) <= 1024
    assert alarm["AlarmActions"] == [{"Ref": "AlarmTopic"}]
    assert alarm["TreatMissingData"] == ("breaching" if name in STOPPED else "notBreaching")


@pytest.mark.parametrize("name", ALARMS)
def test_cloudwatch_takes_it(name: str) -> None:
    alarm = ALARMS[name]
    assert len(watched(alarm)) <= MAX_METRICS
    assert ("Statistic" in alarm) + ("ExtendedStatistic" in alarm) + ("Metrics" in alarm) == 1
    if "Metrics" in alarm:
        assert "Period" not in alarm
        assert len([entry for entry in alarm["Metrics"] if entry.get("ReturnData", True)]) == 1
        assert (
            len({entry["MetricStat"]["Period"] for entry in alarm["Metrics"] if "MetricStat" in entry}) == 1
        )
    else:
        assert alarm["Period"] * alarm["EvaluationPeriods"] <= MAX_EVALUATED_S


@pytest.mark.parametrize("function", FUNCTIONS)
def test_errors_of_every_function_have_one_alarm(function: str) -> None:
    assert functions_with_alarm("Errors").count(function) == 1


def test_throttles_of_functions_that_clients_wait_for_have_an_alarm() -> None:
    answering = {
        name
        for name in FUNCTIONS
        if f"{{{name}.Arn}}:live/" in json.dumps(template.properties("RestApi"))
        or name in json.dumps(template.properties("WebSocketApi"))
    } | {"AuthorizerFunction"}
    assert set(functions_with_alarm("Throttles")) == answering
    assert len(answering) == 6


def test_every_queue_of_what_was_given_up_has_an_alarm() -> None:
    mappings = template.of_type("AWS::Lambda::EventSourceMapping").values()
    redrives = [queue.get("RedrivePolicy") for queue in template.of_type("AWS::SQS::Queue").values()]
    arns = [redrive["deadLetterTargetArn"] for redrive in redrives if redrive] + [
        mapping["DestinationConfig"]["OnFailure"]["Destination"]
        for mapping in mappings
        if "DestinationConfig" in mapping
    ]
    alarmed = {
        dimensions["QueueName"]["Fn::GetAtt"][0]
        for alarm in ALARMS.values()
        for namespace, name, dimensions in watched(alarm)
        if (namespace, name) == ("AWS/SQS", "ApproximateNumberOfMessagesVisible")
    }
    assert alarmed == {arn["Fn::GetAtt"][0] for arn in arns}
    assert len(alarmed) == 6


def test_every_function_on_a_schedule_has_an_alarm_that_tells_when_it_has_stopped() -> None:
    scheduled = {
        re.sub(r"(?<!^)(?=[A-Z])", "-", name.removesuffix("Function")).lower()
        for name, function in FUNCTIONS.items()
        if any(event["Type"] == "Schedule" for event in function.get("Events", {}).values())
    }
    watching = {
        dimensions["function"]: ALARMS[name]
        for name in STOPPED
        for _, metric, dimensions in watched(ALARMS[name])
        if metric == "MaintenanceCompleted"
    }
    assert set(watching) == scheduled
    for alarm in watching.values():
        assert alarm["Period"] * alarm["EvaluationPeriods"] == 15 * 60


def test_every_reader_of_a_stream_has_an_alarm_on_its_lag() -> None:
    mappings = template.of_type("AWS::Lambda::EventSourceMapping").values()
    readers = {
        mapping["FunctionName"]["Ref"].removesuffix(".Alias")
        for mapping in mappings
        if "StreamArn" in json.dumps(mapping["EventSourceArn"])
    }
    assert set(functions_with_alarm("IteratorAge")) == readers


def test_metrics_that_reelway_writes_are_spelled_as_it_writes_them() -> None:
    source = "".join(path.read_text() for path in (ROOT / "functions").glob("[!.]*/**/*.py"))
    written = set(
        re.findall(r"(?:\.(?:count|gauge|measure_seconds)\(|reporter\(logger, metrics,)\s*\"(\w+)\"", source)
    )
    for alarm in ALARMS.values():
        for namespace, name, dimensions in watched(alarm):
            if namespace == "Reelway":
                assert name in written
                assert dimensions.pop("stack") == {"Ref": "AWS::StackName"}
                assert dimensions == {} or name == "MaintenanceCompleted"
    assert {name for _, name, _ in dashboard_metrics() if name in written} == written - {"EventsHeldUp"}


def test_the_rate_of_failures_needs_a_number_of_videos_and_survives_an_hour_without_either_kind() -> None:
    expressions = {
        entry["Id"]: entry["Expression"]
        for entry in ALARMS["FailuresAlarm"]["Metrics"]
        if "Expression" in entry
    }
    assert expressions["failed"] == "FILL(failures, 0)"
    assert expressions["ready"] == "FILL(successes, 0)"
    assert expressions["percent"].startswith("IF(failed + ready >= 10,")


def test_an_emulator_is_spared_what_none_can_make_and_gets_all_else() -> None:
    local, on_aws = (set(Deployed(EmulatorEndpoint=e).resources()) for e in ("http://127.0.0.1:4566", ""))
    assert on_aws - local == {"FailuresAlarm", *QUERIES}
    assert local - on_aws == set()


def test_an_alarm_on_cloudfront_is_where_its_metrics_are() -> None:
    alarms = {"DistributionAlarm", "EgressAlarm"}
    assert alarms <= set(Deployed().resources())
    assert not alarms & set(Deployed(region="eu-central-1").resources())


def test_what_cloudfront_sends_in_an_hour_is_watched() -> None:
    [alarm] = [of for name, of in ALARMS.items() if name == "EgressAlarm"]
    assert (alarm["MetricName"], alarm["Statistic"], alarm["Period"]) == ("BytesDownloaded", "Sum", 3600)
    assert alarm["Threshold"] == {"Ref": "EgressAlarmBytesPerHour"}


def test_without_monitoring_the_alarms_are_left_that_nothing_else_would_tell() -> None:
    resources = Deployed(Monitoring="false").resources()
    assert {name for name in ALARMS if name in resources} == {
        *("LadderAlarm", "EventsAlarm", "PlanAlarm", "RemovalAlarm", "SegmentsThroughFunctionAlarm")
    }
    assert "Dashboard" not in resources
    assert not set(QUERIES) & set(resources)


def dashboard() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(template.properties("Dashboard")["DashboardBody"]["Fn::Sub"])
    return found


def dashboard_metrics() -> list[tuple[str, str, list[str]]]:
    """(namespace, name, dimensions) of each line, with the dashboard's abbreviations written out."""
    found = []
    for widget in dashboard()["widgets"]:
        previous: list[str] = []
        for line in widget["properties"]["metrics"]:
            parts = [part for part in line if isinstance(part, str)]
            if parts[0] == "...":
                parts = previous[: len(previous) - len(parts) + 1] + parts[1:]
            previous = [previous[n] if part == "." else part for n, part in enumerate(parts)]
            found.append((previous[0], previous[1], previous[2:]))
    return found


def test_the_dashboard_is_one_that_cloudwatch_takes() -> None:
    widgets = dashboard()["widgets"]
    assert len(dashboard_metrics()) <= MAX_DASHBOARD_METRICS
    places = [(w["x"], w["y"]) for w in widgets]
    assert sorted(places) == sorted(set(places))
    for widget in widgets:
        assert widget["x"] + widget["width"] <= 24
        assert widget["properties"]["region"] in ("${AWS::Region}", "us-east-1")
    assert all(len(dimensions) % 2 == 0 for _, _, dimensions in dashboard_metrics())


def test_the_dashboard_shows_what_the_alarms_watch() -> None:
    shown = {(namespace, name) for namespace, name, _ in dashboard_metrics()}
    missing = {
        (namespace, name) for alarm in ALARMS.values() for namespace, name, _ in watched(alarm)
    } - shown
    assert missing == {("Reelway", "EventsHeldUp")}


def test_the_dashboard_has_every_function_that_runs_by_itself() -> None:
    errors = {dimensions[1] for _, name, dimensions in dashboard_metrics() if name == "Errors"}
    assert errors == {f"${{{name}}}" for name in FUNCTIONS} - {"${PageFunction}", "${PlaybackKeysFunction}"}


@pytest.mark.parametrize("name", QUERIES)
def test_a_query_is_saved_in_the_stacks_folder_for_the_functions_log(name: str) -> None:
    assert QUERIES[name]["LogGroupNames"] == [{"Ref": "LogGroup"}]
    folder, _, title = QUERIES[name]["Name"]["Fn::Sub"].partition("/")
    assert folder == "${AWS::StackName}"
    assert f"*{title}*" in OPERATIONS.text


def test_the_query_of_failures_reads_what_is_written(capsys: pytest.CaptureFixture[str]) -> None:
    """Logs Insights numbers the entries of a list."""
    Metrics("reelway").count("VideosFailed", code="no_video")
    *_, counted = map(json.loads, capsys.readouterr().out.splitlines())
    assert counted["VideosFailed"] == [1.0]
    assert counted["code"]
    assert QUERIES["FailuresQuery"]["QueryString"].startswith(
        "filter VideosFailed.0 > 0 and ispresent(code)\n"
    )


def test_an_alarm_names_queries_that_are_saved() -> None:
    titles = {query["Name"]["Fn::Sub"].partition("/")[2] for query in QUERIES.values()}
    named = {
        title for alarm in ALARMS.values() for title in re.findall(r'"(.+?)"', alarm["AlarmDescription"])
    }
    assert named
    assert named <= titles
