"""The emulator's guard, and whom the edge serves. Real browsers try the same in tests/browser."""

import uuid
from collections.abc import Iterator

import boto3
import httpx
import pytest
from botocore.config import Config

from local.guard import SECRET_HEADER
from local.settings import Settings
from tests.support.system.client import Client
from tests.support.system.cloud import Cloud

pytestmark = pytest.mark.needs("restart")  # only an emulator of our own has a guard

ELSEWHERE = {"Origin": "https://cats.example"}
REBOUND = {"Host": "cats.example"}


@pytest.fixture
def form(client: Client) -> dict[str, str]:
    """The fields of a form for one upload, as the API signs them."""
    return dict(client.get("/s3/params?filename=a.mp4&type=video/mp4").json()["fields"])


@pytest.fixture
def http() -> Iterator[httpx.Client]:
    with httpx.Client(trust_env=False) as http:
        yield http


def role_request(cloud: Cloud) -> httpx.Request:
    """Has the emulator make a role, without a signature that anybody could check."""
    scope = "test/20260101/us-east-1/iam/aws4_request"
    return httpx.Request(
        "POST",
        cloud.endpoint,
        headers={"Authorization": f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0"},
        data={
            "Action": "CreateRole",
            "Version": "2010-05-08",
            "RoleName": f"pet-{uuid.uuid4().hex[:8]}",
            "AssumeRolePolicyDocument": "{}",
        },
    )


@pytest.mark.parametrize(
    "browser",
    [
        ELSEWHERE,
        {"Origin": "null"},
        {"Origin": "http://localhost:3000", "Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"},
        REBOUND,
        {"Host": "127.0.0.1.cats.example"},
        {"Host": "localhost.cats.example:80"},
        {"Host": ""},
        {SECRET_HEADER: "guessed", **ELSEWHERE},
        {SECRET_HEADER: "", **ELSEWHERE},
    ],
    ids=str,
)
def test_nothing_but_data_is_served_to_pages(
    http: httpx.Client, cloud: Cloud, browser: dict[str, str]
) -> None:
    asked = role_request(cloud)
    asked.headers.update(browser)
    before = {role["RoleName"] for role in cloud.iam.list_roles()["Roles"]}

    answer = http.send(asked)

    assert answer.status_code == 403
    assert answer.json()["title"] == "Forbidden"
    assert "access-control-allow-origin" not in answer.headers
    assert {role["RoleName"] for role in cloud.iam.list_roles()["Roles"]} == before


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "172.17.0.1:4566", "[::1]:4566", "s3.localhost:1"]
)
def test_programs_are_served_by_every_name_of_this_machine(
    http: httpx.Client, cloud: Cloud, host: str
) -> None:
    """Those in containers of `sam local` use the address of the bridge."""
    asked = role_request(cloud)
    asked.headers["Host"] = host

    assert http.send(asked).status_code == 200


def test_an_address_that_somebody_types_in_is_served(http: httpx.Client, cloud: Cloud) -> None:
    shown = {"Sec-Fetch-Site": "none", "Sec-Fetch-Mode": "navigate"}

    assert http.get(f"{cloud.endpoint}/_ministack/health", headers=shown).status_code == 200


def test_a_page_may_send_the_form_that_it_was_given(
    http: httpx.Client, cloud: Cloud, client: Client, form: dict[str, str]
) -> None:
    url = f"{cloud.endpoint}/{cloud.outputs['UploadsBucketName']}"

    preflight = http.options(url, headers={**ELSEWHERE, "Access-Control-Request-Method": "POST"})
    stored = http.post(url, data=form, files={"file": b"x" * 100_000}, headers=ELSEWHERE)

    assert preflight.status_code == 200
    assert stored.status_code == 201
    assert stored.headers["access-control-allow-origin"] == "*"
    assert cloud.s3.head_object(Bucket=cloud.outputs["UploadsBucketName"], Key=form["key"])


