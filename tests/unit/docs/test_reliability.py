"""docs/reliability.md names alarms, functions and routes that there are."""

import json
import re

from tests.support.readers import descriptions, template
from tests.support.readers.markdown import Page
from tests.support.samples import ROOT

PAGE = Page(ROOT / "docs" / "reliability.md")
OUTCOMES = PAGE.rows("## Faults and their outcomes")
ALARMS = set(template.of_type("AWS::CloudWatch::Alarm"))
# Alarms of each function, and of each of the three of maintenance.
_KINDS = ("ErrorsAlarm", "ThrottlesAlarm", "StoppedAlarm")


def named(text: str, ending: str) -> set[str]:
    return set(re.findall(rf"`(\w+{ending})`", text))


def test_every_alarm_that_is_named_exists() -> None:
    assert named(PAGE.text, "Alarm") - set(_KINDS) - ALARMS == set()
    assert all(any(alarm.endswith(kind) for alarm in ALARMS) for kind in _KINDS)


def test_every_alarm_is_the_outcome_of_a_fault() -> None:
    told = set().union(*(named(row[-1], "Alarm") for row in OUTCOMES))
    of_functions = {name for name in ALARMS if name.endswith(("ErrorsAlarm", "ThrottlesAlarm"))}
    assert ALARMS - told - of_functions <= {"FailuresAlarm"}  # files that are none: no fault of ours


def test_every_fault_has_what_clients_see_what_brings_it_back_and_who_is_told() -> None:
    assert all(len(row) == 4 and all(row) for row in OUTCOMES)
    assert all(len(row) == 4 and all(row) for row in PAGE.rows("## A game day"))


def test_every_function_that_is_named_exists() -> None:
    assert named(PAGE.text, "Function") <= set(template.of_type("AWS::Serverless::Function"))


def test_every_route_that_is_named_is_described() -> None:
    described = {
        (method, re.sub(r"\{\w+\}", "{id}", path))
        for method, path in descriptions.operations(descriptions.openapi())
    }
    routes = set(re.findall(r"`(GET|POST|DELETE) (/[\w/{}]+)`", PAGE.text))
    assert routes <= described
    assert routes


def test_the_experiment_injects_what_the_page_says() -> None:
    example = json.loads((ROOT / "docs" / "examples" / "fault-experiment.json").read_text())
    for action in example["actions"].values():
        assert f"`{action['actionId']}`" in PAGE.text
        assert set(action["targets"].values()) <= set(example["targets"])
