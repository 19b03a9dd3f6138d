"""What the parameters of the template switch on and off."""

import json
import re
from typing import Any

import pytest

from tests.support.readers import template
from tests.support.readers.deployed import Deployed, rules_of

PARAMETERS: dict[str, Any] = template.load()["Parameters"]
CERTIFICATE = "arn:aws:acm:us-east-1:123456789012:certificate/3f0e8f3a-4c39-4ea1-9d1f-27a4f1f4b0c7"
WEB_ACL = "arn:aws:wafv2:us-east-1:123456789012:global/webacl/reelway/5c1b7a60-8f3e-11f0-b0a1-0e1f2d3c4b5a"
DOMAIN = {"DomainName": "video.example.com", "CertificateArn": CERTIFICATE}
ON = {
    **DOMAIN,
    "HostedZoneId": "Z0123456789ABC",
    "AllowedOrigins": "https://a.example,https://b.example",
    "FrameAncestors": "https://a.example,https://b.example",
    "SourceTieringDays": "60",
    "SourceRetentionDays": "365",
    "MediaTieringDays": "30",
    "AlarmEmail": "operator@example.com",
    "MonthlyBudgetUsd": "100",
    "AccessLogs": "true",
    "Tracing": "Active",
    "EmulatorEndpoint": "http://127.0.0.1:4566",
}
# Each condition, and a deployment for which it does not hold beside one for which it does.
SWITCHES: dict[str, tuple[dict[str, str], dict[str, str]]] = {
    "OnEmulator": ({}, {"EmulatorEndpoint": ON["EmulatorEndpoint"]}),
    "ShiftsGradually": ({}, {"TrafficShift": "Canary10Percent5Minutes"}),
    "HasApiReserved": ({}, {"ApiReserved": "50"}),
    "HasEncodeReserved": ({}, {"EncodeReserved": "16"}),
    "HasPrepareReserved": ({}, {"PrepareReserved": "4"}),
    "HasPlanReserved": ({}, {"PlanReserved": "5"}),
    "HasWebAcl": ({}, {"WebAclArn": WEB_ACL}),
    "HasDomain": ({}, DOMAIN),
    "IsFramed": ({}, {"FrameAncestors": ON["FrameAncestors"]}),
    "HasProvider": ({}, {"AuthClientId": "page"}),
    "RequiresOriginKey": ({"OriginKeyRequired": ""}, {}),
    "TakesTokens": ({"Access": "open"}, {}),
    "HasZone": (DOMAIN, {**DOMAIN, "HostedZoneId": ON["HostedZoneId"]}),
    "TiersSources": ({"SourceTieringDays": "0"}, {}),
    "DeletesSources": ({}, {"SourceRetentionDays": "365"}),
    "TiersMedia": ({}, {"MediaTieringDays": "30"}),
    "IsMonitored": ({"Monitoring": "false"}, {}),
    "IsMonitoredOnAws": ({"EmulatorEndpoint": ON["EmulatorEndpoint"]}, {}),
    "IsMonitoredBesideCloudFront": ({"region": "eu-central-1"}, {}),
    "HasAlarmEmail": ({}, {"AlarmEmail": ON["AlarmEmail"]}),
    "HasBudget": ({}, {"MonthlyBudgetUsd": "100"}),
    "LogsAccess": ({}, {"AccessLogs": "true"}),
    "Traces": ({}, {"Tracing": "Active"}),
}


def distribution(**parameters: str) -> dict[str, Any]:
    found: dict[str, Any] = Deployed(**parameters).properties("Distribution")["DistributionConfig"]
    return found


@pytest.mark.parametrize(("condition", "deployments"), SWITCHES.items())
def test_a_condition_holds_for_its_parameter_alone(
    condition: str, deployments: tuple[dict[str, str], dict[str, str]]
) -> None:
    without, with_it = deployments
    assert not Deployed(**without).holds(condition)
    assert Deployed(**with_it).holds(condition)


def test_every_condition_is_among_those() -> None:
    assert set(template.load()["Conditions"]) - set(SWITCHES) == set()


def test_a_web_acl_is_the_distributions_and_must_be_one_for_cloudfront() -> None:
    assert distribution(WebAclArn=WEB_ACL)["WebACLId"] == WEB_ACL
    assert "WebACLId" not in distribution()
    allowed = PARAMETERS["WebAclArn"]["AllowedPattern"]
    assert re.search(allowed, WEB_ACL)
    assert not re.search(allowed, WEB_ACL.replace("global", "regional"))
    assert not re.search(allowed, WEB_ACL.replace("us-east-1", "eu-central-1"))


def test_what_costs_or_changes_something_is_off_by_default() -> None:
    made = set(Deployed().resources())
    assert not made & {
        *("DomainAddress", "DomainAddressOverIpv6", "AlarmSubscription", "Budget", "AlarmTopicPolicy"),
        *("AccessLogGroup", "AccessLogsBucket", "ApiGatewayAccount", "ApiGatewayLogsRole"),
    }
    assert "Logging" not in distribution()
    assert Deployed().properties("ProcessingStateMachine")["Tracing"] == {"Enabled": False}


