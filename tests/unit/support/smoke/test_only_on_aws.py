"""The tests that only a stack on AWS runs, on a stand-in for one: each passes there, and can fail."""

import ssl
from collections.abc import Callable

import httpx
import pytest

from tests.e2e import test_deployed as deployed
from tests.support.smoke import tls
from tests.support.system.client import Client
from tests.unit.support.smoke.answers import CLOUDFRONT_HEADERS, answer, denied

URL = "https://video.example"
SEGMENT = "/stream/1/segment/a.ts"
BUCKET = "https://uploads.s3.eu-central-1.amazonaws.com/"
_DIRECT_UPLOAD = {"method": "POST", "url": BUCKET, "fields": {"key": "uploads/1", "policy": "x"}}


class Stand:
    """Answers as a stack on AWS does, but for `faults`, which are those of CHECKED."""

    def __init__(self, *faults: str) -> None:
        self.faults = faults
        self.asked = 0

    def answer(self, request: httpx.Request) -> httpx.Response:
        self.asked += 1
        if request.url.host.endswith("amazonaws.com"):
            return httpx.Response(201) if "open_bucket" in self.faults else denied()
        if request.url.scheme == "http" and "plain" not in self.faults:
            return httpx.Response(301, headers={"location": str(request.url.copy_with(scheme="https"))})
        if request.url.path == "/s3/params":
            return httpx.Response(200, json=_DIRECT_UPLOAD)
        headers = dict(CLOUDFRONT_HEADERS)
        if "no_http3" in self.faults:
            del headers["alt-svc"]
        is_hit = self.asked > 1 and "no_cache" not in self.faults
        headers["x-cache"] = "Hit from cloudfront" if is_hit else "Miss from cloudfront"
        return httpx.Response(200, headers=headers, content=answer(200, "[]").content)

    def handshake(self, host: str, port: int, version: ssl.TLSVersion) -> tls.Handshake | None:
        assert (host, port) == ("video.example", 443)
        if version < ssl.TLSVersion.TLSv1_2:
            return tls.Handshake(version.name, "") if "old_tls" in self.faults else None
        return None if "no_tls" in self.faults else tls.Handshake("TLSv1.2", "h2")


CHECKED: list[tuple[Callable[[Client], None], str]] = [
    (deployed.test_storage_takes_nothing_over_plain_http, "open_bucket"),
    (deployed.test_plain_http_is_sent_on_to_https, "plain"),
    (deployed.test_tls_1_2_and_http_2_are_spoken, "no_tls"),
    (deployed.test_versions_before_tls_1_2_are_refused, "old_tls"),
    (deployed.test_http_3_is_offered, "no_http3"),
    (lambda client: deployed.test_a_segment_is_answered_from_the_cache(client, SEGMENT), "no_cache"),
]


def run(check: Callable[[Client], None], stand: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tls, "handshake", stand.handshake)
    with Client(URL) as client:
        client.http = httpx.Client(base_url=URL, transport=httpx.MockTransport(stand.answer))
        check(client)


@pytest.mark.parametrize(("check", "fault"), CHECKED)
def test_it_passes_on_aws_and_fails_with_its_fault(
    check: Callable[[Client], None], fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(check, Stand(), monkeypatch)

    with pytest.raises(AssertionError):
        run(check, Stand(fault), monkeypatch)


def test_none_of_them_is_forgotten_here() -> None:
    marked = [
        name
        for name, each in vars(deployed).items()
        if any(mark.name == "only_on" for mark in getattr(each, "pytestmark", []))
    ]
    assert len(marked) == len(CHECKED)
