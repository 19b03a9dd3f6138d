import asyncio
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest
from multidict import CIMultiDict

from local.edge.viewer_event import (
    ForwardRequest,
    FunctionError,
    FunctionResponse,
    SelectGroup,
    SelectOrigin,
    UpdateOrigin,
    ViewerRequest,
)
from local.edge.viewer_function import ViewerFunction
from tests.support.samples import ROOT

Run = Callable[..., ForwardRequest | FunctionResponse]
UNCHANGED = "function handler(event) { return event.request; }"


def viewer(path: str = "/a", query: str = "", *headers: tuple[str, str]) -> ViewerRequest:
    return ViewerRequest("GET", path, query, CIMultiDict(headers), "192.0.2.1")


@pytest.fixture
def run() -> Iterator[Run]:
    functions: dict[str, ViewerFunction] = {}

    def run_source(source: str, request: ViewerRequest | None = None) -> ForwardRequest | FunctionResponse:
        if source not in functions:
            functions[source] = ViewerFunction(
                source, distribution_id="E1", domain_name="d1.cloudfront.net", time_limit_s=0.3
            )
        return functions[source].run_blocking(request or viewer(), "request-1")

    yield run_source
    for function in functions.values():
        function.close()


def forwarded(outcome: ForwardRequest | FunctionResponse) -> ForwardRequest:
    assert isinstance(outcome, ForwardRequest)
    return outcome


def answered(outcome: ForwardRequest | FunctionResponse) -> FunctionResponse:
    assert isinstance(outcome, FunctionResponse)
    return outcome


def test_an_untouched_request_keeps_its_raw_path_and_query(run: Run) -> None:
    request = viewer("/a%2Fb/../c", "flag&x=%20&x=+&__proto__=1")
    changed = forwarded(run(UNCHANGED, request)).request
    assert (changed.path, changed.query) == (request.path, request.query)


def test_an_untouched_request_keeps_repeated_headers_and_cookies(run: Run) -> None:
    request = viewer("/a", "", ("Accept", "a"), ("Accept", "b"), ("Cookie", "k=1; k=2"))
    headers = forwarded(run(UNCHANGED, request)).request.headers
    assert headers.getall("accept") == ["a", "b"]
    assert headers["cookie"] == "k=1; k=2"


def test_the_event_has_the_documented_shape(run: Run) -> None:
    source = """function handler(event) {
      return { statusCode: 200, body: JSON.stringify(event) };
    }"""
    request = viewer("/p", "a=1&a=2&b", ("Host", "h"), ("Cookie", "c=d"))
    event = answered(run(source, request)).body.decode()
    assert event == (
        '{"version":"1.0","context":{"distributionDomainName":"d1.cloudfront.net","distributionId":"E1",'
        '"eventType":"viewer-request","requestId":"request-1"},"viewer":{"ip":"192.0.2.1"},'
        '"request":{"method":"GET","uri":"/p","querystring":{"a":{"value":"1","multiValue":[{"value":"1"},'
        '{"value":"2"}]},"b":{"value":""}},"headers":{"host":{"value":"h"}},"cookies":{"c":{"value":"d"}}}}'
    )


def test_the_upgrade_header_is_hidden_from_the_function_and_kept_in_the_request(run: Run) -> None:
    source = """function handler(event) {
      event.request.querystring.seen = { value: String('upgrade' in event.request.headers) };
      return event.request;
    }"""
    changed = forwarded(run(source, viewer("/a", "", ("Upgrade", "websocket")))).request
    assert (changed.query, changed.headers["Upgrade"]) == ("seen=false", "websocket")


def test_a_function_rewrites_path_query_and_headers(run: Run) -> None:
    source = """function handler(event) {
      const request = event.request;
      request.uri = '/ws';
      request.querystring.videoId = { value: '7' };
      request.headers['x-added'] = { value: 'yes' };
      return request;
    }"""
    changed = forwarded(run(source, viewer("/video/7", "progress=true"))).request
    assert (changed.path, changed.query) == ("/ws", "progress=true&videoId=7")
    assert changed.headers["x-added"] == "yes"


