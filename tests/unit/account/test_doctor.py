"""The order in which things are found, and where asking ends."""

from dataclasses import replace
from typing import Any

import pytest

from account import credentials, doctor, quotas, stacks, tools
from account.choices import Choices
from account.findings import failed, ok
from tests.support.samples import ROOT


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is asked of AWS; the credentials are good only in Frankfurt."""
    seen: list[str] = []

    def identity(region: str) -> Any:
        seen.append("identity")
        return ok("credentials", "") if region == "eu-central-1" else failed("credentials", "")

    monkeypatch.setattr(tools, "findings", lambda checkout: [ok("SAM CLI", "1.170.0")])
    monkeypatch.setattr(credentials, "identity_finding", identity)
    monkeypatch.setattr(quotas, "findings", lambda *_: [ok("memory", "")])
    monkeypatch.setattr(stacks, "findings", lambda *_: [ok("stack", "")])
    return seen


def subjects(choices: Choices, template: Any) -> list[str]:
    return [finding.subject for finding in doctor.examine(ROOT, choices, template)]


def test_everything_is_looked_at_in_the_order_of_a_deploy(
    asked: list[str], choices: Choices, full_template: Any
) -> None:
    assert subjects(choices, full_template) == [
        "SAM CLI", "stack name", "region", "credentials", "memory", "stack",
    ]  # fmt: skip


@pytest.mark.parametrize("region", [None, "cn-north-1"])
def test_without_a_region_that_will_do_aws_is_not_asked(
    asked: list[str], choices: Choices, full_template: Any, region: str | None
) -> None:
    assert subjects(replace(choices, region=region), full_template)[-1] == "region"
    assert asked == []


def test_without_credentials_nothing_else_is_asked(
    asked: list[str], choices: Choices, full_template: Any
) -> None:
    assert subjects(replace(choices, region="eu-west-1"), full_template)[-1] == "credentials"
    assert asked == ["identity"]
