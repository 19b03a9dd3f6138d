"""What strangers tried on a running system, and what came of it: nothing.

https://portswigger.net/web-security/request-smuggling describes the requests of two lengths.
"""

import socket
import time
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import httpx
import psutil
import pytest

from local import processes
from local.settings import Settings
from local.system import System
from tests.e2e.test_multipart import begin, path
from tests.support.media import corpus
from tests.support.readers.playlist_rules import media
from tests.support.system.client import Client, eventually
from tests.support.system.cloud import Cloud

# Relative to /stream/{id}/segment/, where an S3 bucket is the origin.
_TRAVERSALS = [
    *(
        "../master",
        "..%2fmaster",
        "%2e%2e/master",
        "%2e%2e%2fmaster",
        "..%252fmaster",
        "..;/master",
        "..\\master",
    ),
    *(
        "../../../lists/ready",
        "%2e%2e%2f%2e%2e%2f%2e%2e%2flists%2fready",
        "//lists/ready",
        "./x",
        "%00",
        "x%00.ts",
    ),
    *(
        "%c0%ae%c0%ae/master",
        "....//master",
        "%5c..%5cmaster",
        "?acl",
        "?uploads",
        "?list-type=2",
        "?versions",
    ),
]
# In place of the whole path.
_PATHS = [
    *("//{media}/stream/{id}/master", "/{media}/stream/{id}/master", "/app/../{media}/lists/ready"),
    *(
        "/app/..%2f..%2flists/ready",
        "/app/%2e%2e/%2e%2e/{media}/lists/ready",
        "/app/?acl",
        "/app/?list-type=2",
    ),
    *("/app/__init__.py", "/app/__pycache__/", "/app//etc/passwd", "/stream/../../{uploads}/uploads/{id}"),
    *("/{uploads}/uploads/{id}", "/_aws/execute-api/x/v1/", "/_ministack/health", "/2015-03-31/functions"),
]
_SUB_RESOURCES = (
    "acl",
    "uploads",
    "tagging",
    "versionId=null",
    "response-content-type=text%2Fhtml",
    "torrent",
)
SECRETS_OF_S3 = (b"<ListBucketResult", b"<AccessControlPolicy", b"<ListMultipartUploadsResult", b"#EXTM3U")


@pytest.fixture(scope="module")
def segment(client: Client, short_video: str) -> str:
    playlist = client.get(f"/stream/{short_video}/manifest").text
    return f"/stream/{short_video}/{media.segments(playlist)[0].uri}"


@pytest.mark.parametrize("tail", _TRAVERSALS)
def test_no_path_leads_out_of_a_videos_segments(client: Client, short_video: str, tail: str) -> None:
    status, _, body = client.raw("GET", f"/stream/{short_video}/segment/{tail}")

    assert status in {400, 403, 404}, body[:300]
    assert not any(secret in body for secret in SECRETS_OF_S3)


@pytest.mark.parametrize("target", _PATHS)
def test_no_path_leads_to_a_bucket_or_to_the_emulator(
    client: Client, cloud: Cloud, short_video: str, target: str
) -> None:
    buckets = {"media": cloud.outputs["MediaBucketName"], "uploads": cloud.outputs["UploadsBucketName"]}
    status, _, body = client.raw("GET", target.format(id=short_video, **buckets))

    assert status in {400, 403, 404}, body[:300]
    assert not any(secret in body for secret in SECRETS_OF_S3)


@pytest.mark.parametrize("query", _SUB_RESOURCES)
def test_a_query_asks_nothing_else_of_s3_than_the_segment(client: Client, segment: str, query: str) -> None:
    whole = client.get(segment)
    status, headers, body = client.raw("GET", f"{segment}?{query}")

    assert (status, body) == (200, whole.content)
    assert headers["content-type"] == "video/MP2T"


