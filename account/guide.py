"""The few questions that are asked before the first deploy of an environment, on a terminal."""

from collections.abc import Callable, Mapping
from typing import Any

from account.choices import Choices, with_answers

Ask = Callable[[str, str], str]
# Parameters that a person is asked for; all others have defaults that suit most (docs/deploy.md#parameters).
QUESTIONS = {
    "AlarmEmail": "E-mail address for alarms",
    "MonthlyBudgetUsd": "Monthly budget in dollars, above which that address is told",
    "DomainName": "Domain name of your own",
}
# What is asked besides when the answer is not empty.
_BESIDES = {
    "DomainName": {
        "CertificateArn": "ARN of its certificate in us-east-1",
        "HostedZoneId": "Route 53 zone that gets its records",
    }
}


def ask_for(choices: Choices, template: Mapping[str, Any], ask: Ask) -> Choices:
    """Asks for what the first deploy should know. `ask` takes a question and the default answer."""
    stack = ask("Name of the stack", choices.stack)
    region = ask("Region", choices.region or "")
    answers: dict[str, str] = {}
    for name, question in QUESTIONS.items():
        if name in template["Parameters"]:
            _ask_parameter(name, question, choices, template, ask, answers)
    return with_answers(choices, stack=stack, region=region, parameters=answers)


def on_terminal(question: str, default: str) -> str:
    shown = f"{question} [{default}]: " if default else f"{question} (empty: none): "
    return input(shown).strip() or default


def _ask_parameter(
    name: str,
    question: str,
    choices: Choices,
    template: Mapping[str, Any],
    ask: Ask,
    answers: dict[str, str],
) -> None:
    default = choices.parameter(template, name)
    answer = ask(question, default)
    if answer == default and name not in choices.parameters:
        return
    answers[name] = answer
    for besides, its_question in _BESIDES.get(name, {}).items():
        if answer and besides in template["Parameters"]:
            answers[besides] = ask(its_question, choices.parameter(template, besides))
