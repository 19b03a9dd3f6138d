"""The promises of template.yaml that no deployment would complain about."""

import json
import re
from fnmatch import fnmatchcase
from typing import Any

import pytest

from reelway.adapters.telemetry import Metrics
from tests.support import samples
from tests.support.readers import deployed, template
from upload.receiving import DIRECT_ROUTE, MAX_FILE_BYTES

RESOURCES: dict[str, Any] = template.load()["Resources"]
METHODS = {"get", "head", "post", "put", "patch", "delete", "options"}


FUNCTIONS = template.of_type("AWS::Serverless::Function")
BUCKETS = template.of_type("AWS::S3::Bucket")
PATHS = template.rest_api()["paths"]
each_function = pytest.mark.parametrize("name", FUNCTIONS)


# They read uploads, and work with the role of a job; the others have roles that SAM makes.
ROLES = {
    "PlanFunction": "PlanRole",
    "PrepareFunction": "StepRole",
    "EncodeFunction": "StepRole",
    "PublishFunction": "PublishRole",
}
OF_THE_LEDGER = {"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": ["admissions"]}}


def statements(name: str) -> list[dict[str, Any]]:
    """Of the role of a function, or of the role itself."""
    policies = RESOURCES[ROLES.get(name, name)]["Properties"]["Policies"]
    resolved = deployed.Deployed(Tracing="Active").resolve(policies)
    documents = [policy.get("PolicyDocument", policy) for policy in resolved]
    return [statement for document in documents for statement in document["Statement"]]


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def granted(name: str) -> set[str]:
    return {action for statement in statements(name) for action in as_list(statement["Action"])}


@pytest.mark.parametrize("name", [*FUNCTIONS, "ProcessingStateMachine"])
def test_every_role_is_its_own_and_names_its_actions(name: str) -> None:
    given = RESOURCES[name]["Properties"].get("Role")
    assert given == ({"Fn::GetAtt": [ROLES[name], "Arn"]} if name in ROLES else None)
    assert statements(name)
    assert all(statement["Effect"] == "Allow" for statement in statements(name))
    assert not [action for action in granted(name) if "*" in action]


@pytest.mark.parametrize("name", [*FUNCTIONS, "ProcessingStateMachine"])
def test_only_actions_that_take_no_resource_are_granted_on_all(name: str) -> None:
    for statement in statements(name):
        if "*" in as_list(statement["Resource"]):
            actions = as_list(statement["Action"])
            services = {action.split(":")[0] for action in actions}
            assert services in ({"xray"}, {"logs"}) or actions == ["dynamodb:ListStreams"]
            assert services != {"logs"} or name == "ProcessingStateMachine"


@each_function
def test_no_function_may_pass_for_another_service(name: str) -> None:
    services = {action.split(":")[0] for action in granted(name)} & {"iam", "sts", "kms", "ssm"}
    assert services == ({"sts"} if name in ROLES else set())


@pytest.mark.parametrize("name", ROLES)
def test_what_reads_uploads_has_no_video_but_by_the_role_of_a_job(name: str) -> None:
    [taking] = [statement for statement in statements(name) if "sts:AssumeRole" in statement["Action"]]
    assert taking["Action"] == ["sts:AssumeRole", "sts:TagSession"]
    assert taking["Resource"] == {"Fn::GetAtt": ["JobRole", "Arn"]}
    others = [statement for statement in statements(name) if statement.get("Condition") != OF_THE_LEDGER]
    assert not {service for statement in others for service in granted_services(statement)} & {
        "s3",
        "dynamodb",
    }


def test_a_job_reaches_only_the_video_that_its_session_is_tagged_with() -> None:
    """S3 wants a right to the whole bucket for telling what is missing from what is forbidden."""
    tag = "${!aws:PrincipalTag/video}"
    for statement in statements("JobRole"):
        if statement["Action"] == "s3:ListBucket":
            continue
        if statement["Action"] == "s3:ListBucketVersions":
            own = {"s3:prefix": "uploads/${aws:PrincipalTag/video}"}
            assert statement["Condition"] == {"StringEquals": own}
            continue
        by_key = {"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": ["${aws:PrincipalTag/video}"]}}
        is_by_key = statement.get("Condition") == by_key and granted_services(statement) == {"dynamodb"}
        assert is_by_key or all(tag in resource["Fn::Sub"] for resource in as_list(statement["Resource"]))


def granted_services(statement: dict[str, Any]) -> set[str]:
    return {action.split(":")[0] for action in as_list(statement["Action"])}


def test_the_role_of_a_job_is_taken_with_a_videos_id_as_its_only_tag() -> None:
    [taking] = RESOURCES["JobRole"]["Properties"]["AssumeRolePolicyDocument"]["Statement"]
    [pattern] = taking["Condition"]["StringLike"].values()
    assert taking["Condition"] == {
        "StringLike": {"aws:RequestTag/video": pattern},
        "ForAllValues:StringEquals": {"aws:TagKeys": ["video"]},
    }
    assert "*" not in pattern
    assert fnmatchcase(samples.VIDEO_ID, pattern)