@pytest.mark.parametrize("target", ["segment", "/stream/ready"])
def test_headers_by_which_s3_is_told_to_do_something_are_not_passed_on(
    client: Client, segment: str, target: str
) -> None:
    asked = segment if target == "segment" else target
    headers = {
        "Authorization": "AWS4-HMAC-SHA256 Credential=AKIAAAAAAAAAAAAAAA/20260101/us-east-1/s3/aws4_request,"
        " SignedHeaders=host, Signature=0",
        "x-amz-security-token": "stolen",
        "x-amz-acl": "public-read",
        "x-amz-copy-source": "/uploads/x",
        "x-amz-server-side-encryption-customer-algorithm": "AES256",
    }
    answer = client.http.get(asked, headers=headers)

    assert answer.status_code == 200, answer.text[:300]
    assert answer.content == client.get(asked).content


def test_credentials_are_never_allowed_to_pages_of_other_origins(client: Client, segment: str) -> None:
    origin = {"Origin": "https://evil.example"}
    paths = (segment, "/stream/ready", "/status", "/nothing")
    answers = [client.http.get(each, headers=origin) for each in paths]
    answers += [
        client.http.options(each, headers=origin | {"Access-Control-Request-Method": "DELETE"})
        for each in (segment, "/upload", f"/video/{uuid.uuid4()}", f"/video/{uuid.uuid4()}/status/stream")
    ]
    form = client.get("/s3/params").json()
    answers.append(
        client.http.options(form["url"], headers=origin | {"Access-Control-Request-Method": "POST"})
    )

    assert not [str(answer.url) for answer in answers if "access-control-allow-credentials" in answer.headers]


@pytest.mark.parametrize("upload_id", ["", "null", "%2e%2e", "*", "0" * 32, str(uuid.UUID(int=0))])
def test_anothers_upload_in_parts_cannot_be_touched_without_its_id(client: Client, upload_id: str) -> None:
    begun = begin(client)
    guessed = begun | {"uploadId": upload_id}
    body = {"parts": [{"PartNumber": 1, "ETag": "0" * 32}]}
    answers = [
        client.get(path(guessed)),
        client.get(path(guessed, "/1")),
        client.http.delete(path(guessed)),
        client.http.post(path(guessed, "/complete"), json=body),
    ]

    assert {answer.status_code for answer in answers} <= {400, 404, 405}
    assert client.get(path(begun)).status_code == 200


@pytest.mark.needs("iam")
@pytest.mark.parametrize("extra", ["acl", "success_action_redirect", "x-amz-meta-owner", "x-amz-tagging"])
def test_a_form_with_fields_that_were_not_signed_is_refused(client: Client, extra: str) -> None:
    form = client.get("/s3/params").json()
    fields = {extra: "public-read", **form["fields"]}
    answer = client.http.post(form["url"], data=fields, files={"file": b"a file"})

    assert answer.status_code == 403, answer.text[:300]


def test_a_form_for_another_key_is_refused(client: Client) -> None:
    form = client.get("/s3/params").json()
    fields = form["fields"] | {"key": f"uploads/{uuid.uuid4()}"}

    assert client.http.post(form["url"], data=fields, files={"file": b"a file"}).status_code == 403


def test_a_form_that_is_used_after_the_video_was_deleted_brings_nothing_back(client: Client) -> None:
    form = client.get("/s3/params").json()
    content = corpus.file("carphone_pristine.mp4").read_bytes()
    assert client.http.post(form["url"], data=form["fields"], files={"file": content}).status_code == 201
    video_id = form["fields"]["key"].removeprefix("uploads/")
    eventually(lambda: client.get(f"/video/{video_id}").status_code == 200)
    assert client.http.delete(f"/video/{video_id}").status_code == 204

    client.http.post(form["url"], data=form["fields"], files={"file": content})

    for _ in range(10):
        assert client.get(f"/video/{video_id}").status_code == 410
        time.sleep(0.1)


