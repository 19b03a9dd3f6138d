"""The questions before the first deploy."""

from collections.abc import Callable
from typing import Any

import pytest

from account import guide
from account.choices import Choices

PARAMETERS = (
    "AlarmEmail",
    "MonthlyBudgetUsd",
    "DomainName",
    "CertificateArn",
    "EmulatorEndpoint",
    "MaxFrames",
)
TEMPLATE: dict[str, Any] = {"Parameters": {name: {"Default": ""} for name in PARAMETERS}}


class Person:
    """Answers questions; those that it was not told of with the default."""

    def __init__(self, **answers: str) -> None:
        self.answers = answers
        self.asked: dict[str, str] = {}

    def __call__(self, question: str, default: str) -> str:
        self.asked[question] = default
        return next((answer for word, answer in self.answers.items() if word in question), default)


def test_a_person_who_only_presses_enter_gets_the_defaults(choices: Choices) -> None:
    assert guide.ask_for(choices, TEMPLATE, Person()) == choices


def test_answers_become_choices(choices: Choices) -> None:
    person = Person(stack="mine", Region="eu-west-1", mail="ada@example.org", Domain="films.example.org",
                    certificate="arn:aws:acm:us-east-1:1:certificate/2")  # fmt: skip
    chosen = guide.ask_for(choices, TEMPLATE, person)
    assert (chosen.stack, chosen.region) == ("mine", "eu-west-1")
    assert chosen.parameters == {
        "AlarmEmail": "ada@example.org",
        "DomainName": "films.example.org",
        "CertificateArn": "arn:aws:acm:us-east-1:1:certificate/2",
    }


def test_a_certificate_is_asked_for_with_a_domain_only(choices: Choices) -> None:
    person = Person()
    guide.ask_for(choices, TEMPLATE, person)
    assert not [question for question in person.asked if "certificate" in question]


def test_nobody_is_asked_for_the_emulator_or_for_what_the_template_does_not_have(choices: Choices) -> None:
    person = Person()
    guide.ask_for(choices, {"Parameters": {"EmulatorEndpoint": {"Default": ""}}}, person)
    assert list(person.asked) == ["Name of the stack", "Region"]


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], list[str]]:
    """`shown(typed)` is the list of prompts that a person will see who types that."""
    prompts: list[str] = []

    def typing(typed: str) -> list[str]:
        def read(prompt: str) -> str:
            prompts.append(prompt)
            return typed

        monkeypatch.setattr("builtins.input", read)
        return prompts

    return typing


@pytest.mark.parametrize(("typed", "answer"), [("", "films"), ("  ", "films"), (" other ", "other")])
def test_enter_takes_the_default_that_is_shown(
    shown: Callable[[str], list[str]], typed: str, answer: str
) -> None:
    prompts = shown(typed)
    assert guide.on_terminal("Name of the stack", "films") == answer
    assert prompts == ["Name of the stack [films]: "]


def test_a_question_without_default_says_that_it_may_be_left_out(shown: Callable[[str], list[str]]) -> None:
    prompts = shown("")
    assert guide.on_terminal("E-mail address for alarms", "") == ""
    assert prompts == ["E-mail address for alarms (empty: none): "]
