"""The command that is run, and what follows it."""

import subprocess
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from account import deploying
from account.choices import Choices
from account.errors import AccountError
from tests.support.samples import ROOT
from tests.unit.account.conftest import Answers

CHECKOUT = Path("/checkout")
BUILT = CHECKOUT / "template.yaml"
READ_BY_SAM = """
import sys
from samcli.cli.types import CfnParameterOverridesType
print(CfnParameterOverridesType().convert((sys.argv[1],), None, None)["AllowedOrigins"], end="")
"""


def command(choices: Choices, *, confirm: bool = True) -> list[str]:
    return deploying.sam_command(CHECKOUT, choices, built=BUILT, confirm=confirm)


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> list[Sequence[str]]:
    """Commands that were run instead of SAM; the first ends with the status that its region is."""
    commands: list[Sequence[str]] = []

    def run(argv: Sequence[str], **kwargs: Any) -> Any:
        commands.append(argv)
        return SimpleNamespace(returncode=1 if "--region=fails" in argv else 0)

    monkeypatch.setattr(subprocess, "run", run)
    return commands


def stack_with(answers: Answers, **outputs: str) -> None:
    stack: Any = {"StackName": "films", "StackStatus": "CREATE_COMPLETE", "CreationTime": datetime.now(UTC)}
    stack["Outputs"] = [{"OutputKey": key, "OutputValue": value} for key, value in outputs.items()]
    answers("cloudformation").add_response("describe_stacks", {"Stacks": [stack]})


def test_everything_that_was_chosen_is_passed(choices: Choices) -> None:
    argv = command(replace(choices, parameters={"MaxStreams": "8"}))
    assert argv[1] == "deploy"
    for option in ("--config-env=dev", "--stack-name=films", "--region=eu-central-1", "--confirm-changeset"):
        assert option in argv
    assert argv[argv.index("--parameter-overrides") + 1 :] == ["MaxStreams=8", "Architecture=arm64"]


def test_who_says_so_is_not_asked(choices: Choices) -> None:
    assert "--no-confirm-changeset" in command(choices, confirm=False)


@pytest.mark.parametrize("value", ["8", "", "a b", 'the "best"', "back\\slash", "https://a,https://b", "*"])
def test_sam_reads_each_value_as_it_was_given(choices: Choices, value: str) -> None:
    argv = command(replace(choices, parameters={"AllowedOrigins": value}))
    [passed] = [word for word in argv if word.startswith("AllowedOrigins=")]
    program = [str(ROOT / ".venv-sam" / "bin" / "python"), "-c", READ_BY_SAM, passed]
    read = subprocess.run(program, capture_output=True, text=True, check=True)
    assert read.stdout == value


def test_a_failed_deploy_leads_to_the_doctor(choices: Choices, ran: list[Sequence[str]]) -> None:
    with pytest.raises(AccountError, match="make doctor ENV=dev"):
        deploying.deploy(CHECKOUT, replace(choices, region="fails"), built=BUILT, confirm=False)


def test_changes_that_were_not_confirmed_are_no_success(
    answers: Answers, choices: Choices, ran: list[Sequence[str]]
) -> None:
    stack_with(answers)
    with pytest.raises(AccountError, match="not confirmed"):
        deploying.deploy(CHECKOUT, choices, built=BUILT, confirm=True)


def test_what_was_published_is_told(answers: Answers, choices: Choices, ran: list[Sequence[str]]) -> None:
    stack_with(answers, Url="https://d1.cloudfront.net")
    report = deploying.deploy(CHECKOUT, choices, built=BUILT, confirm=True)
    assert "https://d1.cloudfront.net" in report
    answers("cloudformation").assert_no_pending_responses()


def test_a_protected_environment_is_protected_after_its_deploy(
    answers: Answers, choices: Choices, ran: list[Sequence[str]]
) -> None:
    stack_with(answers, Url="https://d1.cloudfront.net")
    answers("cloudformation").add_response(
        "update_termination_protection", {}, {"EnableTerminationProtection": True, "StackName": "films"}
    )
    deploying.deploy(CHECKOUT, replace(choices, protected=True), built=BUILT, confirm=True)
    answers("cloudformation").assert_no_pending_responses()


def test_protection_that_is_not_allowed_does_not_undo_the_deploy(
    answers: Answers, choices: Choices, capsys: pytest.CaptureFixture[str]
) -> None:
    answers("cloudformation").add_client_error("update_termination_protection", "AccessDenied")
    deploying.protect(replace(choices, protected=True))
    assert "could not be turned on" in capsys.readouterr().out
