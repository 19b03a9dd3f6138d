"""Pages of other sites, for which a browser asks the edge and the emulator: the attacks themselves."""

import base64
import io
import json
import uuid
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from playwright.sync_api import Browser, Page

from tests.browser.page import VideoPage
from tests.support.doubles import faulty_servers
from tests.support.system.client import Client
from tests.support.system.cloud import Cloud

pytestmark = pytest.mark.needs("restart")  # only an emulator of our own has a guard

SIGNATURE = (
    "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/{}/aws4_request, SignedHeaders=host, Signature=0"
)
# The status of an answer, or "refused" where the browser does not even show that to the page.
_ASK = """async ([url, options]) => {
  try { return (await fetch(url, options)).status; } catch { return 'refused'; }
}"""
# How a socket ends that the page has tried to open.
_OPEN = """url => new Promise(resolve => {
  const socket = new WebSocket(url);
  socket.onopen = () => resolve('open');
  socket.onerror = () => resolve('refused');
})"""
_SUBMIT = """([url, type]) => {
  const form = document.createElement('form');
  Object.assign(form, { action: url, method: 'post', enctype: type });
  document.body.append(form);
  form.submit();
}"""


@pytest.fixture
def stranger(chromium: Browser, tmp_path: Path) -> Iterator[Page]:
    """A page of another site on this machine, which Chromium lets ask 127.0.0.1 without a question."""
    (tmp_path / "index.html").write_text("<!doctype html><title>cats</title>")
    with faulty_servers.site(tmp_path) as url:
        page = chromium.new_page()
        page.goto(url.replace("127.0.0.1", "cats.localhost"))
        yield page
        page.close()


def ask(page: Page, url: str, **options: Any) -> int | str:
    status: int | str = page.evaluate(_ASK, [url, options])
    return status


def function_of(source: str) -> str:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as zipped:
        zipped.writestr("pet.py", source)
    return base64.b64encode(archive.getvalue()).decode()


def test_no_page_runs_a_program_through_the_emulator(stranger: Page, cloud: Cloud, tmp_path: Path) -> None:
    """A role, a function with a program, and its call: each is asked for, whatever became of the last."""
    name, witness = f"pet-{uuid.uuid4().hex[:8]}", tmp_path / "ran"
    trust = {"Version": "2012-10-17", "Statement": []}
    role = (
        f"Action=CreateRole&Version=2010-05-08&RoleName={name}&AssumeRolePolicyDocument={json.dumps(trust)}"
    )
    function = {
        "FunctionName": name,
        "Runtime": "python3.13",
        "Handler": "pet.handler",
        "Role": f"arn:aws:iam::000000000000:role/{name}",
        "Code": {"ZipFile": function_of(f"def handler(*_): open({str(witness)!r}, 'w').close()")},
    }
    signed = SIGNATURE.format("iam"), SIGNATURE.format("lambda")

    answers = [
        ask(stranger, cloud.endpoint, method="POST", body=role, headers={"Authorization": signed[0]}),
        ask(
            stranger,
            f"{cloud.endpoint}/2015-03-31/functions",
            method="POST",
            body=json.dumps(function),
            headers={"Authorization": signed[1]},
        ),
        ask(
            stranger,
            f"{cloud.endpoint}/2015-03-31/functions/{name}/invocations",
            method="POST",
            headers={"Authorization": signed[1]},
        ),
    ]

    assert answers == ["refused"] * 3
    assert not witness.exists()
    assert name not in {role["RoleName"] for role in cloud.iam.list_roles()["Roles"]}


@pytest.mark.parametrize("type_", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"])
def test_no_form_wipes_the_emulator(stranger: Page, cloud: Cloud, type_: str) -> None:
    """A form needs no preflight, and sends the browser to the answer."""
    with stranger.expect_navigation() as navigation:
        stranger.evaluate(_SUBMIT, [f"{cloud.endpoint}/_ministack/reset", type_])

    assert navigation.value.status == 403
    assert cloud.outputs["UploadsBucketName"] in {b["Name"] for b in cloud.s3.list_buckets()["Buckets"]}


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_no_page_signs_for_the_root_account(stranger: Page, cloud: Cloud, method: str) -> None:
    """Both root's key and its secret are known to everybody, so that a page may even sign correctly."""
    key = f"uploads/{uuid.uuid4()}"
    cloud.s3.put_object(Bucket=cloud.outputs["UploadsBucketName"], Key=key, Body=b"the owner's")
    operation = {"GET": "get_object", "PUT": "put_object", "DELETE": "delete_object"}[method]
    place = {"Bucket": cloud.outputs["UploadsBucketName"], "Key": key}
    root: Any = boto3.client("s3", endpoint_url=cloud.endpoint, config=Config(signature_version="s3v4"))
    signed = root.generate_presigned_url(operation, Params=place)
    forged = f"{signed.partition('&X-Amz-Signature')[0]}&X-Amz-Signature={'0' * 64}"
    body = {"body": "a stranger's"} if method == "PUT" else {}

    for url in (signed, forged):
        assert ask(stranger, url, method=method, mode="cors", **body) in {"refused", 403}
        ask(stranger, url, method=method, mode="no-cors" if method == "GET" else "cors", **body)

    assert cloud.s3.get_object(**place)["Body"].read() == b"the owner's"


def test_no_page_uploads_deletes_or_has_forms_signed(
    stranger: Page, client: Client, short_video: str
) -> None:
    video = f"{client.base_url}/video/{short_video}"

    assert ask(stranger, video, method="DELETE") == 403
    assert ask(stranger, f"{video}/retry", method="POST") == 403
    assert ask(stranger, f"{client.base_url}/upload", method="POST", body="x") == 403
    assert ask(stranger, f"{client.base_url}/s3/params?filename=a.mp4") == 403
    assert ask(stranger, f"{client.base_url}/s3%2Fparams?filename=a.mp4") == 403
    assert ask(stranger, f"{client.base_url}/x/..%2Fs3/params?filename=a.mp4") in {403, 404}
    assert client.describe(short_video)["state"] == "READY"


def test_a_page_may_read_what_the_api_allows_everybody(
    stranger: Page, client: Client, short_video: str
) -> None:
    assert ask(stranger, f"{client.base_url}/stream/{short_video}/master.m3u8") == 200
    assert ask(stranger, f"{client.base_url}/video/{short_video}") == 200


def test_no_page_deletes_by_a_request_past_the_edge(
    stranger: Page, client: Client, cloud: Cloud, short_video: str
) -> None:
    assert ask(stranger, f"{cloud.rest_api_url}/video/{short_video}", method="DELETE") == "refused"
    assert client.describe(short_video)["state"] == "READY"


def test_no_page_opens_a_socket(stranger: Page, client: Client, cloud: Cloud, short_video: str) -> None:
    through_edge = f"{client.base_url}/video/{short_video}/status/stream"
    past_edge = f"{cloud.socket_url}?videoId={short_video}"

    for url in (through_edge.replace("http:", "ws:"), past_edge):
        assert stranger.evaluate(_OPEN, url) == "refused"


def test_the_own_page_opens_a_socket(page: VideoPage, client: Client, short_video: str) -> None:
    url = f"{client.base_url}/video/{short_video}/status/stream".replace("http:", "ws:")

    assert page.browser.evaluate(_OPEN, url) == "open"
