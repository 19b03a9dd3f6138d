from dataclasses import replace

from multidict import CIMultiDict

from local.edge.response_policy import Cors, PolicyHeader, ResponsePolicy

CORS = Cors(
    allow_origins=("*",),
    allow_methods=("GET", "HEAD"),
    allow_headers=("*",),
    expose_headers=("Content-Range",),
    allow_credentials=False,
    max_age_s=600,
    origin_override=True,
)


def applied(
    policy: ResponsePolicy, response: dict[str, str], request: dict[str, str], method: str = "GET"
) -> dict[str, str]:
    headers = CIMultiDict(response)
    policy.apply(headers, request=CIMultiDict(request), method=method)
    return dict(headers)


def test_a_request_with_an_origin_gets_cors_headers() -> None:
    assert applied(ResponsePolicy(CORS), {}, {"Origin": "http://o"}) == {
        "Access-Control-Allow-Origin": "*",
        "Access-Control-Expose-Headers": "Content-Range",
    }


def test_a_request_without_an_origin_gets_no_cors_headers() -> None:
    assert applied(ResponsePolicy(CORS), {}, {}) == {}


def test_a_preflight_also_gets_methods_headers_and_age() -> None:
    request = {"Origin": "http://o", "Access-Control-Request-Method": "GET"}
    headers = applied(ResponsePolicy(CORS), {}, request, "OPTIONS")
    assert headers["Access-Control-Allow-Methods"] == "GET, HEAD"
    assert headers["Access-Control-Allow-Headers"] == "*"
    assert headers["Access-Control-Max-Age"] == "600"


def test_an_overriding_policy_replaces_the_origins_header() -> None:
    response = {"Access-Control-Allow-Origin": "http://other"}
    headers = applied(ResponsePolicy(CORS), response, {"Origin": "http://o"})
    assert headers["Access-Control-Allow-Origin"] == "*"


def test_a_policy_that_does_not_override_keeps_the_origins_header() -> None:
    policy = ResponsePolicy(replace(CORS, origin_override=False))
    response = {"Access-Control-Allow-Origin": "http://other"}
    headers = applied(policy, response, {"Origin": "http://o"})
    assert headers["Access-Control-Allow-Origin"] == "http://other"


def test_a_listed_origin_is_echoed_and_another_is_not() -> None:
    policy = ResponsePolicy(replace(CORS, allow_origins=("https://*.example.com", "plain.example")))
    allowed = applied(policy, {}, {"Origin": "https://a.example.com"})
    assert (allowed["Access-Control-Allow-Origin"], allowed["Vary"]) == ("https://a.example.com", "Origin")
    assert applied(policy, {}, {"Origin": "http://plain.example"})
    assert applied(policy, {}, {"Origin": "https://example.org"}) == {}


def test_fixed_headers_keep_the_origins_value_unless_they_override() -> None:
    policy = ResponsePolicy(
        headers=(PolicyHeader("X-A", "policy", False), PolicyHeader("X-B", "policy", True))
    )
    assert applied(policy, {"x-a": "origin", "x-b": "origin"}, {}) == {"x-a": "origin", "X-B": "policy"}


def test_removed_headers_are_gone() -> None:
    assert applied(ResponsePolicy(removed=("x-amz-id",)), {"X-Amz-Id": "1", "ETag": "e"}, {}) == {"ETag": "e"}