def test_roles_of_earlier_versions_serve_no_function_of_this_one() -> None:
    kept = {name for name in template.of_type("AWS::IAM::Role") if name.endswith("FunctionRole")}
    assert kept == {"PrepareFunctionRole", "EncodeFunctionRole", "PublishFunctionRole"}
    assert kept.isdisjoint(ROLES.values())


def test_sockets_may_be_written_to_and_closed_and_not_asked_about() -> None:
    granting = [
        statement
        for name in FUNCTIONS
        for statement in statements(name)
        if "execute-api:ManageConnections" in as_list(statement["Action"])
    ]
    assert granting
    for statement in granting:
        methods = {str(each).partition("/ws/")[2].partition("/")[0] for each in statement["Resource"]}
        assert methods == {"POST", "DELETE"}


def test_removal_deletes_what_is_a_videos_and_nothing_else() -> None:
    [deleting] = [
        each for each in statements("RemoveFunction") if "s3:DeleteObject" in as_list(each["Action"])
    ]
    assert {str(each).partition("}/")[2].split("/*")[0].rstrip("'}") for each in deleting["Resource"]} == {
        *("uploads", "jobs", "stream")
    }


def test_only_what_publishes_may_write_media() -> None:
    writers = {
        name
        for name in (*FUNCTIONS, "JobRole")
        for statement in statements(name)
        if "s3:PutObject" in as_list(statement["Action"])
        and "{MediaBucket.Arn}/stream/" in json.dumps(statement["Resource"])
    }
    assert writers == {"JobRole"}


@pytest.mark.parametrize("name", BUCKETS)
def test_buckets_are_private_and_encrypted(name: str) -> None:
    bucket = BUCKETS[name]
    blocked = bucket["PublicAccessBlockConfiguration"]
    assert blocked == dict.fromkeys(
        ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"), True
    )
    [rule] = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert rule["ServerSideEncryptionByDefault"]["SSEAlgorithm"] in ("AES256", "aws:kms")
    # CloudFront writes its logs by means of an ACL.
    ownership = "BucketOwnerPreferred" if name == "AccessLogsBucket" else "BucketOwnerEnforced"
    assert bucket["OwnershipControls"] == {"Rules": [{"ObjectOwnership": ownership}]}


@pytest.mark.parametrize(
    ("is_emulated", "exception"),
    [(False, {}), (True, {"NotIpAddress": {"aws:SourceIp": "127.0.0.0/8"}})],
)
@pytest.mark.parametrize("name", BUCKETS)
def test_buckets_refuse_plain_http(name: str, is_emulated: bool, exception: dict[str, Any]) -> None:
    """On AWS in the plain form, without exceptions; an emulator has no other than http."""
    [policy] = [p for p in template.of_type("AWS::S3::BucketPolicy").values() if p["Bucket"] == {"Ref": name}]
    policy = template.resolved(policy, OnEmulator=is_emulated)
    [denial] = [s for s in policy["PolicyDocument"]["Statement"] if s["Effect"] == "Deny"]
    assert (denial["Principal"], denial["Action"]) == ("*", "s3:*")
    assert denial["Condition"] == {"Bool": {"aws:SecureTransport": "false"}, **exception}
    assert denial["Resource"] == [
        {"Fn::GetAtt": [name, "Arn"]},
        {"Fn::Sub": f"${{{name}.Arn}}/*"},
    ]
    allowed = [s for s in policy["PolicyDocument"]["Statement"] if s["Effect"] == "Allow"]
    assert all(s["Principal"] == {"Service": "cloudfront.amazonaws.com"} and s["Condition"] for s in allowed)


@pytest.mark.parametrize("name", BUCKETS)
def test_broken_uploads_do_not_cost_for_ever(name: str) -> None:
    rules = BUCKETS[name]["LifecycleConfiguration"]["Rules"]
    assert any("AbortIncompleteMultipartUpload" in rule for rule in rules)


def test_only_intermediate_files_and_logs_expire_unless_told() -> None:
    rules = [(name, rule) for name, bucket in BUCKETS.items() for rule in deployed.rules_of(bucket)]
    assert [(name, rule.get("Prefix")) for name, rule in rules if "ExpirationInDays" in rule] == [
        ("UploadsBucket", "jobs/"),
        ("AccessLogsBucket", None),
    ]


def test_only_functions_that_run_ffmpeg_carry_its_layer() -> None:
    assert {
        name for name, function in FUNCTIONS.items() if {"Ref": "FfmpegLayer"} in function.get("Layers", [])
    } == {
        "PrepareFunction",
        "EncodeFunction",
        "PublishFunction",
    }


def test_only_the_function_that_reads_uploads_carries_what_reads_them() -> None:
    carriers = [
        name for name, function in FUNCTIONS.items() if {"Ref": "ProbeLayer"} in function.get("Layers", [])
    ]
    assert carriers == ["PlanFunction"]