def test_a_domain_of_ones_own_speaks_no_old_tls() -> None:
    assert distribution()["ViewerCertificate"] == {"CloudFrontDefaultCertificate": True}
    assert "Aliases" not in distribution()
    configured = distribution(**DOMAIN)
    assert configured["Aliases"] == ["video.example.com"]
    assert configured["ViewerCertificate"] == {
        "AcmCertificateArn": CERTIFICATE,
        "SslSupportMethod": "sni-only",
        "MinimumProtocolVersion": "TLSv1.2_2021",
    }


def test_both_kinds_of_address_lead_to_the_distribution() -> None:
    records = {
        name: entry["Properties"]
        for name, entry in Deployed(**ON).resources().items()
        if entry["Type"] == "AWS::Route53::RecordSet"
    }
    assert {record["Type"] for record in records.values()} == {"A", "AAAA"}
    for record in records.values():
        assert (record["Name"], record["HostedZoneId"]) == ("video.example.com", ON["HostedZoneId"])
        assert record["AliasTarget"]["HostedZoneId"] == "Z2FDTNDATAQYW2"


def test_a_domain_without_a_certificate_is_refused_before_anything_is_made() -> None:
    rules = template.load()["Rules"]
    needs = {
        (
            rule["RuleCondition"]["Fn::Not"][0]["Fn::Equals"][0]["Ref"],
            entry["Assert"]["Fn::Not"][0]["Fn::Equals"][0]["Ref"],
        )
        for rule in rules.values()
        for entry in rule["Assertions"]
    }
    assert needs == {
        ("DomainName", "CertificateArn"),
        ("HostedZoneId", "DomainName"),
        ("AuthIssuer", "AuthAudience"),
        ("AuthClientId", "AuthIssuer"),
    }


def test_the_allowed_origins_are_those_of_the_api_the_uploads_and_the_segments() -> None:
    origins = ON["AllowedOrigins"].split(",")
    deployed = Deployed(AllowedOrigins=ON["AllowedOrigins"])
    [cors] = deployed.properties("UploadsBucket")["CorsConfiguration"]["CorsRules"]
    assert cors["AllowedOrigins"] == origins
    policy = deployed.properties("SegmentHeadersPolicy")["ResponseHeadersPolicyConfig"]["CorsConfig"]
    assert policy["AccessControlAllowOrigins"] == {"Items": origins}
    for name in ("UploadFunction", "StreamingFunction", "VideosFunction"):
        variables = deployed.properties(name)["Environment"]["Variables"]
        assert variables["ALLOWED_ORIGINS"] == ON["AllowedOrigins"]


@pytest.mark.parametrize(
    ("parameter", "taken", "refused"),
    [
        (
            "AllowedOrigins",
            ["*", "https://a.example", "https://a.example:8443,http://localhost:3000"],
            [
                "",
                "a.example",
                "https://a.example/",
                "https://a.example, https://b.example",
                "https://*.a.example",
            ],
        ),
        ("CertificateArn", ["", CERTIFICATE], [CERTIFICATE.replace("us-east-1", "eu-west-1"), "x"]),
        ("HostedZoneId", ["", "Z0123456789ABC"], ["example.com"]),
        ("SourceRetentionDays", ["0", "10", "30", "9999"], ["", "1", "9", "-1", "10000", "09"]),
        ("MediaTieringDays", ["0", "1", "365"], ["", "-1", "12345"]),
        ("AlarmEmail", ["", "operator@example.com"], ["operator", "a b@example.com"]),
    ],
)
def test_what_a_parameter_takes(parameter: str, taken: list[str], refused: list[str]) -> None:
    pattern = PARAMETERS[parameter]["AllowedPattern"]
    assert all(re.fullmatch(pattern, value) for value in taken)
    assert not [value for value in refused if re.fullmatch(pattern, value)]
    assert re.fullmatch(pattern, PARAMETERS[parameter]["Default"])


def rule(bucket: str, rule_id: str, **parameters: str) -> dict[str, Any] | None:
    found = rules_of(template.properties(bucket), **parameters)
    return next((entry for entry in found if entry["Id"] == rule_id), None)


def test_sources_move_to_cheaper_storage_and_are_deleted_when_told() -> None:
    default = rule("UploadsBucket", "sources-are-rarely-read")
    assert default
    assert default["Transitions"] == [{"StorageClass": "STANDARD_IA", "TransitionInDays": "30"}]
    assert rule("UploadsBucket", "sources-are-rarely-read", SourceTieringDays="0") is None
    assert rule("UploadsBucket", "sources-are-deleted") is None
    deleted = rule("UploadsBucket", "sources-are-deleted", SourceRetentionDays="90")
    assert deleted
    assert (deleted["Prefix"], deleted["ExpirationInDays"]) == ("uploads/", "90")


def test_s3_moves_nothing_to_infrequent_access_before_its_30th_day() -> None:
    assert min(days for days in PARAMETERS["SourceTieringDays"]["AllowedValues"] if days) >= 30


