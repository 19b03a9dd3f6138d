"""The address of AWS that functions are given: their own on an emulator, none on AWS."""

import boto3
import pytest

from tests.support.doubles import moto_aws
from tests.support.readers import function_environment

VARIABLE = "AWS_ENDPOINT_URL"


def test_every_function_declares_it_so_that_sam_local_may_set_it() -> None:
    written = function_environment.shared_variables()[VARIABLE]

    assert written == {"Ref": "EmulatorEndpoint"}


@pytest.mark.parametrize("function", function_environment.handlers().values())
def test_it_is_empty_on_aws(function: str) -> None:
    assert function_environment.environment_of(function, moto_aws.REFERENCES)[VARIABLE] == ""


@pytest.mark.parametrize(
    ("service", "address"),
    [
        ("s3", "https://s3.eu-central-1.amazonaws.com"),
        ("dynamodb", "https://dynamodb.eu-central-1.amazonaws.com"),
    ],
)
def test_boto3_takes_the_empty_one_for_none(
    monkeypatch: pytest.MonkeyPatch, service: str, address: str
) -> None:
    monkeypatch.setenv(VARIABLE, "")
    make = getattr(boto3.session.Session(), "client")  # noqa: B009  its types know services by literals only
    client = make(service, region_name="eu-central-1")

    assert client.meta.endpoint_url == address
