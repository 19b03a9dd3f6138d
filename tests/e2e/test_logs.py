"""What a whole run leaves in the logs: nothing that opens a door, and nothing that is the clients' own.

The uploads here go each way, succeed, fail, and are deleted; then every line of every log is searched, those
of what other tests have done before among them.
"""

import json
import re
import socket
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest

from local.settings import Settings
from local.system import System
from tests.e2e.test_multipart import begin, complete, path, send
from tests.e2e.test_upload import FORM
from tests.support.media import corpus
from tests.support.samples import queued
from tests.support.system.client import Client, eventually
from tests.support.system.cloud import Cloud
from tests.support.system.processes import environments_below

pytestmark = pytest.mark.needs("log_group")

# In any line, whoever wrote it. A name in angle brackets is what was put in the place of a secret.
FORBIDDEN = {
    "a signature": r"(?i)signature\W{0,3}[=:]\W{0,3}[0-9a-f]{16}",
    "a token": r"(?i)security-token\W{0,3}[=:]\W{0,3}\w{16}",
    "an access key": r"\b(AKIA|ASIA)[A-Z0-9]{16}\b",
    "an upload's id": r"(?i)uploadId=(?!<)|/s3/multipart/(?!<)[^/?\s\"]",
    "a heap address": r"\b0x[0-9a-f]{6,}",
}


@dataclass(slots=True)
class Secrets:
    """What must be in no log, by what it is; all of it was really sent or used."""

    found: dict[str, str] = field(default_factory=dict)
    since_ms: int = field(default_factory=lambda: int(time.time() * 1000))

    def mark(self, kind: str) -> str:
        """A new word that nothing but the secret has."""
        word = f"{uuid.uuid4().hex}{uuid.uuid4().hex}"
        self.add(kind, word)
        return word

    def add(self, kind: str, value: str) -> None:
        assert len(value) >= 16, f"{value!r} is too short to be recognized"
        self.found[value] = kind

    def add_signed(self, url: str) -> None:
        asked = dict(parse_qsl(urlsplit(url).query))
        self.add("a part's signature", asked["X-Amz-Signature"])
        self.add("an access key", asked["X-Amz-Credential"].partition("/")[0])
        if "X-Amz-Security-Token" in asked:
            self.add("a session token", asked["X-Amz-Security-Token"])

    def in_text(self, text: str) -> set[str]:
        return {kind for value, kind in self.found.items() if value in text}


@pytest.fixture(scope="module")
def secrets(client: Client, cloud: Cloud, settings: Settings) -> Secrets:
    """Those of the run, which has ended."""
    secrets = Secrets()
    client.upload_until(corpus.file("carphone_pristine.mp4"), "READY")
    by_form(client, cloud, secrets)
    in_parts(client, cloud, secrets)
    by_presigned_form(client, cloud, secrets)
    past_the_api(client, secrets)
    for environment in environments_below(settings.state / "emulator.pid"):
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
            if len(environment.get(name, "")) >= 16:
                secrets.add(f"a function's {name}", environment[name])
    return secrets


def by_form(client: Client, cloud: Cloud, secrets: Secrets) -> None:
    def post(content: bytes, **headers: str) -> Any:
        name = f"{secrets.mark('a file name')}.mp4"
        return client.http.post("/upload", files={"file": (name, content)}, headers=headers)

    text = secrets.mark("a body").encode()
    key = {"Idempotency-Key": secrets.mark("an idempotency key")}
    first = post(text * 20, **key).json()["videoId"]
    assert post(text * 20, **key).json()["videoId"] == first
    assert post(text, **key).json()["videoId"] != first
    assert client.final_state(first) == "FAILED"
    assert client.http.post("/upload", content=text, headers={"Content-Type": FORM}).status_code == 400
    assert client.http.post("/upload", content=text).status_code == 400
    for action in ("s3:PutObject", "dynamodb:PutItem"):
        with cloud.denied("UploadFunction", action):
            assert post(text, **{"Idempotency-Key": secrets.mark("an idempotency key")}).status_code == 500
    with cloud.environment("UploadFunction", AWS_ENDPOINT_URL_S3="http://127.0.0.1:9"):
        assert post(text).status_code == 500
    ready = post(corpus.file("carphone_pristine.mp4").read_bytes()).json()["videoId"]
    client.watch(ready, f"?token={secrets.mark('a query')}")
    broken = bytearray(corpus.file("bikes.mp4").read_bytes())
    for position in range(5_000, 480_000, 3):
        broken[position] ^= 0xFF
    assert client.final_state(post(bytes(broken)).json()["videoId"]) == "FAILED"
    assert client.http.delete(f"/video/{ready}").status_code == 204


