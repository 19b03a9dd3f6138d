import copy
import json
from http import HTTPStatus
from typing import Any

import pytest
from aws_lambda_powertools import Logger

from reelway.access import Access
from reelway.adapters import http_api
from reelway.adapters.http_api import HttpApi
from reelway.errors import RequestRefused, StorageFailed
from tests.support import samples
from tests.support.samples import VIDEO_ID


def request(path: str = "/things/1", method: str = "GET", **changes: Any) -> http_api.Event:
    event = copy.deepcopy(samples.event("rest-video"))
    return event | {"path": path, "httpMethod": method} | changes


@pytest.fixture
def api() -> HttpApi:
    return api_for("*")


def api_for(allowed_origins: str, access: Access = Access.OPEN) -> HttpApi:
    api = HttpApi(Logger(service="test", level="CRITICAL"), allowed_origins, access)

    @api.route("/things/<thingId>", "GET", "HEAD")
    def things(thingId: str) -> http_api.Answer:  # noqa: N803
        return http_api.json_response(HTTPStatus.OK, {"thing": thingId, "query": dict(api.query)})

    @api.route("/echo", "POST")
    def echo() -> http_api.Answer:
        return http_api.Answer(HTTPStatus.OK, {"Content-Type": api.headers["content-type"]}, api.body)

    @api.route("/full", "GET")
    def full() -> http_api.Answer:
        raise StorageFailed("storage_failed", "secret-table is on fire")

    @api.route("/broken", "GET")
    def broken() -> http_api.Answer:
        raise KeyError("secret-detail")

    @api.route("/refused", "GET")
    def refused() -> http_api.Answer:
        raise RequestRefused(HTTPStatus.CONFLICT, "not_ready", "Come back later.", {"Retry-After": "2"})

    return api


def serve(api: HttpApi, event: http_api.Event) -> tuple[int, dict[str, str], str]:
    answer = api.serve(event, None)
    headers = answer.get("headers") or {
        name: values[0] for name, values in answer["multiValueHeaders"].items()
    }
    return int(answer["statusCode"]), headers, answer["body"]


def test_a_route_answers_with_its_parameters_and_query(api: HttpApi) -> None:
    status, headers, body = serve(api, request(queryStringParameters={"a": "b"}))
    assert status == 200
    assert json.loads(body) == {"thing": "1", "query": {"a": "b"}}
    assert headers["Content-Type"] == "application/json"
    assert headers["Cache-Control"] == "no-store"


def test_its_routes_are_listed_with_the_methods_that_they_take(api: HttpApi) -> None:
    assert api.routes["/things/<thingId>"] == ("GET", "HEAD")
    assert set(api.routes) == {"/things/<thingId>", "/echo", "/full", "/broken", "/refused"}


def test_a_request_without_query_has_an_empty_one(api: HttpApi) -> None:
    assert json.loads(serve(api, request(queryStringParameters=None))[2])["query"] == {}


def test_header_names_are_read_in_any_case_and_bodies_byte_by_byte(api: HttpApi) -> None:
    event = request(
        "/echo", "POST", headers={"cOnTent-TyPe": "image/x"}, body="AP8NCg==", isBase64Encoded=True
    )
    answer = api.serve(event, None)
    assert answer["body"] == "AP8NCg=="
    assert answer["isBase64Encoded"] is True


def test_a_body_that_came_as_text_is_utf_8(api: HttpApi) -> None:
    event = request("/echo", "POST", headers={"content-type": "image/x"}, body="é", isBase64Encoded=False)
    assert api.serve(event, None)["body"] == "w6k="


@pytest.mark.parametrize(
    "path", ["/", "/nothing", "/things", "/things/1/2", "/thingsx/1", "/things/%2e%2e/x", "//"]
)
def test_an_unknown_path_is_404(api: HttpApi, path: str) -> None:
    status, _, body = serve(api, request(path))
    assert (status, json.loads(body)["code"]) == (404, "not_found")


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_another_method_of_a_known_path_is_405_and_names_the_allowed(api: HttpApi, method: str) -> None:
    status, headers, body = serve(api, request(method=method))
    assert (status, json.loads(body)["code"]) == (405, "method_not_allowed")
    assert headers["Allow"] == "GET, HEAD, OPTIONS"


