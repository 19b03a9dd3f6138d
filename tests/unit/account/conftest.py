"""AWS's answers to the clients of `account`, one after the other, and deployments to check."""

from collections.abc import Callable
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from account import aws
from account.choices import Choices
from tests.support.readers import template

REGION = "eu-central-1"
Answers = Callable[[str], Stubber]


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> Answers:
    """`answers("lambda")` is the stubber of the one client that the code gets for that service.

    A call that no answer was prepared for fails with StubResponseError, which shows in the finding.
    """
    made: dict[str, Stubber] = {}

    def stubber(service: str) -> Stubber:
        if service not in made:
            make: Any = boto3.client
            keys = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing"}
            made[service] = Stubber(make(service, region_name=REGION, **keys))
            made[service].activate()
        return made[service]

    monkeypatch.setattr(aws, "client", lambda service, region: stubber(service).client)
    return stubber


@pytest.fixture
def choices() -> Choices:
    return Choices(environment="dev", stack="films", region=REGION, architecture="arm64")


@pytest.fixture
def full_template() -> dict[str, Any]:
    return template.load()