@pytest.mark.parametrize(
    "change",
    [
        {"x-amz-signature": "0" * 64},
        {"x-amz-credential": "test/20260101/us-east-1/s3/aws4_request"},
        {"x-amz-security-token": ""},
        {"policy": "e30="},
        {"x-amz-algorithm": ""},
    ],
    ids=str,
)
def test_a_page_may_not_send_a_form_that_nobody_signed(
    http: httpx.Client, cloud: Cloud, form: dict[str, str], change: dict[str, str]
) -> None:
    url = f"{cloud.endpoint}/{cloud.outputs['UploadsBucketName']}"

    assert http.post(url, data=form | change, files={"file": b"x"}, headers=ELSEWHERE).status_code == 403
    assert http.post(url, files={"file": b"x", "key": b"uploads/x"}, headers=ELSEWHERE).status_code == 403


def test_a_page_may_not_send_a_form_signed_by_root(http: httpx.Client, cloud: Cloud) -> None:
    """Its secret is `test`, as everybody knows; the emulator would take the form."""
    signed = cloud.s3.generate_presigned_post(cloud.outputs["UploadsBucketName"], "uploads/mine")

    for headers, status in (({}, 204), (ELSEWHERE, 403)):
        answer = http.post(signed["url"], data=signed["fields"], files={"file": b"x"}, headers=headers)
        assert answer.status_code == status


def test_a_url_signed_by_a_role_is_good_for_what_was_signed_alone(http: httpx.Client, cloud: Cloud) -> None:
    bucket, key = cloud.outputs["UploadsBucketName"], f"uploads/{uuid.uuid4()}"
    role = cloud.client("sts").assume_role(
        RoleArn=role_of(cloud, "UploadFunction"), RoleSessionName="a-function"
    )["Credentials"]
    storage = boto3.client(
        "s3",
        endpoint_url=cloud.endpoint,
        aws_access_key_id=role["AccessKeyId"],
        aws_secret_access_key=role["SecretAccessKey"],
        aws_session_token=role["SessionToken"],
        region_name="us-east-1",
        config=Config(signature_version="s3v4"),
    )
    url = storage.generate_presigned_url("put_object", Params={"Bucket": bucket, "Key": key})

    assert http.put(url, content=b"x", headers=ELSEWHERE).status_code == 200
    assert http.delete(url, headers=ELSEWHERE).status_code == 403
    assert http.put(url.replace(key, "uploads/another"), content=b"x", headers=ELSEWHERE).status_code == 403
    assert http.put(f"{url}&x-id=2", content=b"x", headers=ELSEWHERE).status_code == 403
    assert http.put(f"{url}&X-Amz-Credential=test", content=b"x", headers=ELSEWHERE).status_code == 403
    assert (
        http.put(url, headers={**ELSEWHERE, "X-Amz-Target": "DynamoDB_20120810.ListTables"}).status_code
        == 403
    )
    assert http.put(url, headers={**ELSEWHERE, "Host": "x.execute-api.localhost:4566"}).status_code == 403


@pytest.mark.parametrize("path", ["/_edge/health", "/", "/stream/ready", "/s3/params?filename=a.mp4"])
@pytest.mark.parametrize("host", ["cats.example", "cats.example:8080", "127.0.0.1.cats.example"])
def test_the_edge_answers_to_no_name_of_somebody_else(client: Client, path: str, host: str) -> None:
    """By its own name that resolves here, a page is of the same origin as the edge: DNS rebinding."""
    refused = client.http.get(path, headers={"Host": host})

    assert refused.status_code == 403
    assert "HOSTS" in refused.json()["detail"]


def test_a_refused_page_is_told_what_to_set(client: Client) -> None:
    refused = client.http.post("/upload", files={"file": b"x"}, headers=ELSEWHERE)

    assert refused.status_code == 403
    assert "make up ORIGINS=https://cats.example" in refused.json()["detail"]
    assert refused.headers["access-control-allow-origin"] == "*"


def test_the_secret_is_its_owners_alone(settings: Settings, client: Client) -> None:
    assert settings.guard_secret.stat().st_mode & 0o777 == 0o600
    secret = settings.guard_secret.read_text()
    assert len(secret) >= 32
    for log in settings.logs.iterdir():
        assert secret not in log.read_text(errors="replace")


def role_of(cloud: Cloud, function: str) -> str:
    name = cloud.physical_id(function)
    return str(cloud.functions.get_function_configuration(FunctionName=name)["Role"])
