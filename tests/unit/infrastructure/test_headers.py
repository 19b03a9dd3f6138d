"""The security headers that the distribution adds, and the key by which both APIs know it."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.support.readers import template
from tests.support.readers.deployed import Deployed
from tests.support.samples import ROOT

SITES = "https://a.example,https://b.example"
BUCKET = "reelway-uploadsbucket-abc"


def policy(logical_id: str, **parameters: str) -> dict[str, Any]:
    config = Deployed(**parameters).properties(logical_id)["ResponseHeadersPolicyConfig"]
    found: dict[str, Any] = config["SecurityHeadersConfig"]
    return found


def page_rules(region: str = "us-east-1", **parameters: str) -> dict[str, list[str]]:
    """The page's Content-Security-Policy: sources by directive, with the bucket's names as S3 gives them."""
    config = Deployed(region, **parameters).properties("PageHeadersPolicy")["ResponseHeadersPolicyConfig"]
    text, values = config["SecurityHeadersConfig"]["ContentSecurityPolicy"]["ContentSecurityPolicy"][
        "Fn::Sub"
    ]
    uploads = values["Uploads"]
    if isinstance(uploads, dict):
        uploads = uploads["Fn::Sub"].replace("${UploadsBucket.DomainName}", f"{BUCKET}.s3.amazonaws.com")
        uploads = uploads.replace(
            "${UploadsBucket.RegionalDomainName}", f"{BUCKET}.s3.{region}.amazonaws.com"
        )
    framing = values["Framing"]
    if isinstance(framing, dict):
        separator, origins = framing["Fn::Join"]
        framing = separator.join(origins)
    rules = text.replace("${Uploads}", uploads).replace("${Framing}", framing).split(";")
    return {name: sources for name, *sources in (rule.split() for rule in rules)}


@pytest.mark.parametrize(
    "path",
    [
        "*",
        *(
            b["PathPattern"]
            for b in template.properties("Distribution")["DistributionConfig"]["CacheBehaviors"]
        ),
    ],
)
def test_every_answer_has_a_policy(path: str) -> None:
    config = template.properties("Distribution")["DistributionConfig"]
    behaviors = {
        "*": config["DefaultCacheBehavior"],
        **{b["PathPattern"]: b for b in config["CacheBehaviors"]},
    }
    headers = policy(behaviors[path]["ResponseHeadersPolicyId"]["Ref"])

    assert headers["StrictTransportSecurity"]["AccessControlMaxAgeSec"] >= 31_536_000
    assert headers["ReferrerPolicy"]["ReferrerPolicy"] == "no-referrer"
    assert {"ContentTypeOptions", "ContentSecurityPolicy"} < set(headers)
    assert all(header["Override"] is True for header in headers.values())


@pytest.mark.parametrize("logical_id", ["ApiHeadersPolicy", "SegmentHeadersPolicy"])
def test_what_the_api_answers_does_nothing_when_it_is_opened_as_a_page(logical_id: str) -> None:
    rules = policy(logical_id)["ContentSecurityPolicy"]["ContentSecurityPolicy"].split("; ")
    assert {"default-src 'none'", "frame-ancestors 'none'", "sandbox"} < set(rules)


def test_the_page_runs_its_own_scripts_alone_and_asks_named_hosts_alone() -> None:
    rules = page_rules()
    assert rules["default-src"] == rules["base-uri"] == rules["form-action"] == ["'none'"]
    assert rules["script-src"] == ["'self'"]
    assert not {"*", "https:", "http:", "wss:", "ws:"}.intersection(*rules.values(), rules["connect-src"])
    assert all("*" not in source for sources in rules.values() for source in sources)
    assert page_rules(EmulatorEndpoint="http://127.0.0.1:4566")["connect-src"] == [
        "'self'",
        "http://127.0.0.1:4566",
    ]


@pytest.mark.parametrize("region", ["us-east-1", "eu-central-1"])
def test_the_page_may_send_files_to_where_functions_sign_for(region: str) -> None:
    signing = (
        "from reelway.adapters import clients; s3 = clients.s3(clients.PATIENT);"
        f" print(s3.generate_presigned_post('{BUCKET}', 'k')['url'])"
    )
    environ = {
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
        "AWS_ACCESS_KEY_ID": "k",
        "AWS_SECRET_ACCESS_KEY": "s",
    }
    signed = subprocess.run(
        [sys.executable, "-c", signing],
        env={**environ, "PYTHONPATH": str(ROOT / "functions"), "PATH": os.defpath},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    host = urlsplit(signed.strip()).hostname

    assert f"https://{host}" in page_rules(region)["connect-src"]


def test_nobody_frames_the_page_unless_told() -> None:
    assert page_rules()["frame-ancestors"] == ["'none'"]
    assert policy("PageHeadersPolicy")["FrameOptions"]["FrameOption"] == "DENY"
    assert page_rules(FrameAncestors=SITES)["frame-ancestors"] == SITES.split(",")
    assert "FrameOptions" not in policy("PageHeadersPolicy", FrameAncestors=SITES)


@pytest.mark.parametrize("required", ["true", ""])
def test_every_method_of_the_rest_api_asks_for_the_key(required: str, tmp_path: Path) -> None:
    _, definition = translated(required, tmp_path)
    for takes_tokens in (True, False):
        paths = template.resolved(definition["paths"], TakesTokens=takes_tokens)
        methods = [method for path in paths.values() for method in path.values()]
        assert len(methods) == 7 * len(paths)
        for method in methods:
            asked = [each for each in method.get("security", []) if each != {"bearer": []}]
            assert asked == ([{"api_key": []}] if required else [])
    if required:
        scheme = definition["components"]["securitySchemes"]["api_key"]
        assert scheme == {"type": "apiKey", "name": "x-api-key", "in": "header"}


def test_another_value_deploys_the_definition_again(tmp_path: Path) -> None:
    """SAM makes another deployment for another text; without one the stage stays as it is."""
    values = [("true", "token"), ("true", "open"), ("true", "read-only"), ("", "open")]
    deployments = {translated(required, tmp_path, access=access)[0] for required, access in values}
    assert len(deployments) == len(values)


def test_the_definition_of_the_rest_api_hangs_on_a_condition_whose_parameter_is_in_its_text() -> None:
    conditions = set(
        re.findall(r"'Fn::If': \['(\w+)'", str(template.properties("RestApi")["DefinitionBody"]))
    )
    assert conditions == {"TakesTokens"}
    assert template.load()["Conditions"]["TakesTokens"] == {"Fn::Equals": [{"Ref": "Access"}, "token"]}


def test_with_tokens_all_methods_ask_for_one_but_preflights_and_playing() -> None:
    for takes_tokens in (True, False):
        paths = template.rest_api(takes_tokens=takes_tokens)["paths"]
        asking = {
            (method, path)
            for path, methods in paths.items()
            for method, described in methods.items()
            if {"bearer": []} in described.get("security", [])
        }
        free = {(method, path) for path, methods in paths.items() for method in methods} - asking
        assert (asking == set()) is not takes_tokens
        if takes_tokens:
            playing = {("get", "/stream/{proxy+}"), ("head", "/stream/{proxy+}")}
            assert free == {("options", path) for path in paths} | playing


def test_api_gateway_keeps_what_the_authorizer_says_by_the_one_header_that_it_reads(tmp_path: Path) -> None:
    bearer = translated("true", tmp_path)[1]["components"]["securitySchemes"]["bearer"]
    settings = bearer["x-amazon-apigateway-authorizer"]
    assert settings["type"] == "request"
    assert settings["identitySource"] == "method.request.header.Authorization"
    assert settings["authorizerResultTtlInSeconds"] == 300
    assert "AuthorizerFunctionAliaslive" in str(settings["authorizerUri"])
    socket = template.properties("SocketAuthorizer")
    assert socket["IdentitySource"] == ["route.request.header.Authorization"]


@pytest.mark.parametrize(("access", "kind"), [("token", "CUSTOM"), ("open", "NONE"), ("read-only", "NONE")])
def test_a_handshake_asks_for_a_token_as_well(access: str, kind: str) -> None:
    route = Deployed(Access=access).properties("WebSocketApiConnectRoute")
    assert route["AuthorizationType"] == kind
    assert route.get("AuthorizerId") == ({"Ref": "SocketAuthorizer"} if kind == "CUSTOM" else None)


def translated(required: str, folder: Path, *, access: str = "token") -> tuple[str, dict[str, Any]]:
    """The name of the REST API's deployment and the API's definition, as SAM writes them out."""
    command = [str(ROOT / ".venv-sam" / "bin" / "python"), "-m", "local.translation", "template.yaml"]
    target = folder / "translated.json"
    environ = {"AWS_DEFAULT_REGION": "us-east-1", "PATH": os.defpath, "SAM_CLI_TELEMETRY": "0"}
    command += [str(target), f'OriginKeyRequired="{required}"', f"Access={access}"]
    subprocess.run(command, cwd=ROOT, env=environ | {"HOME": str(folder)}, check=True)
    resources = json.loads(target.read_text())["Resources"]
    [deployment] = [name for name, each in resources.items() if each["Type"] == "AWS::ApiGateway::Deployment"]
    return deployment, resources["RestApi"]["Properties"]["Body"]


@pytest.mark.parametrize(("required", "asked"), [("true", True), ("", False)])
def test_the_websocket_api_asks_for_the_key(required: str, asked: bool) -> None:
    route = Deployed(OriginKeyRequired=required).properties("WebSocketApiConnectRoute")
    assert route["ApiKeyRequired"] is asked


def test_the_distribution_sends_the_key_to_both_apis_and_to_no_bucket() -> None:
    config = template.properties("Distribution")["DistributionConfig"]
    value = {"Fn::Sub": "{{resolve:secretsmanager:${OriginKey}}}"}
    sent = {origin["Id"]: origin.get("OriginCustomHeaders") for origin in config["Origins"]}
    assert sent["api"] == sent["status"] == [{"HeaderName": "x-api-key", "HeaderValue": value}]
    assert sent["media"] is sent["site"] is None
    assert template.properties("OriginApiKey")["Value"] == value


def test_the_key_is_known_before_it_is_sent_and_another_version_is_another_key() -> None:
    assert template.load()["Resources"]["Distribution"]["DependsOn"] == "OriginUsagePlanKey"
    names = [template.properties(name)["Name"]["Fn::Sub"][0] for name in ("OriginKey", "OriginApiKey")]
    assert all("${OriginKeyVersion}" in name for name in names)


def test_both_apis_take_the_key_and_limit_nothing_by_it() -> None:
    plan = template.properties("OriginUsagePlan")
    assert plan["ApiStages"] == [
        {"ApiId": {"Ref": api}, "Stage": {"Ref": f"{api}.Stage"}} for api in ("RestApi", "WebSocketApi")
    ]
    assert not {"Throttle", "Quota"} & set(plan)


@pytest.mark.parametrize("bucket", ["Media", "Site"])
def test_buckets_answer_to_this_distribution_alone(bucket: str) -> None:
    config = template.properties("Distribution")["DistributionConfig"]
    [origin] = [
        o
        for o in config["Origins"]
        if o["DomainName"] == {"Fn::GetAtt": [f"{bucket}Bucket", "RegionalDomainName"]}
    ]
    assert origin["OriginAccessControlId"] == {"Fn::GetAtt": ["OriginAccessControl", "Id"]}
    statements = template.properties(f"{bucket}BucketPolicy")["PolicyDocument"]["Statement"]
    for statement in (each for each in statements if each["Effect"] == "Allow"):
        assert statement["Principal"] == {"Service": "cloudfront.amazonaws.com"}
        assert statement["Action"] == "s3:GetObject"
        [source] = statement["Condition"]["StringEquals"].values()
        assert source["Fn::Sub"].endswith(":distribution/${Distribution}")
