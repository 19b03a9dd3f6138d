"""What answers at a URL is recognised, or refused with one sentence."""

from collections.abc import Callable

import httpx
import pytest

from tests.support.smoke import stack
from tests.support.smoke.stack import CLOUDFRONT, DIRECT, HTTPS, OWN_DOMAIN
from tests.unit.support.smoke.answers import CLOUDFRONT_HEADERS, URL, answer, problem

Answers = Callable[[httpx.Request], httpx.Response]


def found(answers: Answers, url: str = URL) -> stack.Stack:
    with httpx.Client(base_url=url, transport=httpx.MockTransport(answers)) as http:
        return stack.find(http)


def reelway(
    described: httpx.Response | None = None,
    posted: httpx.Response | None = None,
    headers: dict[str, str] | None = None,
) -> Answers:
    def answers(request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            return posted or problem(400, "malformed_multipart")
        return described or problem(404, "unknown_video", **(headers or {}))

    return answers


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stack, "getproxies", dict)


def test_a_stack_on_aws_is_known_by_what_cloudfront_adds() -> None:
    headers = {name.replace("-", "_"): value for name, value in CLOUDFRONT_HEADERS.items()}

    assert found(reelway(headers=headers)) == stack.Stack(URL, frozenset({CLOUDFRONT, HTTPS, DIRECT}))
    assert OWN_DOMAIN in found(reelway(headers=headers), "https://video.example").traits


def test_a_local_stack_has_only_a_connection_without_a_proxy() -> None:
    url = "http://127.0.0.1:8080"

    assert found(reelway(headers={"server": "CloudFront"}), url) == stack.Stack(url, frozenset({DIRECT}))


def test_behind_a_proxy_no_handshake_is_made_directly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stack, "getproxies", lambda: {"https": "http://proxy.example:3128"})
    monkeypatch.setattr(stack, "proxy_bypass", lambda host: host == "inside.example")

    assert DIRECT not in found(reelway()).traits
    assert DIRECT in found(reelway(), "https://inside.example").traits


@pytest.mark.parametrize(
    ("described", "said"),
    [
        (answer(200, "<html>", content_type="text/html"), "is no Reelway: it answers 200 'text/html'"),
        (answer(404, '{"message":"Not Found"}', content_type="application/json"), "is no Reelway"),
        (answer(404, "{", content_type="application/problem+json"), "is no Reelway"),
        (answer(404, "[]", content_type="application/problem+json"), "is no Reelway"),
        (answer(404, '{"code":"unknown_video"}', content_type="application/problem+json"), "is no Reelway"),
        (answer(403, "Forbidden"), "answers 403: it is closed to you"),
        (answer(301, location="https://video.example/"), "sends on to https://video.example/"),
    ],
)
def test_what_is_no_reelway_is_refused(described: httpx.Response, said: str) -> None:
    with pytest.raises(stack.CannotTest, match=said):
        found(reelway(described))


@pytest.mark.parametrize(
    "posted",
    [answer(403, '{"message":"Forbidden"}'), problem(503, "writes_closed"), problem(401, "no_token")],
)
def test_a_stack_that_takes_no_uploads_is_told_from_a_broken_one(posted: httpx.Response) -> None:
    with pytest.raises(stack.CannotTest, match=f"takes no uploads from you: .* with {posted.status_code}"):
        found(reelway(posted=posted))


def test_a_stack_for_certain_origins_asks_for_one_of_them() -> None:
    closed = problem(404, "unknown_video", vary="Accept-Encoding, Origin")
    open_to_us = problem(404, "unknown_video", vary="Origin", access_control_allow_origin="https://a.example")
    del closed.headers["access-control-allow-origin"]

    assert found(reelway(open_to_us))
    with pytest.raises(stack.CannotTest, match="name one of its AllowedOrigins"):
        found(reelway(closed))


def test_an_address_that_does_not_answer_is_refused() -> None:
    def refuse(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("[SSL: CERTIFICATE_VERIFY_FAILED]", request=request)

    with pytest.raises(stack.CannotTest, match=r"does not answer: .*CERTIFICATE_VERIFY_FAILED"):
        found(refuse)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("", "Which stack"),
        ("video.example", "must begin with https://"),
        ("ftp://video.example", "must begin with https://"),
        ("https://", "must begin with https://"),
        ("https://video.example/v1", "has more than a host"),
        ("https://me@video.example", "has more than a host"),
        ("https://video.example/?a=b", "has more than a host"),
        ("https://video.example:port", "is no URL"),
    ],
)
def test_an_address_that_cannot_be_a_stack_is_refused_before_anything_is_sent(url: str, said: str) -> None:
    with pytest.raises(stack.CannotTest, match=said):
        stack.checked(url)


def test_a_slash_at_the_end_is_no_part_of_the_address() -> None:
    assert stack.checked("https://video.example/") == "https://video.example"