def test_media_move_to_cheaper_storage_when_told() -> None:
    name = "media-move-to-where-they-cost-least"
    assert rule("MediaBucket", name) is None
    moved = rule("MediaBucket", name, MediaTieringDays="30")
    assert moved
    assert (moved["Prefix"], moved["Transitions"]) == (
        "stream/",
        [{"StorageClass": "INTELLIGENT_TIERING", "TransitionInDays": "30"}],
    )


def test_access_logs_are_written_by_both_apis_and_the_distribution() -> None:
    deployed = Deployed(AccessLogs="true")
    destination = {"Fn::GetAtt": ["AccessLogGroup", "Arn"]}
    assert deployed.properties("RestApi")["AccessLogSetting"]["DestinationArn"] == destination
    assert deployed.properties("WebSocketApi")["AccessLogSettings"]["DestinationArn"] == destination
    assert distribution(AccessLogs="true")["Logging"]["Bucket"] == {
        "Fn::GetAtt": ["AccessLogsBucket", "DomainName"]
    }
    for settings in (
        deployed.properties("RestApi")["AccessLogSetting"],
        deployed.properties("WebSocketApi")["AccessLogSettings"],
    ):
        assert "$context.requestId" in settings["Format"]  # API Gateway demands it, and one line
        assert "\n" not in settings["Format"]
        assert set(json.loads(settings["Format"])) >= {"time", "ip", "status"}
    assert "AccessLogSetting" not in Deployed().properties("RestApi")
    assert "AccessLogSettings" not in Deployed().properties("WebSocketApi")


def test_access_logs_have_nothing_of_a_request_that_may_be_a_secret() -> None:
    """Paths have ids of uploads in parts, queries their keys and tickets, and headers tokens."""
    deployed = Deployed(AccessLogs="true")
    for settings in (
        deployed.properties("RestApi")["AccessLogSetting"],
        deployed.properties("WebSocketApi")["AccessLogSettings"],
    ):
        logged = set(re.findall(r"\$context\.([\w.]+)", settings["Format"]))
        assert logged <= {
            *("requestTime", "requestId", "identity.sourceIp", "identity.userAgent", "httpMethod"),
            *("resourcePath", "integration.requestId", "status", "responseLength", "responseLatency"),
            *("connectionId", "routeKey", "eventType"),
        }
    assert distribution(AccessLogs="true")["Logging"].get("IncludeCookies", False) is False


def test_the_account_may_log_before_a_stage_is_made_that_does() -> None:
    """API Gateway refuses it otherwise. It refers to the log group, which waits for the account."""
    group = template.load()["Resources"]["AccessLogGroup"]
    assert group["DependsOn"] == "ApiGatewayAccount"
    account = template.properties("ApiGatewayAccount")
    assert account["CloudWatchRoleArn"] == {"Fn::GetAtt": ["ApiGatewayLogsRole", "Arn"]}


def test_tracing_is_on_everywhere_or_nowhere() -> None:
    assert template.load()["Globals"]["Function"]["Tracing"] == {"Ref": "Tracing"}
    on, off = Deployed(Tracing="Active"), Deployed()
    assert on.properties("RestApi")["TracingEnabled"] is True
    assert on.properties("ProcessingStateMachine")["Tracing"] == {"Enabled": True}
    assert off.properties("RestApi")["TracingEnabled"] is False
    # SAM gives functions what tracing needs, but no state machine whose Tracing has a condition.
    assert "xray:PutTraceSegments" in json.dumps(on.properties("ProcessingStateMachine")["Policies"])
    assert "xray" not in json.dumps(off.properties("ProcessingStateMachine")["Policies"])


def test_whoever_reaches_the_topic_by_a_policy_are_the_alarms_and_the_budget_of_the_account() -> None:
    deployed = Deployed(MonthlyBudgetUsd="100")
    [statement] = deployed.properties("AlarmTopicPolicy")["PolicyDocument"]["Statement"]
    assert set(statement["Principal"]["Service"]) == {"cloudwatch.amazonaws.com", "budgets.amazonaws.com"}
    assert statement["Condition"] == {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}
    assert deployed.properties("Budget")["Budget"]["BudgetLimit"] == {"Amount": "100", "Unit": "USD"}
    for entry in deployed.properties("Budget")["NotificationsWithSubscribers"]:
        assert entry["Subscribers"] == [{"SubscriptionType": "SNS", "Address": {"Ref": "AlarmTopic"}}]


def test_logs_are_kept_for_as_long_as_told() -> None:
    for name in ("LogGroup", "AccessLogGroup"):
        assert template.properties(name)["RetentionInDays"] == {"Ref": "LogRetentionDays"}
        assert "LogGroupName" not in template.properties(name)


def test_buckets_have_no_names_of_ours_which_clients_would_be_told() -> None:
    """CloudFormation's have the stack's name and random letters, and not the account's id."""
    buckets = template.of_type("AWS::S3::Bucket")
    assert [name for name, bucket in buckets.items() if "BucketName" in bucket] == []
