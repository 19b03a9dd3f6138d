"""The distribution's functions: what they do, that the template has them, and that CloudFront takes them."""

import asyncio
import json
import re
from collections.abc import Callable, Iterator

import pytest
from multidict import CIMultiDict

from local.edge.viewer_event import ForwardRequest, FunctionResponse, SelectGroup, ViewerRequest
from local.edge.viewer_function import ViewerFunction
from tests.support.readers import descriptions, template
from tests.support.samples import ROOT, VIDEO_ID

FUNCTIONS = {
    "ViewerRequestFunction": "viewer-request",
    "ViewerResponseFunction": "viewer-response",
    "PageRequestFunction": "page-request",
}
# The parameters whose values are in them.
PLACEHOLDERS = {"viewer-request": "Access", "viewer-response": "AllowedOrigins"}
MAX_FUNCTION_BYTES = 10_240  # CloudFront's quota
# What cloudfront-js-2.0 does not have, though engines that tests run in do:
# https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-javascript-runtime-20.html
UNKNOWN_SYNTAX = r"\bclass\b|\?\.[\w\[(]|\?\?|\.\.\.|\bof\b|\bfunction\*|\byield\b|\beval\b|\brequire\b"
# The errors of which CloudFront can be told how long to keep them. Others it keeps only if they say so:
# https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/HTTPStatusCodes.html
TOLD_HOW_LONG = {400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504}
SEGMENT = f"/stream/{VIDEO_ID}/segment/a-720p-00000-000.ts"
SOCKET = f"/video/{VIDEO_ID}/status/stream"
KEY = ("Sec-WebSocket-Key", "AAAA")

Ask = Callable[..., ForwardRequest | FunctionResponse]


def source(name: str) -> str:
    return (ROOT / "distribution" / f"{name}.js").read_text()


def code(name: str) -> str:
    """The source without comments and strings."""
    return re.sub(r"//.*|'[^']*'|\"[^\"]*\"", "", source(name))


@pytest.mark.parametrize(("logical_id", "name"), FUNCTIONS.items())
def test_the_template_has_every_function_as_its_file_does(logical_id: str, name: str) -> None:
    written = template.properties(logical_id)["FunctionCode"]
    assert (written["Fn::Sub"] if isinstance(written, dict) else written) == source(name)
    assert template.properties(logical_id)["FunctionConfig"]["Runtime"] == "cloudfront-js-2.0"


def test_every_file_is_a_function_and_every_function_a_file() -> None:
    files = {path.stem for path in (ROOT / "distribution").glob("*.js")}
    assert files == set(FUNCTIONS.values())
    assert set(template.of_type("AWS::CloudFront::Function")) == set(FUNCTIONS)


@pytest.mark.parametrize("name", FUNCTIONS.values())
def test_cloudfront_takes_it(name: str) -> None:
    assert len(source(name).encode()) <= MAX_FUNCTION_BYTES
    assert not re.findall(UNKNOWN_SYNTAX, code(name))
    modules = {"import cf from 'cloudfront';", "import crypto from 'crypto';"}
    assert set(re.findall(r"^import .*", source(name), re.MULTILINE)) <= modules
    assert len(re.findall(r"^(async )?function handler\(event\) \{", source(name), re.MULTILINE)) == 1
    # Only what is called at a request may wait, and only one thing after the other.
    assert not re.findall(r"^await\b|\basync (\(|\w+ =>)|\bPromise\b", code(name), re.MULTILINE)


@pytest.mark.parametrize(("logical_id", "name"), FUNCTIONS.items())
def test_cloudformation_puts_values_where_a_function_has_placeholders_and_nowhere_else(
    logical_id: str, name: str
) -> None:
    """What looks like a placeholder would be one in `Fn::Sub`: such a file has no template strings."""
    if isinstance(template.properties(logical_id)["FunctionCode"], dict):
        assert set(re.findall(r"\$\{([^}]*)\}", source(name))) == {PLACEHOLDERS[name]}
    else:
        assert name not in PLACEHOLDERS


def run(name: str, *, allowed_origins: str = "*", access: str = "open") -> ViewerFunction:
    code = source(name).replace("${AllowedOrigins}", allowed_origins).replace("${Access}", access)
    return ViewerFunction(code, distribution_id="E1", domain_name="d1.cloudfront.net")


@pytest.fixture(scope="module")
def ask() -> Iterator[Ask]:
    """Asks viewer-request about a request; what it makes of it."""
    function = run("viewer-request")

    def asked(path: str, *headers: tuple[str, str], method: str = "GET") -> ForwardRequest | FunctionResponse:
        request = ViewerRequest(method, path, "", CIMultiDict(headers), "192.0.2.1")
        return function.run_blocking(request, "request-1")

    yield asked
    function.close()


def forwarded(outcome: ForwardRequest | FunctionResponse) -> ForwardRequest:
    assert isinstance(outcome, ForwardRequest)
    return outcome