def test_a_function_answers_itself(run: Run) -> None:
    source = """function handler() {
      return { statusCode: 400, statusDescription: 'Bad', headers: { 'x-a': { value: 'b' } },
               body: { encoding: 'base64', data: 'aGk=' } };
    }"""
    answer = answered(run(source))
    assert (answer.status, answer.reason, answer.headers["X-A"], answer.body) == (400, "Bad", "b", b"hi")


def test_a_created_origin_group_is_the_choice_of_origin(run: Run) -> None:
    source = """import cf from 'cloudfront';
    function handler(event) {
      cf.createRequestOriginGroup({ originIds: [{ originId: 'media' }, { originId: 'api' }],
                                    failoverCriteria: { statusCodes: [403, 404] } });
      return event.request;
    }"""
    choice = forwarded(run(source)).origin
    assert choice == SelectGroup(("media", "api"), frozenset({403, 404}))


def test_a_selected_origin_is_the_choice_of_origin(run: Run) -> None:
    source = """import cf from "cloudfront";
    function handler(event) { cf.selectRequestOriginById('media'); return event.request; }"""
    assert forwarded(run(source)).origin == SelectOrigin("media", {})


def test_an_updated_origin_is_the_choice_of_origin(run: Run) -> None:
    source = """import cf from 'cloudfront';
    async function handler(event) { cf.updateRequestOrigin({ originPath: '/v2' }); return event.request; }"""
    assert forwarded(run(source)).origin == UpdateOrigin({"originPath": "/v2"})


def test_a_choice_of_origin_does_not_outlive_its_request(run: Run) -> None:
    source = """import cf from 'cloudfront';
    function handler(event) {
      if (event.request.uri === '/media') cf.selectRequestOriginById('media');
      return event.request;
    }"""
    run(source, viewer("/media"))
    assert forwarded(run(source, viewer("/other"))).origin is None


def test_neither_variables_nor_globals_outlive_a_request(run: Run) -> None:
    source = """let count = 0;
    function handler(event) {
      count += 1;
      globalThis.total = (globalThis.total || 0) + 1;
      event.request.uri = `/${count}/${globalThis.total}`;
      return event.request;
    }"""
    run(source)
    assert forwarded(run(source)).request.path == "/1/1"


def test_a_function_that_does_not_end_is_stopped_and_runs_again_for_the_next_request(run: Run) -> None:
    source = """function handler(event) {
      while (event.request.uri === '/loop') {}
      return event.request;
    }"""
    with pytest.raises(FunctionError, match="timeout"):
        run(source, viewer("/loop"))
    assert forwarded(run(source, viewer("/ok"))).request.path == "/ok"


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        ("function handler(event) { return event.request;", "SyntaxError"),
        ("import fs from 'fs'; function handler(event) { return event.request; }", "import"),
        ("function handler(event) { missing(); }", "missing is not defined"),
        ("function handler(event) { leaked = 1; return event.request; }", "leaked is not defined"),
        ("function handler(event) { setTimeout(handler, 1); return event.request; }", "setTimeout"),
        ("function other() {}", "handler is not defined"),
        ("function handler() { return null; }", "expected a request or a response"),
        ("function handler() { return { statusCode: '200' }; }", "statusCode '200'"),
        ("function handler(e) { e.request.uri = 'a'; return e.request; }", "uri 'a'"),
        ("function handler(e) { e.request.uri = '/a b'; return e.request; }", "uri '/a b'"),
        ("function handler(e) { e.request.headers.x = 'y'; return e.request; }", "'x' is 'y'"),
        (
            "function handler(e) { e.request.headers.upgrade = {value: 'y'}; return e.request; }",
            "may not set",
        ),
        ("function handler(e) { e.request.headers.host = {value: 'y'}; return e.request; }", "read-only"),
        (
            """import cf from 'cloudfront';
            function handler(e) { cf.createRequestOriginGroup({originIds: [{originId: 'a'}]}); }""",
            "expected two origins",
        ),
    ],
)
def test_a_wrong_function_is_a_fault_that_names_what_is_wrong_each_time(
    run: Run, source: str, fault: str
) -> None:
    for _ in range(2):
        with pytest.raises(FunctionError, match=fault):
            run(source)


