"""Any path or method outside the API is 404 or 405, never 5xx."""

import json
import uuid

import pytest

from tests.support.smoke import checks
from tests.support.system.client import Client

_ID = str(uuid.uuid4())


_UNKNOWN = f"""
    /nothing /status/x /upload/x  /stream  /stream/  /stream/ready/x  /s3  /s3/params/x
    /video  /video/
    /stream/nonsense/manifest  /stream/%00/manifest  /stream/%F0%9F%8E%AC/manifest  /stream/%ZZ/manifest
    /stream/{_ID}  /stream/{_ID}/  /stream/{_ID}/manifest/x  /stream/{_ID}%2Fmanifest
    /stream/{_ID.upper()}/manifest  /stream/{_ID.replace("-", "")}/manifest  /stream/{{{_ID}}}/manifest
    /stream/{_ID}/segment  /stream/{_ID}/segment/  /stream/{_ID}/segment/a/b  /stream/{_ID}/segment/..
    /stream/{_ID}/segment/../manifest  /stream/{_ID}/segment/%2e%2e%2fmanifest
    /stream/{_ID}/segment/..%2F..%2F..%2Fetc%2Fpasswd  /stream/../stream/nonsense/manifest
    /video/nonsense  /video/{_ID}  /video/{_ID}/status  /video/{_ID}/status/stream/x
    /video/nonsense/status/stream  /video/{_ID}/x/status/stream  /video/../../etc/passwd
    /%2e%2e/%2e%2e/etc/passwd  /index.html  /favicon.ico  /.env  /v1/upload  /ws  /nothing?x={"y" * 2000}
""".split()


@pytest.mark.parametrize("target", _UNKNOWN)
def test_an_unknown_path_is_404(client: Client, target: str) -> None:
    status, headers, body = client.raw("GET", target)

    assert status == 404, body
    assert headers["content-type"] == "application/problem+json"
    assert headers["access-control-allow-origin"] == "*"
    assert json.loads(body)["code"]


@pytest.mark.smoke("errors")
@pytest.mark.parametrize(
    ("methods", "path"),
    [
        (("GET", "HEAD", "PUT", "PATCH", "DELETE"), "/upload"),
        (("POST", "PUT", "PATCH", "DELETE"), "/stream/ready"),
        (("POST", "PUT", "PATCH", "DELETE"), "/status"),
        (("POST", "PUT", "PATCH", "DELETE"), f"/stream/{_ID}/manifest"),
        (("POST", "PUT", "PATCH", "DELETE"), f"/stream/{_ID}/master"),
        (("POST", "PUT", "PATCH", "DELETE"), f"/stream/{_ID}/master.m3u8"),
        (("POST", "PUT", "PATCH", "DELETE"), f"/stream/{_ID}/segment/x.ts"),
        (("POST", "PUT"), f"/video/{_ID}"),
        (("POST", "PUT", "PATCH", "DELETE"), f"/video/{_ID}/status/stream"),
        (("POST", "PUT", "PATCH", "DELETE"), "/s3/params"),
    ],
)
def test_a_wrong_method_is_405_with_the_allowed_ones(
    client: Client, methods: tuple[str, ...], path: str
) -> None:
    for method in methods:
        answer = client.http.request(method, path)

        assert answer.status_code == 405, method
        assert "OPTIONS" in answer.headers["allow"]
        checks.is_readable_by_scripts(answer)
        if method != "HEAD":
            assert answer.json()["code"] == "method_not_allowed"


@pytest.mark.smoke("errors")
@pytest.mark.parametrize(
    "path",
    [
        "/upload",
        "/stream/ready",
        "/status",
        f"/stream/{_ID}/manifest",
        f"/stream/{_ID}/manifest.m3u8",
        f"/stream/{_ID}/segment/x.ts",
        f"/video/{_ID}/status/stream",
        "/x",
    ],
)
def test_a_preflight_is_204_with_cors_headers(client: Client, path: str) -> None:
    answer = client.http.options(
        path, headers={"Origin": client.origin, "Access-Control-Request-Method": "POST"}
    )

    assert answer.status_code == 204
    checks.is_readable_by_scripts(answer)
    assert answer.headers["access-control-allow-methods"]