def _exchange(client: Client, request: bytes) -> bytes:
    """All that the edge answers to these bytes until it closes the connection, or is silent for a second."""
    url, received = httpx.URL(client.base_url), b""
    with socket.create_connection((url.host, url.port), timeout=1) as connection:
        connection.sendall(request)
        try:
            while data := connection.recv(65_536):
                received += data
        except (TimeoutError, ConnectionResetError):
            pass
    return received


_HIDDEN = b"DELETE /video/nonsense HTTP/1.1\r\nHost: localhost\r\n\r\n"
_HEAD = b"POST /upload HTTP/1.1\r\nHost: localhost\r\n"
_SMUGGLED = {
    "a length and chunks": b"%sContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n%s"
    % (_HEAD, _HIDDEN),
    "two lengths": b"%sContent-Length: 0\r\nContent-Length: 5\r\n\r\n%s" % (_HEAD, _HIDDEN),
    "an unknown encoding": b"%sTransfer-Encoding: x\r\n\r\n0\r\n\r\n%s" % (_HEAD, _HIDDEN),
    "a hidden encoding": b"%sTransfer-Encoding : chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n%s"
    % (_HEAD, _HIDDEN),
    "an encoding twice": b"%sTransfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n%s" % (_HEAD, _HIDDEN),
    "lines that end with a feed alone": b"POST /upload HTTP/1.1\nHost: localhost\nContent-Length: 0\n\n%s"
    % _HIDDEN,
    "a length with a sign": b"%sContent-Length: +0\r\n\r\n%s" % (_HEAD, _HIDDEN),
    "a folded header": b"%sContent-Length: 0\r\n 5\r\n\r\n%s" % (_HEAD, _HIDDEN),
}


@pytest.mark.needs("distribution")
@pytest.mark.parametrize("kind", _SMUGGLED)
def test_no_request_hides_in_another(client: Client, kind: str) -> None:
    """The edge refuses the outer one, or answers it alone, and closes the connection."""
    received = _exchange(client, _SMUGGLED[kind])

    assert received.count(b"HTTP/1.1 ") <= 1, received[:500]
    assert b"unknown_video" not in received
    assert not received or received.split(b" ")[1] == b"400", received[:200]


@pytest.mark.needs("distribution")
def test_a_second_request_that_hides_nothing_is_answered(client: Client) -> None:
    """Else the test above could not see one that came through."""
    received = _exchange(client, b"GET /status HTTP/1.1\r\nHost: localhost\r\n\r\n%s" % _HIDDEN)

    assert received.count(b"HTTP/1.1 ") == 2
    assert b"unknown_video" in received


@contextmanager
def _slow_bodies(client: Client, number: int) -> Iterator[None]:
    """So many uploads whose bodies never end."""
    url = httpx.URL(client.base_url)
    head = b"POST /upload HTTP/1.1\r\nHost: %s\r\nContent-Type: multipart/form-data; boundary=b\r\n"
    with ExitStack() as stack:
        for _ in range(number):
            connection = stack.enter_context(socket.create_connection((url.host, url.port), timeout=5))
            connection.sendall(head % url.host.encode() + b"Content-Length: 4000000\r\n\r\n--b\r\n")
        yield


@pytest.mark.needs("distribution")
def test_bodies_that_never_end_keep_nobody_waiting(client: Client, segment: str) -> None:
    with _slow_bodies(client, 300):
        for target in ("/stream/ready", segment, "/status"):
            begun = time.monotonic()
            assert client.get(target).status_code == 200
            assert time.monotonic() - begun < 10


@pytest.mark.needs("restart")
def test_both_programs_listen_on_this_machine_alone(running: System, settings: Settings) -> None:
    for name in ("emulator", "edge"):
        process = processes.running(settings.state / f"{name}.pid")
        assert process
        family = [process, *process.children(recursive=True)]
        listening = {
            connection.laddr.ip
            for each in family
            for connection in each.net_connections()
            if connection.status == psutil.CONN_LISTEN
        }
        assert listening == {"127.0.0.1"}, name
