"""Who deploys and where: regions that can have Reelway, and credentials that AWS does not take."""

import pytest
from botocore import exceptions

from account import aws, credentials
from account.findings import Finding, Level
from tests.unit.account.conftest import REGION, Answers

EXPIRED = "the AWS credentials have expired"


def refused(answers: Answers, code: str) -> Finding:
    answers("sts").add_client_error("get_caller_identity", code)
    return credentials.identity_finding(REGION)


def failing(monkeypatch: pytest.MonkeyPatch, error: Exception) -> Finding:
    def client(service: str, region: str) -> None:
        raise error

    monkeypatch.setattr(aws, "client", client)
    return credentials.identity_finding(REGION)


@pytest.mark.parametrize("region", ["eu-central-1", "us-east-1", "ap-southeast-1"])
def test_a_region_with_lambda_will_do(region: str) -> None:
    assert credentials.region_finding(region).level == Level.OK


@pytest.mark.parametrize(
    ("region", "where"),
    [("cn-north-1", "China"), ("us-gov-west-1", "GovCloud"), ("us-iso-east-1", "aws-iso")],
)
def test_a_partition_without_what_reelway_needs_of_cloudfront_is_refused(region: str, where: str) -> None:
    finding = credentials.region_finding(region)
    assert finding.level == Level.FAILED
    assert where in finding.found
    assert "docs/deploy.md#regions" in finding.remedy


@pytest.mark.parametrize("region", [None, "", "atlantis"])
def test_no_region_is_refused_with_the_way_to_choose_one(region: str | None) -> None:
    finding = credentials.region_finding(region)
    assert finding.level == Level.FAILED
    assert "REGION=" in finding.remedy


def test_a_region_that_is_newer_than_the_checkout_is_only_doubtful() -> None:
    assert credentials.region_finding("eu-north-9").level == Level.WARNING


def test_good_credentials_say_whose_they_are(answers: Answers) -> None:
    answers("sts").add_response(
        "get_caller_identity",
        {"Account": "123456789012", "Arn": "arn:aws:iam::123456789012:user/ada", "UserId": "AIDA"},
    )
    finding = credentials.identity_finding(REGION)
    assert finding.level == Level.OK
    assert finding.found == "account 123456789012, as arn:aws:iam::123456789012:user/ada"


def test_no_credentials_are_told_with_the_ways_to_have_some() -> None:
    finding = credentials.identity_finding(REGION)  # the environment of unit tests has none
    assert (finding.level, finding.found) == (Level.FAILED, "there are no AWS credentials")
    assert "AWS_PROFILE" in finding.remedy


@pytest.mark.parametrize("code", ["ExpiredToken", "ExpiredTokenException", "RequestExpired"])
def test_expired_credentials_are_told_as_such(answers: Answers, code: str) -> None:
    finding = refused(answers, code)
    assert (finding.level, finding.found) == (Level.FAILED, EXPIRED)
    assert "sign in again" in finding.remedy


@pytest.mark.parametrize(
    "error",
    [
        exceptions.UnauthorizedSSOTokenError(),
        exceptions.SSOTokenLoadError(error_msg="none"),
        exceptions.TokenRetrievalError(provider="sso", error_msg="expired"),
    ],
)
def test_an_expired_sign_in_is_told_as_such(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    assert failing(monkeypatch, error).found == EXPIRED


@pytest.mark.parametrize("code", ["InvalidClientTokenId", "SignatureDoesNotMatch"])
def test_wrong_keys_are_told_as_such(answers: Answers, code: str) -> None:
    assert refused(answers, code).found == f"AWS does not accept the credentials ({code})"


def test_a_profile_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    finding = credentials.identity_finding(REGION)
    assert finding.level == Level.FAILED
    assert "nobody" in finding.found


@pytest.mark.parametrize(
    "error",
    [
        exceptions.EndpointConnectionError(endpoint_url="https://sts.amazonaws.com"),
        exceptions.ConnectTimeoutError(endpoint_url="https://sts.amazonaws.com"),
        exceptions.ProxyConnectionError(proxy_url="http://proxy"),
    ],
)
def test_no_network_is_no_crash(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    finding = failing(monkeypatch, error)
    assert finding.level == Level.FAILED
    assert finding.found.startswith("AWS cannot be reached")
    assert "HTTPS_PROXY" in finding.remedy


def test_any_other_error_is_told_in_awss_words(answers: Answers) -> None:
    assert "Surprise" in refused(answers, "Surprise").found