def in_parts(client: Client, cloud: Cloud, secrets: Secrets) -> None:
    def begun(kind: str = "an upload's id") -> dict[str, Any]:
        upload = begin(client, f"{secrets.mark('a file name')}.mp4")
        secrets.add(kind, upload["uploadId"])
        return upload

    whole, other, aborted = begun(), begun(), begun()
    secrets.add_signed(client.get(path(whole, "/1")).json()["url"])
    batch = client.get(f"{path(whole, '/batch')}&partNumbers=1,2").json()["presignedUrls"]
    for url in batch.values():
        secrets.add_signed(url)
    part = send(client, whole, 1, corpus.file("carphone_pristine.mp4").read_bytes())
    assert client.get(path(whole)).status_code == 200
    assert complete(client, whole | {"key": other["key"]}, [part]).status_code == 404
    assert complete(client, whole, [part | {"ETag": secrets.mark("an ETag")}]).status_code == 400
    assert client.get(f"/s3/multipart/{whole['uploadId']}/1").status_code == 400
    assert client.http.put(path(whole)).status_code == 405
    assert client.get(f"/s3/multipart/{whole['uploadId']}/x/y").status_code == 404
    for failing in ("s3:ListMultipartUploadParts", "s3:PutObject", "dynamodb:PutItem"):
        with cloud.denied("UploadFunction", failing):
            client.get(path(whole, "/1"))
            assert complete(client, whole, [part]).status_code in {200, 500}
    with cloud.environment("UploadFunction", AWS_ENDPOINT_URL_S3="http://127.0.0.1:9"):
        assert client.get(path(other, "/1")).status_code == 500
        assert client.http.delete(path(other)).status_code == 500
    assert complete(client, whole, [part]).status_code == 200
    assert client.http.delete(path(aborted)).status_code == 200
    assert client.get(path(aborted, "/1")).status_code == 404
    assert client.final_state(whole["key"].removeprefix("uploads/")) == "READY"


def by_presigned_form(client: Client, cloud: Cloud, secrets: Secrets) -> None:
    name = f"{secrets.mark('a file name')}.mp4"
    form = client.http.get("/s3/params", params={"filename": name, "type": "video/mp4"}).json()
    for field_name, value in form["fields"].items():
        if field_name.lower() in {"policy", "x-amz-signature", "x-amz-security-token"}:
            secrets.add(f"a form's {field_name}", value)
    text = secrets.mark("a body").encode() * 20
    assert client.http.post(form["url"], data=form["fields"], files={"file": (name, text)}).status_code == 201
    video_id = form["fields"]["key"].removeprefix("uploads/")
    eventually(lambda: client.get(f"/video/{video_id}").status_code == 200)
    assert client.final_state(video_id) == "FAILED"
    assert client.http.delete(f"/video/{video_id}").status_code == 204
    assert client.http.post(form["url"], data=form["fields"], files={"file": (name, text)}).status_code == 201
    cloud.invoke("PlanFunction", queued(form["fields"]["key"]))


def past_the_api(client: Client, secrets: Secrets) -> None:
    """What only the edge answers."""
    upload_id, token = secrets.mark("an upload's id"), secrets.mark("a query")
    target = f"/s3/multipart/{upload_id}/1?key=uploads/{uuid.uuid4()}&token={token}"
    with client.http.stream("GET", target, content=b"a body") as answer:  # the edge refuses it
        assert answer.status_code == 403
    client.raw("GET", f"/stream/{uuid.uuid4()}/segment/%ff?token={token}&X-Amz-Signature={'0' * 64}")
    header = secrets.mark("a header").encode()
    url = httpx.URL(client.base_url)
    for lines in (
        b"GET %s BAD/1\r\n\r\n" % target.encode(),
        b"GET / HTTP/1.1\r\nHost: localhost\r\n%s\x01: a\r\n\r\n" % header,
        b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n%s\r\n" % header,
        b"GET http://[%s HTTP/1.1\r\nHost: localhost\r\n\r\n" % header,
        b"GET %s\xff HTTP/1.1\r\nHost: localhost\r\n\r\n" % target.encode(),
    ):
        with socket.create_connection((url.host, url.port), timeout=10) as connection:
            connection.sendall(lines)
            connection.recv(65536)


@pytest.fixture(scope="module")
def lines(secrets: Secrets, running: System, settings: Settings, cloud: Cloud) -> dict[str, str]:
    """Each line of each log, with where it is from."""
    # All that there is of the whole run, and surely what these tests have done.
    found = {line: f"log of {name}" for name, line in events_of(cloud, secrets.since_ms)}
    found |= {line: f"log of {name}" for name, line in events_of(cloud, 0)}
    for log in sorted(settings.logs.glob("*.log")):
        found |= dict.fromkeys(log.read_text(errors="replace").splitlines(), log.name)
    return found


def events_of(cloud: Cloud, since_ms: int) -> Iterator[tuple[str, str]]:
    """The functions' own, and what the state machine logs of failed executions on AWS."""
    group = cloud.outputs["LogGroupName"]
    pages = cloud.client("logs").get_paginator("filter_log_events")
    for page in pages.paginate(logGroupName=group, startTime=since_ms):
        yield from ((event["logStreamName"], event["message"]) for event in page["events"])
    executions = cloud.states.get_paginator("list_executions").paginate(
        stateMachineArn=cloud.outputs["StateMachineArn"], statusFilter="FAILED"
    )
    for execution in (each for page in executions for each in page["executions"]):
        history = cloud.states.get_execution_history(executionArn=execution["executionArn"])
        yield from (("executions", json.dumps(event, default=str)) for event in history["events"])


def test_the_run_was_logged_by_every_function_of_it(lines: dict[str, str]) -> None:
    """Else nothing could be found."""
    said = "\n".join(lines)
    for words in (
        "uploaded",
        "storage failed",
        "ffmpeg gave up",
        "video failed",
        "rejected",
        "multipart upload begun",
    ):
        assert words in said


@pytest.mark.parametrize("kind", FORBIDDEN)
def test_no_line_of_any_log_has(lines: dict[str, str], kind: str) -> None:
    assert not {f"{of}: {line[:2000]}" for line, of in lines.items() if re.search(FORBIDDEN[kind], line)}


def test_no_line_has_a_secret_that_was_in_use(lines: dict[str, str], secrets: Secrets) -> None:
    assert not {
        f"{of}: {kinds}: {line[:2000]}" for line, of in lines.items() if (kinds := secrets.in_text(line))
    }
