"""Lambda's and CloudFront's quotas, from the answers of AWS."""

from dataclasses import replace
from typing import Any

import pytest

from account import quotas
from account.choices import Choices
from account.findings import Finding, Level
from tests.unit.account.conftest import REGION, Answers

_WITH = {"EncodeConcurrency": "40", "EncodeMemoryMb": "3008"}


def concurrency_of(answers: Answers, allowed: int) -> None:
    answers("lambda").add_response(
        "get_account_settings", {"AccountLimit": {"ConcurrentExecutions": allowed}}
    )


def function_of(answers: Answers, memory_mb: int) -> None:
    functions = [{"FunctionName": "theirs", "MemorySize": memory_mb}]
    answers("lambda").add_response("list_functions", {"Functions": functions})


def distributions(answers: Answers, *comments: str) -> None:
    summary = {
        "Id": "E1", "ARN": "arn", "Status": "Deployed", "LastModifiedTime": "2026-01-01", "DomainName": "d",
        "Aliases": {"Quantity": 0}, "Origins": {"Quantity": 1, "Items": [{"Id": "o", "DomainName": "o"}]},
        "DefaultCacheBehavior": {"TargetOriginId": "o", "ViewerProtocolPolicy": "allow-all"},
        "CacheBehaviors": {"Quantity": 0}, "CustomErrorResponses": {"Quantity": 0},
        "PriceClass": "PriceClass_All", "Enabled": True, "ViewerCertificate": {},
        "Restrictions": {"GeoRestriction": {"RestrictionType": "none", "Quantity": 0}},
        "WebACLId": "", "HttpVersion": "http2", "IsIPV6Enabled": True, "Staging": False,
    }  # fmt: skip
    items = [summary | {"Comment": comment} for comment in comments]
    listed: dict[str, Any] = {"Marker": "", "MaxItems": 100, "IsTruncated": False, "Quantity": len(items)}
    answers("cloudfront").add_response("list_distributions", {"DistributionList": listed | {"Items": items}})


def distributions_allowed(answers: Answers, allowed: int) -> None:
    answers("service-quotas").add_response(
        "get_service_quota",
        {"Quota": {"Value": float(allowed)}},
        {"ServiceCode": "cloudfront", "QuotaCode": "L-24B04930"},
    )


def found(choices: Choices, template: Any, parameters: dict[str, str] = _WITH) -> dict[str, Finding]:
    findings = quotas.findings(replace(choices, parameters=parameters), REGION, template)
    return {finding.subject: finding for finding in findings}


@pytest.fixture
def usual(answers: Answers) -> Answers:
    """An account in which nothing but what a test adds is remarkable."""
    distributions(answers)
    distributions_allowed(answers, 200)
    return answers


def test_a_usual_account_has_enough_of_everything(
    usual: Answers, choices: Choices, full_template: Any
) -> None:
    concurrency_of(usual, 1000)
    assert {finding.level for finding in found(choices, full_template).values()} == {Level.OK}


@pytest.mark.parametrize(("allowed", "fitting"), [(10, 8), (40, 36), (3, 1)])
def test_a_small_concurrency_is_told_with_the_parameter_that_fits_it(
    usual: Answers, choices: Choices, full_template: Any, allowed: int, fitting: int
) -> None:
    concurrency_of(usual, allowed)
    finding = found(choices, full_template)["concurrency"]
    assert finding.level == Level.WARNING
    assert f'make deploy ENV=dev PARAMETERS="EncodeConcurrency={fitting}"' in finding.remedy
    assert "--quota-code L-B99A9384" in finding.remedy


def test_what_is_advised_is_enough(usual: Answers, choices: Choices, full_template: Any) -> None:
    concurrency_of(usual, 10)
    advised = {**_WITH, "EncodeConcurrency": str(quotas.fitting_concurrency(10))}
    assert found(choices, full_template, advised)["concurrency"].level == Level.OK


def test_much_memory_is_refused_in_what_looks_like_a_new_account(
    usual: Answers, choices: Choices, full_template: Any
) -> None:
    concurrency_of(usual, 10)
    function_of(usual, 3008)
    finding = found(choices, full_template, {**_WITH, "EncodeMemoryMb": "5307"})["memory"]
    assert finding.level == Level.FAILED
    assert 'PARAMETERS="EncodeMemoryMb=3008"' in finding.remedy