def problem(outcome: ForwardRequest | FunctionResponse) -> tuple[int, str]:
    assert isinstance(outcome, FunctionResponse)
    assert outcome.headers["content-type"] == "application/problem+json"
    document = json.loads(outcome.body)
    assert document["status"] == outcome.status
    assert document["message"] == document["detail"]
    assert document["type"] == f"urn:reelway:problem:{document['code']}"
    return outcome.status, document["code"]


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_reads_of_segments_go_to_the_bucket_and_then_to_the_api(ask: Ask, method: str) -> None:
    outcome = forwarded(ask(SEGMENT, method=method))
    assert outcome.origin == SelectGroup(("media", "api"), frozenset({403, 404, 416, 500, 502, 503, 504}))


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_other_methods_stay_with_the_behaviors_own_origin(ask: Ask, method: str) -> None:
    assert forwarded(ask(SEGMENT, method=method)).origin is None


@pytest.mark.parametrize("asked", ["bytes=0-9", "bytes=5-", "bytes=-7", " bytes=1-2 "])
def test_a_single_range_is_forwarded(ask: Ask, asked: str) -> None:
    assert forwarded(ask(SEGMENT, ("Range", asked))).request.headers["Range"] == asked


@pytest.mark.parametrize("asked", ["bytes=0-1,3-4", "bytes=-", "bytes=a-b", "lines=1-2", ""])
def test_what_is_no_single_range_is_not(ask: Ask, asked: str) -> None:
    assert "Range" not in forwarded(ask(SEGMENT, ("Range", asked))).request.headers


@pytest.mark.parametrize("name", ["If-Match", "If-Unmodified-Since"])
def test_preconditions_that_s3_answers_in_xml_are_not_forwarded(ask: Ask, name: str) -> None:
    assert name not in forwarded(ask(SEGMENT, (name, "x"))).request.headers


def test_if_range_makes_the_answer_the_whole_segment(ask: Ask) -> None:
    headers = forwarded(ask(SEGMENT, ("Range", "bytes=0-9"), ("If-Range", '"x"'))).request.headers
    assert "Range" not in headers


def test_a_handshake_goes_to_the_stage_with_the_video_in_its_query(ask: Ask) -> None:
    request = forwarded(ask(SOCKET, KEY)).request
    assert (request.path, request.query) == ("/ws", f"videoId={VIDEO_ID}")


@pytest.mark.parametrize(
    ("path", "headers", "method", "expected"),
    [
        (SOCKET, (), "GET", (400, "upgrade_required")),
        (SOCKET, (KEY,), "POST", (405, "method_not_allowed")),
        (f"/video/{VIDEO_ID}/more/status/stream", (KEY,), "GET", (404, "unknown_video")),
        ("/video/clip/status/stream", (KEY,), "GET", (404, "unknown_video")),
        (SOCKET.replace(VIDEO_ID, VIDEO_ID.upper()), (KEY,), "GET", (404, "unknown_video")),
    ],
)
def test_what_is_no_handshake_is_a_problem(
    ask: Ask, path: str, headers: tuple[tuple[str, str], ...], method: str, expected: tuple[int, str]
) -> None:
    assert problem(ask(path, *headers, method=method)) == expected


@pytest.fixture(scope="module")
def ask_with_tokens() -> Iterator[Callable[..., ForwardRequest | FunctionResponse]]:
    """Asks viewer-request, where Access is token, for a handshake with a query and headers."""
    function = run("viewer-request", access="token")

    def asked(query: str, *headers: tuple[str, str]) -> ForwardRequest | FunctionResponse:
        request = ViewerRequest("GET", SOCKET, query, CIMultiDict([KEY, *headers]), "192.0.2.1")
        return function.run_blocking(request, "request-1")

    yield asked
    function.close()


@pytest.mark.parametrize(
    ("query", "headers", "authorization"),
    [
        ("token=a.b.c", (), "Bearer a.b.c"),
        ("progress=true&token=a.b.c", (), "Bearer a.b.c"),
        ("", (("Sec-WebSocket-Protocol", "reelway, a.b.c"),), "Bearer a.b.c"),
        ("", (("Sec-WebSocket-Protocol", "reelway,a.b.c"),), "Bearer a.b.c"),
        ("", (("Authorization", "Bearer x.y.z"),), "Bearer x.y.z"),
        ("token=a.b.c", (("Authorization", "Bearer x.y.z"),), "Bearer x.y.z"),
    ],
)
def test_a_sockets_token_is_moved_to_the_header_that_the_api_reads(
    ask_with_tokens: Ask, query: str, headers: tuple[tuple[str, str], ...], authorization: str
) -> None:
    request = forwarded(ask_with_tokens(query, *headers)).request
    assert request.headers["Authorization"] == authorization
    assert "token" not in request.query
    assert f"videoId={VIDEO_ID}" in request.query