def test_a_function_that_eats_memory_is_stopped(run: Run) -> None:
    source = """function handler(event) {
      const kept = [];
      while (event.request.uri === '/eat') kept.push(new Array(1000000).fill(kept.length));
      return event.request;
    }"""
    with pytest.raises(FunctionError):
        run(source, viewer("/eat"))
    assert forwarded(run(source, viewer("/ok"))).request.path == "/ok"


@pytest.mark.no_cover  # nothing of functions/ runs in it, and being measured takes it three times as long
def test_an_engine_that_earlier_runs_have_filled_is_no_fault_of_the_next_run() -> None:
    function = ViewerFunction(
        "function handler(event) { return event.request; }", distribution_id="E1", domain_name="d1"
    )
    try:
        # The engine keeps the text of every run: 64 MB are full after some of these.
        for number in range(300):
            path = f"/{number}" + "a" * 500_000
            assert forwarded(function.run_blocking(viewer(path), "request-1")).request.path == path
    finally:
        function.close()


def on_response(source: str, *headers: tuple[str, str]) -> CIMultiDict[str]:
    function = ViewerFunction(source, distribution_id="E1", domain_name="d1", time_limit_s=0.3)
    try:
        return asyncio.run(function.run_on_response(viewer(), 206, CIMultiDict(headers), "request-1"))
    finally:
        function.close()


def test_a_function_on_responses_changes_their_headers_and_nothing_else() -> None:
    headers = on_response(
        "function handler(event) {"
        " event.response.headers['x-seen'] = { value: event.context.eventType + event.response.statusCode };"
        " delete event.response.headers.server; return event.response; }",
        ("Server", "S3"),
        ("Content-Length", "7"),
        ("X-Cache", "Miss"),
    )
    assert dict(headers) == {"content-length": "7", "x-seen": "viewer-response206", "X-Cache": "Miss"}


@pytest.mark.parametrize(
    "body",
    [
        "return event.request;",
        "throw new Error('no');",
        "event.response.headers['content-length'] = { value: '1' }; return event.response;",
    ],
)
def test_a_wrong_function_on_responses_is_a_fault(body: str) -> None:
    with pytest.raises(FunctionError):
        on_response(f"function handler(event) {{ {body} }}", ("Content-Length", "7"))


TWO_FUNCTIONS = """
import asyncio
from multidict import CIMultiDict
from py_mini_racer import LibAlreadyInitializedError, init_mini_racer
from local.edge.viewer_event import ViewerRequest
from local.edge.viewer_function import ViewerFunction

def function(path):
    source = "function handler(event) { event.request.uri = '" + path + "'; return event.request; }"
    return ViewerFunction(source, distribution_id="E1", domain_name="d1")

async def both():
    request = ViewerRequest("GET", "/", "", CIMultiDict(), "192.0.2.1")
    for outcome in [await function.run(request, "request-1") for function in functions]:
        print(outcome.request.path)

functions = [function("/a"), function("/b")]
try:
    init_mini_racer()
except LibAlreadyInitializedError:
    print("by this thread")
asyncio.run(both())
for each in functions:
    each.close()
"""


def test_v8_is_initialized_by_the_thread_from_which_those_of_all_functions_come() -> None:
    """With protection keys, V8 kills the process if another thread runs JavaScript."""
    program = [sys.executable, "-c", TWO_FUNCTIONS]
    ran = subprocess.run(program, cwd=ROOT, capture_output=True, text=True, check=False)

    assert (ran.returncode, ran.stdout.split("\n"), ran.stderr) == (0, ["by this thread", "/a", "/b", ""], "")