def test_much_memory_is_doubtful_elsewhere_because_no_call_tells_its_limit(
    usual: Answers, choices: Choices, full_template: Any
) -> None:
    concurrency_of(usual, 1000)
    function_of(usual, 512)
    finding = found(choices, full_template, {**_WITH, "EncodeMemoryMb": "5307"})["memory"]
    assert finding.level == Level.WARNING
    assert "no call of AWS tells" in finding.found


def test_a_function_with_as_much_memory_proves_that_it_is_allowed(
    usual: Answers, choices: Choices, full_template: Any
) -> None:
    concurrency_of(usual, 10)
    function_of(usual, 5307)
    finding = found(choices, full_template, {**_WITH, "EncodeMemoryMb": "5307"})["memory"]
    assert finding.level == Level.OK


def test_functions_that_may_not_be_listed_prove_nothing(
    usual: Answers, choices: Choices, full_template: Any
) -> None:
    concurrency_of(usual, 1000)
    usual("lambda").add_client_error("list_functions", "AccessDeniedException")
    finding = found(choices, full_template, {**_WITH, "EncodeMemoryMb": "5307"})["memory"]
    assert finding.level == Level.WARNING


def test_settings_that_may_not_be_asked_are_a_warning(
    usual: Answers, choices: Choices, full_template: Any
) -> None:
    usual("lambda").add_client_error("get_account_settings", "AccessDeniedException")
    finding = found(choices, full_template)["concurrency"]
    assert finding.level == Level.WARNING
    assert finding.found == "unknown: the credentials may not call GetAccountSettings"


def test_the_last_distribution_is_refused_with_the_command_that_asks_for_more(
    answers: Answers, choices: Choices, full_template: Any
) -> None:
    concurrency_of(answers, 1000)
    distributions(answers, "one", "two")
    distributions_allowed(answers, 2)
    finding = found(choices, full_template)["distributions"]
    assert (finding.level, finding.found) == (Level.FAILED, "2 of 2 in use")
    assert "--quota-code L-24B04930 --desired-value 22 --region us-east-1" in finding.remedy


def test_an_update_needs_no_further_distribution(
    answers: Answers, choices: Choices, full_template: Any
) -> None:
    concurrency_of(answers, 1000)
    distributions(answers, "one", choices.stack)
    distributions_allowed(answers, 2)
    assert found(choices, full_template)["distributions"].level == Level.OK


def test_a_quota_that_was_never_changed_is_awss_default(
    answers: Answers, choices: Choices, full_template: Any
) -> None:
    concurrency_of(answers, 1000)
    distributions(answers, "one")
    answers("service-quotas").add_client_error("get_service_quota", "NoSuchResourceException")
    answers("service-quotas").add_response("get_aws_default_service_quota", {"Quota": {"Value": 200.0}})
    assert found(choices, full_template)["distributions"].found == "1 of 200 in use"


def test_quotas_that_may_not_be_asked_are_a_warning(
    answers: Answers, choices: Choices, full_template: Any
) -> None:
    concurrency_of(answers, 1000)
    distributions(answers)
    answers("service-quotas").add_client_error("get_service_quota", "AccessDeniedException")
    finding = found(choices, full_template)["distributions"]
    assert finding.level == Level.WARNING
    assert "may not call GetServiceQuota" in finding.found


@pytest.mark.parametrize(
    ("kept", "allowed", "level"),
    [("0", 10, None), ("20", 1000, Level.OK), ("450", 1000, Level.OK), ("451", 1000, Level.FAILED),
     ("1", 10, Level.FAILED)],
)  # fmt: skip
def test_what_functions_reserve_must_leave_a_hundred(
    usual: Answers, choices: Choices, kept: str, allowed: int, level: Level | None
) -> None:
    concurrency_of(usual, allowed)
    reserving = {"Fn::If": ["HasKept", {"Ref": "Kept"}, {"Ref": "AWS::NoValue"}]}
    function = {
        "Type": "AWS::Serverless::Function",
        "Properties": {"ReservedConcurrentExecutions": reserving},
    }
    template = {
        "Parameters": {name: {"Default": 1} for name in ("EncodeConcurrency", "EncodeMemoryMb", "Kept")},
        "Resources": {"One": function, "Other": function, "Queue": {"Type": "AWS::SQS::Queue"}},
    }
    finding = found(choices, template, {"Kept": kept}).get("reserved")
    assert (finding.level if finding else None) == level
    if finding and level == Level.FAILED:
        assert finding.remedy == 'make deploy ENV=dev PARAMETERS="Kept=0"'