@pytest.mark.parametrize(
    ("query", "protocols"),
    [("", ""), ("token=", ""), ("", "a.b.c"), ("", "reelway"), ("", "graphql, a.b.c"), ("", "reelway, ")],
)
def test_a_socket_without_a_token_is_refused_where_one_is_needed(
    ask: Ask, ask_with_tokens: Ask, query: str, protocols: str
) -> None:
    headers = (("Sec-WebSocket-Protocol", protocols),) if protocols else ()
    refused = ask_with_tokens(query, *headers)
    assert problem(refused) == (401, "token_required")
    assert isinstance(refused, FunctionResponse)
    assert refused.headers["www-authenticate"] == 'Bearer realm="reelway"'
    assert "Authorization" not in forwarded(ask(SOCKET, KEY, *headers)).request.headers


def test_uppys_token_is_moved_to_the_header_that_the_api_reads() -> None:
    function = run("viewer-request")
    try:
        for headers, authorization in (
            ((("Uppy-Auth-Token", "a.b.c"),), "Bearer a.b.c"),
            ((("Uppy-Auth-Token", "a.b.c"), ("Authorization", "Bearer x.y.z")), "Bearer x.y.z"),
            ((), None),
        ):
            request = ViewerRequest("POST", "/s3/multipart", "a=b", CIMultiDict(headers), "192.0.2.1")
            changed = forwarded(function.run_blocking(request, "request-1")).request
            assert (changed.path, changed.query) == ("/s3/multipart", "a=b")
            assert changed.headers.get("Authorization") == authorization
    finally:
        function.close()


def test_a_preflight_of_the_socket_is_answered(ask: Ask) -> None:
    outcome = ask(SOCKET, method="OPTIONS")
    assert isinstance(outcome, FunctionResponse)
    assert (outcome.status, outcome.headers["access-control-allow-origin"]) == (204, "*")


def test_the_root_is_the_page() -> None:
    function = run("page-request")
    try:
        request = ViewerRequest("GET", "/", "", CIMultiDict(), "192.0.2.1")
        assert forwarded(function.run_blocking(request, "request-1")).request.path == "/app/index.html"
    finally:
        function.close()


def answered(allowed_origins: str, *asked: tuple[str, str], **response: str) -> dict[str, str]:
    """The headers that viewer-response makes of a segment's response."""
    function = run("viewer-response", allowed_origins=allowed_origins)
    request = ViewerRequest("GET", SEGMENT, "", CIMultiDict(asked), "192.0.2.1")
    try:
        return dict(
            asyncio.run(function.run_on_response(request, 200, CIMultiDict({"ETag": "x", **response}), "r"))
        )
    finally:
        function.close()


def test_every_answer_may_be_read_by_other_sites() -> None:
    assert answered("*") == {"etag": "x", "access-control-allow-origin": "*"}


def test_an_answer_may_be_read_by_the_sites_that_are_allowed() -> None:
    allowed = "https://a.example,https://b.example"
    assert answered(allowed, ("Origin", "https://b.example")) == {
        "etag": "x",
        "vary": "Origin",
        "access-control-allow-origin": "https://b.example",
    }
    for other in ("https://c.example", "https://a.example,https://b.example", "https://a.exampl"):
        assert answered(allowed, ("Origin", other)) == {"etag": "x", "vary": "Origin"}
    assert answered(allowed) == {"etag": "x", "vary": "Origin"}


def test_what_an_answer_varies_by_already_is_kept() -> None:
    assert answered("https://a.example", Vary="Accept")["vary"] == "Accept, Origin"


def test_no_error_is_kept_for_viewers_who_come_later() -> None:
    """CloudFront keeps errors for 10 s, some whatever Cache-Control says, unless it is told otherwise."""
    config = template.properties("Distribution")["DistributionConfig"]
    kept_s = {rule["ErrorCode"]: rule["ErrorCachingMinTTL"] for rule in config["CustomErrorResponses"]}
    assert set(kept_s) <= TOLD_HOW_LONG
    assert set(kept_s.values()) == {0}
    assert not TOLD_HOW_LONG & answered_errors() - set(kept_s)


def answered_errors() -> set[int]:
    """The statuses that clients may be answered with by functions, API Gateway, S3 and CloudFront."""
    described = descriptions.operations(descriptions.openapi()).values()
    statuses = {
        int(status) for operation in described for status in operation["responses"] if status.isdigit()
    }
    gateway = template.properties("RestApi")["DefinitionBody"]["x-amazon-apigateway-gateway-responses"]
    own = {int(response["statusCode"]) for response in gateway.values() if "statusCode" in response}
    # Too long a URL, and what a server that fails or does not answer in time is made to.
    beyond = {400, 403, 404, 414, 500, 501, 502, 503, 504}
    return {status for status in statuses | own | beyond if status >= 400}