@pytest.mark.parametrize("path", ["/things/1", "/nothing"])
def test_a_preflight_is_answered_for_every_path(api: HttpApi, path: str) -> None:
    status, headers, body = serve(api, request(path, "OPTIONS"))
    assert (status, body) == (204, "")
    assert headers["Access-Control-Allow-Origin"] == "*"
    assert {"GET", "HEAD", "POST", "OPTIONS"} <= set(headers["Access-Control-Allow-Methods"].split(","))
    assert {"Range", "Content-Type"} <= set(headers["Access-Control-Allow-Headers"].split(","))


@pytest.mark.parametrize("path", ["/things/1", "/nothing", "/full", "/broken", "/refused", "/echo"])
def test_browsers_may_read_every_answer(api: HttpApi, path: str) -> None:
    _, headers, _ = serve(api, request(path))
    assert headers["Access-Control-Allow-Origin"] == "*"
    assert {"Content-Range", "ETag"} <= set(headers["Access-Control-Expose-Headers"].split(","))


@pytest.mark.parametrize("path", ["/things/1", "/nothing", "/full", "/broken", "/refused", "/echo"])
@pytest.mark.parametrize("method", ["GET", "OPTIONS"])
def test_only_listed_origins_may_read_an_answer(path: str, method: str) -> None:
    api = api_for("https://a.example,https://b.example")
    for origin, allowed in {"https://b.example": "https://b.example", "https://c.example": None}.items():
        _, headers, _ = serve(api, request(path, method, headers={"ORIGIN": origin}))
        assert headers.get("Access-Control-Allow-Origin") == allowed
        assert headers["Vary"] == "Origin"


def test_what_an_answer_depends_on_besides_its_origin_is_kept() -> None:
    api = api_for("https://a.example")

    @api.route("/playlist", "GET")
    def playlist() -> http_api.Answer:
        return http_api.json_response(HTTPStatus.OK, [], {"Vary": "Accept-Encoding"})

    answer = api.serve(request("/playlist"), None)
    assert answer["multiValueHeaders"]["Vary"] == ["Accept-Encoding", "Origin"]


def test_a_problem_document_is_for_programs_and_people(api: HttpApi) -> None:
    status, headers, body = serve(api, request("/refused"))
    assert status == 409
    assert headers["Content-Type"] == "application/problem+json"
    assert headers["Cache-Control"] == "no-store"
    assert headers["Retry-After"] == "2"
    assert json.loads(body) == {
        "type": "urn:reelway:problem:not_ready",
        "title": "Conflict",
        "status": 409,
        "detail": "Come back later.",
        "instance": "/refused",
        "code": "not_ready",
        "requestId": samples.event("rest-video")["requestContext"]["requestId"],
        "message": "Come back later.",
        "error": "not_ready",
    }


@pytest.mark.parametrize(("path", "code"), [("/full", "storage_failed"), ("/broken", "internal_error")])
def test_a_fault_is_a_500_that_gives_no_details_away(api: HttpApi, path: str, code: str) -> None:
    status, _, body = serve(api, request(path))
    assert (status, json.loads(body)["code"]) == (500, code)
    assert "secret" not in body


def test_the_log_is_correlated_by_the_video_in_the_path(api: HttpApi) -> None:
    api.serve(request(f"/things/{VIDEO_ID}"), None)
    assert api._logger.get_correlation_id() == VIDEO_ID
    api.serve(request("/things/1"), None)
    assert api._logger.get_correlation_id() is None


@pytest.mark.parametrize(("path", "status"), [("/things/1", 200), ("/refused", 409), ("/nowhere", 404)])
def test_every_answer_is_a_line_in_the_log(
    api: HttpApi, caplog: pytest.LogCaptureFixture, path: str, status: int
) -> None:
    api._logger.setLevel("INFO")
    api.serve(request(path), None)
    [logged] = map(vars, caplog.records)
    assert (logged["method"], logged["path"], logged["status"]) == ("GET", path, status)


def test_what_is_not_allowed_is_403_to_any_origin_and_unknown_paths_stay_404() -> None:
    """A route that nobody has given a kind is answered by open access alone."""
    closed = api_for("*", Access.READ_ONLY)
    refused, unknown, wrong = (
        closed.serve(request(path) | {"httpMethod": method}, None)
        for method, path in (("GET", "/things/1"), ("GET", "/nothing"), ("DELETE", "/echo"))
    )
    assert [answer["statusCode"] for answer in (refused, unknown, wrong)] == [403, 404, 405]
    problem = json.loads(refused["body"])
    assert (problem["code"], problem["status"]) == ("read_only", 403)
    assert "Access=open" in problem["detail"]
    assert refused["multiValueHeaders"]["Access-Control-Allow-Origin"] == ["*"]