@pytest.mark.parametrize("path", PATHS)
def test_every_path_takes_every_method(path: str) -> None:
    assert set(PATHS[path]) == METHODS


def test_the_routes_of_the_functions_are_paths_of_the_api() -> None:
    assert {
        "/upload",
        "/uploads",
        "/s3/{proxy+}",
        "/stream/ready",
        "/stream/{proxy+}",
        "/webhooks",
        "/webhooks/{proxy+}",
        "/",
        "/{proxy+}",
    } == set(PATHS)


def test_the_gateways_413_names_the_same_limit_and_route_as_the_function() -> None:
    responses = RESOURCES["RestApi"]["Properties"]["DefinitionBody"]["x-amazon-apigateway-gateway-responses"]
    too_large = responses["REQUEST_TOO_LARGE"]
    assert too_large["statusCode"] == "413"
    problem = json.loads(too_large["responseTemplates"]["application/json"])
    assert (problem["status"], problem["code"]) == (413, "file_too_large")
    assert f" {MAX_FILE_BYTES} bytes" in problem["detail"]
    assert f"GET {DIRECT_ROUTE} " in problem["detail"]


def test_the_gateways_own_answers_can_be_read_by_browsers() -> None:
    responses = RESOURCES["RestApi"]["Properties"]["DefinitionBody"]["x-amazon-apigateway-gateway-responses"]
    for response in responses.values():
        headers = response["responseParameters"]
        assert headers["gatewayresponse.header.Access-Control-Allow-Origin"] == "'*'"
        assert headers["gatewayresponse.header.Content-Type"] == "'application/problem+json'"


def test_an_upload_at_the_limit_fits_into_a_lambda_event() -> None:
    assert MAX_FILE_BYTES * 4 / 3 + 100_000 < 6_000_000


@each_function
def test_every_handler_exists(name: str) -> None:
    module, _, function = FUNCTIONS[name]["Handler"].rpartition(".")
    source = (template.ROOT / "functions" / f"{module.replace('.', '/')}.py").read_text()
    assert f"def {function}(" in source


def test_the_page_is_served_by_its_bucket_at_the_root() -> None:
    distribution = template.properties("Distribution")["DistributionConfig"]
    origins = {origin["Id"]: origin["DomainName"] for origin in distribution["Origins"]}
    assert origins["site"] == {"Fn::GetAtt": ["SiteBucket", "RegionalDomainName"]}
    behaviors = {behavior["PathPattern"]: behavior for behavior in distribution["CacheBehaviors"]}
    for path in ("/", "/app/*"):
        assert (behaviors[path]["TargetOriginId"], behaviors[path]["ViewerProtocolPolicy"]) == (
            "site",
            "redirect-to-https",
        )


def test_a_new_version_of_the_page_is_copied() -> None:
    page = RESOURCES["Page"]["Properties"]
    assert page["ServiceToken"] == {"Fn::GetAtt": ["PageFunction", "Arn"]}
    assert page["Version"] == {"Ref": "PageLayer"}


def test_every_build_is_checked_to_be_for_the_processor_that_it_runs_on() -> None:
    assert RESOURCES["Page"]["Properties"]["Release"] == {"Ref": "PageFunction.Version"}


def test_idempotency_keys_expire() -> None:
    table = template.properties("IdempotencyTable")
    assert table["TimeToLiveSpecification"] == {"AttributeName": "expiration", "Enabled": True}


@pytest.mark.parametrize(
    ("name", "metric"),
    [
        ("LadderAlarm", "LaddersFailed"),
        ("EventsAlarm", "EventsHeldUp"),
        ("SegmentsThroughFunctionAlarm", "SegmentsThroughFunction"),
    ],
)
def test_an_alarm_watches_what_is_counted(name: str, metric: str, capsys: pytest.CaptureFixture[str]) -> None:
    Metrics("reelway").count(metric)
    [counted] = json.loads(capsys.readouterr().out)["_aws"]["CloudWatchMetrics"]

    alarm = template.properties(name)
    assert alarm["Namespace"] == counted["Namespace"]
    assert alarm["MetricName"] == counted["Metrics"][0]["Name"]
    assert [[dimension["Name"] for dimension in alarm["Dimensions"]]] == counted["Dimensions"]
    assert alarm["AlarmActions"] == [{"Ref": "AlarmTopic"}]


def test_the_table_of_contents_has_the_sections_in_their_order() -> None:
    head, _, body = (template.ROOT / "template.yaml").read_text().partition("\nParameters:\n")
    listed = re.findall(r"^#   (\w.*?)   ", head, re.MULTILINE)
    sections = re.findall(r"^  # ── (.+?) ─+$", body, re.MULTILINE)
    assert listed == ["Parameters, Globals", *sections, "Outputs"]
    assert list(template.load())[-1] == "Outputs"
