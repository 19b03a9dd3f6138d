"""Each check of the smoke test passes on what AWS should answer, and fails on what it must not."""

import inspect
import ssl
from collections.abc import Callable
from dataclasses import dataclass

import httpx
import pytest

from tests.support.smoke import checks, tls
from tests.support.smoke.tls import Handshake
from tests.unit.support.smoke.answers import URL, answer, denied, problem

TLS_1_1, TLS_1_2 = ssl.TLSVersion.TLSv1_1, ssl.TLSVersion.TLSv1_2


@dataclass(frozen=True, slots=True)
class Example:
    """Arguments of a check; `complaint` is part of its message, empty where it passes."""

    check: Callable[..., None]
    arguments: tuple[object, ...]
    complaint: str = ""

    def __str__(self) -> str:
        return f"{self.check.__name__}, {self.complaint or 'passes'}"


def moved(location: str, status: int = 301) -> httpx.Response:
    return answer(status, url="http://video.example/stream/ready", location=location)


def asked_by(origin: str, *, allowed: str) -> httpx.Response:
    made = answer(200, access_control_allow_origin=allowed)
    made.request.headers["origin"] = origin
    return made


def without_cors(status: int, code: str) -> httpx.Response:
    made = problem(status, code)
    del made.headers["access-control-allow-origin"]
    return made


_SEGMENT = {"content_type": "video/MP2T", "x_cache": "Hit from cloudfront"}
_GATEWAY = '{"message":"Request Too Long"}'
EXAMPLES = [
    Example(checks.came_from_s3, (answer(200, b"G", server="AmazonS3", **_SEGMENT),)),
    Example(checks.came_from_s3, (answer(206, b"G", x_amz_id_2="abc", **_SEGMENT),)),
    Example(
        checks.came_from_s3, (answer(200, b"G", server="CloudFront", **_SEGMENT),), "through the function"
    ),
    Example(checks.came_from_s3, (denied(),), "403"),
    Example(checks.is_our_problem, (problem(413, "file_too_large"), 413, "file_too_large")),
    Example(
        checks.is_our_problem,
        (answer(413, _GATEWAY, content_type="application/json"), 413, "file_too_large"),
        "Request Too Long",
    ),
    Example(checks.is_our_problem, (problem(404, "unknown_video"), 404, "unknown_segment"), "unknown_video"),
    Example(checks.is_our_problem, (problem(500, "storage_failed"), 404, "unknown_segment"), "500"),
    Example(
        checks.is_our_problem, (without_cors(404, "unknown_video"), 404, "unknown_video"), "allow-origin"
    ),
    Example(checks.is_readable_by_scripts, (answer(200, access_control_allow_origin="*"),)),
    Example(checks.is_readable_by_scripts, (asked_by("https://a.example", allowed="https://a.example"),)),
    Example(
        checks.is_readable_by_scripts, (asked_by("https://a.example", allowed="https://b.example"),), "b.ex"
    ),
    Example(
        checks.is_readable_by_scripts, (answer(200, access_control_allow_origin="https://b.ex"),), "b.ex"
    ),
    Example(checks.is_readable_by_scripts, (answer(200),), "is None"),
    Example(checks.is_not_replayed, (problem(404, "a", request_id="1"), problem(404, "a", request_id="2"))),
    Example(checks.is_not_replayed, (problem(404, "a"), problem(404, "a")), "from a cache: requestId 1"),
    Example(
        checks.is_not_replayed, (problem(404, "a"), problem(404, "a", request_id="2", age="7")), "is 7 s old"
    ),
    Example(checks.is_cached, ([answer(200, x_cache="Miss from cloudfront"), answer(200, **_SEGMENT)],)),
    Example(checks.is_cached, ([answer(200, x_cache="Miss from cloudfront")] * 4,), "never from the cache"),
    Example(checks.is_cached, ([answer(200)],), "never from the cache: [None]"),
    Example(checks.refuses_method, (answer(403, "<HTML>", method="POST"),)),
    Example(checks.refuses_method, (answer(200, "<!doctype html>", method="POST"),), "POST: 200"),
    Example(checks.redirects_to_https, (moved("https://video.example/stream/ready"),)),
    Example(checks.redirects_to_https, (moved("https://elsewhere.example/"),), "elsewhere"),
    Example(
        checks.redirects_to_https, (answer(200, "[]", url="http://video.example/stream/ready"),), "with 200"
    ),
    Example(checks.offers_http3, (answer(200, alt_svc='h3=":443"; ma=86400'),)),
    Example(checks.offers_http3, (answer(200),), "not offered"),
    Example(checks.is_denied, (denied(),)),
    Example(
        checks.is_denied, (answer(200, "<ListBucketResult/>", url=f"{URL}/?list-type=2"),), "200, expected"
    ),
    Example(checks.is_denied, (answer(404, "<Code>NoSuchKey</Code>"),), "404, expected 403"),
    Example(checks.is_denied, (answer(403, "<Code>RequestTimeTooSkewed</Code>"),), "RequestTimeTooSkewed"),
    Example(tls.refuses_old_versions, ({TLS_1_1: None, TLS_1_2: Handshake("TLSv1.2", "h2")},)),
    Example(tls.refuses_old_versions, ({TLS_1_1: None, TLS_1_2: None},), "TLS 1.2 is refused"),
    Example(
        tls.refuses_old_versions,
        ({TLS_1_1: Handshake("TLSv1.1", ""), TLS_1_2: Handshake("TLSv1.2", "h2")},),
        "TLSv1.1 is accepted",
    ),
]


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_a_check_passes_or_says_what_is_wrong(example: Example) -> None:
    if not example.complaint:
        example.check(*example.arguments)
        return
    with pytest.raises(AssertionError) as failed:
        example.check(*example.arguments)
    assert example.complaint in str(failed.value)


def test_every_check_has_an_example_that_passes_and_one_that_fails() -> None:
    own = [each for _, each in inspect.getmembers(checks, inspect.isfunction)]
    for check in [*own, tls.refuses_old_versions]:
        complaints = [bool(each.complaint) for each in EXAMPLES if each.check is check]
        assert set(complaints) == {True, False}, check
