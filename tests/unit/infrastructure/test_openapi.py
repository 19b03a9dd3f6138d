"""docs/openapi.yaml says what the functions, the template and the distribution serve: no more and no less."""

import copy
import json
import re
from collections.abc import Callable, Iterator
from typing import Any, get_args

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from local.edge.gateway_responses import gateway_response, render
from reelway.errors import AnswerCode
from tests.support.readers import descriptions, template
from tests.support.readers.descriptions import Document, Operation, operations, validator
from tests.support.samples import ROOT

DOCUMENT = descriptions.strict_openapi()
OPERATIONS = operations(DOCUMENT)
REST_API = template.rest_api()
BEHAVIORS: list[dict[str, Any]] = template.properties("Distribution")["DistributionConfig"]["CacheBehaviors"]
Routes = dict[str, dict[str, tuple[str, ...]]]


def function_of(method: str, path: str, paths: dict[str, Any]) -> str | None:
    """The function that API Gateway calls: a path's own resource comes first, then the longest proxy."""
    proxies = [p for p in paths if p.endswith("{proxy+}") and path.startswith(p.removesuffix("{proxy+}"))]
    resource = path if path in paths else max(proxies, key=len, default=None)
    if resource is None or method.lower() not in paths[resource]:
        return None
    uri = paths[resource][method.lower()]["x-amazon-apigateway-integration"]["uri"]["Fn::Sub"]
    [function] = re.findall(r"\$\{(\w+)\.Arn\}:live/", uri)
    return str(function)


def served(routes: Routes, paths: dict[str, Any], behaviors: list[dict[str, Any]]) -> set[Operation]:
    """What a client reaches: `routes` of each function that the REST API leads to, and the page's files."""
    functions = {
        (method, path)
        for function, rules in routes.items()
        for rule, methods in rules.items()
        for method in methods
        for path in [re.sub(r"<(\w+)>", r"{\1}", rule)]
        if function_of(method, path, paths) == function
    }
    page = {
        (method, behavior["PathPattern"].replace("*", "{file}"))
        for behavior in behaviors
        if behavior["TargetOriginId"] == "site"
        for method in behavior["AllowedMethods"]
    }
    return functions | page


def differences(described: set[Operation], reached: set[Operation]) -> list[str]:
    return sorted(
        [f"{method} {path} is described, but not served" for method, path in described - reached]
        + [f"{method} {path} is served, but not described" for method, path in reached - described]
    )


@pytest.fixture
def routes(handlers: Callable[[str], Any]) -> Routes:
    """The functions behind the REST API to their routes."""
    names = {
        name
        for path in REST_API["paths"]
        for method in REST_API["paths"][path]
        if (name := function_of(method, path, REST_API["paths"]))
    }
    modules = {name: template.properties(name)["Handler"].removesuffix(".lambda_handler") for name in names}
    return {name: handlers(module).api.routes for name, module in modules.items()}


def test_it_is_openapi_3_1() -> None:
    assert DOCUMENT["openapi"].startswith("3.1.")
    for document in (descriptions.openapi(), DOCUMENT):
        assert [error.message for error in OpenAPIV31SpecValidator(document).iter_errors()] == []


def answers(document: Document) -> list[Any]:
    described = [operation["responses"] for operation in operations(document).values()]
    return [*described, descriptions.resolved(document["components"]["schemas"], document)]


def test_answers_may_grow() -> None:
    """A client that is generated today must not refuse what a later release adds."""
    closed = [schema for schema in schemas_in(answers(descriptions.openapi())) if "enum" in schema]
    closed += [
        s for s in schemas_in(answers(descriptions.openapi())) if s.get("additionalProperties") is False
    ]
    assert closed == []
    assert sum("enum" in schema for schema in schemas_in(answers(DOCUMENT))) > 3
    assert any(schema.get("additionalProperties") is False for schema in schemas_in(answers(DOCUMENT)))


def test_files_are_binary() -> None:
    parts = [schema for schema in schemas_in(list(OPERATIONS.values())) if "contentMediaType" in schema]
    assert parts
    assert all(schema["format"] == "binary" for schema in parts)


def test_heads_are_internal_and_operations_are_verbs() -> None:
    verbs = (
        "abort|begin|change|complete|create|delete|describe|get|grant|head|list|recall|redeliver|restore|"
        "retry|sign|test|update|upload|watch"
    )
    for (method, _), operation in OPERATIONS.items():
        assert operation.get("x-internal", False) == (method == "HEAD")
        assert re.match(f"({verbs})([A-Z]|$)", operation["operationId"])


def test_every_route_is_described_and_every_description_is_a_route(routes: Routes) -> None:
    assert set(routes) == {"UploadFunction", "StreamingFunction", "VideosFunction", "WebhooksFunction"}
    assert differences(set(OPERATIONS), served(routes, REST_API["paths"], BEHAVIORS)) == []


def test_every_route_of_a_function_is_reached_through_the_template(routes: Routes) -> None:
    unreachable = [
        f"{method} {rule}"
        for function, rules in routes.items()
        for rule, methods in rules.items()
        for method in methods
        if function_of(method, re.sub(r"<(\w+)>", r"{\1}", rule), REST_API["paths"]) != function
    ]
    assert unreachable == []


def test_an_operation_that_is_taken_out_of_the_description_is_missed(routes: Routes) -> None:
    reached = served(routes, REST_API["paths"], BEHAVIORS)
    for method, path in OPERATIONS:
        less = copy.deepcopy(DOCUMENT)
        del less["paths"][path][method.lower()]
        assert differences(set(operations(less)), reached) == [
            f"{method} {path} is served, but not described"
        ]


def test_a_method_that_a_function_takes_no_more_is_missed(routes: Routes) -> None:
    for function, rules in routes.items():
        for rule, methods in rules.items():
            for method in methods:
                fewer = tuple(other for other in methods if other != method)
                less = routes | {function: rules | {rule: fewer}}
                path = re.sub(r"<(\w+)>", r"{\1}", rule)
                found = differences(set(OPERATIONS), served(less, REST_API["paths"], BEHAVIORS))
                assert found == [f"{method} {path} is described, but not served"]


@pytest.mark.parametrize(
    "path", ["/upload", "/s3/{proxy+}", "/stream/{proxy+}", "/webhooks/{proxy+}", "/{proxy+}"]
)
def test_a_path_that_is_taken_out_of_the_template_is_missed(routes: Routes, path: str) -> None:
    paths = {name: item for name, item in REST_API["paths"].items() if name != path}
    assert differences(set(OPERATIONS), served(routes, paths, BEHAVIORS))


@pytest.mark.parametrize("pattern", ["/", "/app/*"])
def test_a_behavior_that_is_taken_out_of_the_distribution_is_missed(routes: Routes, pattern: str) -> None:
    behaviors = [behavior for behavior in BEHAVIORS if behavior["PathPattern"] != pattern]
    assert differences(set(OPERATIONS), served(routes, REST_API["paths"], behaviors))


def test_all_behaviors_lead_to_what_is_described() -> None:
    described = {re.sub(r"\{\w+\}", "*", path) for _, path in OPERATIONS}
    with_tokens = {"/p/*", *(f"/p/*{path}" for path in described)}
    assert {behavior["PathPattern"] for behavior in BEHAVIORS} <= described | with_tokens


def template_codes() -> set[str]:
    """The codes of problems that no function of ours in Python makes."""
    code = template.properties("ViewerRequestFunction")["FunctionCode"]["Fn::Sub"]
    gateway = json.dumps(REST_API["x-amazon-apigateway-gateway-responses"])
    at_the_edge = re.findall(r"problem\(\s*event,\s+\d+,\s+'[^']+',\s+'(\w+)'", code)
    at_the_gateway = re.findall(r'\\"code\\":\\"(\w+)\\"', gateway)
    assert at_the_edge
    assert at_the_gateway
    return {*at_the_edge, *at_the_gateway}


def test_every_code_of_a_problem_is_described_and_no_other() -> None:
    listed = DOCUMENT["components"]["schemas"]["Code"]["enum"]
    assert len(listed) == len(set(listed))
    assert set(listed) == set(get_args(AnswerCode)) | template_codes()


@pytest.mark.parametrize("code", get_args(AnswerCode))
def test_every_code_is_given_somewhere(code: str) -> None:
    sources = (p for p in (ROOT / "functions").glob("[!.]*/**/*.py") if p.name != "errors.py")
    errors = (ROOT / "functions" / "reelway" / "errors.py").read_text().partition("class ReelwayError")[2]
    assert any(f'"{code}"' in text for text in (errors, *(source.read_text() for source in sources)))


@pytest.mark.parametrize("name", REST_API["x-amazon-apigateway-gateway-responses"])
def test_the_gateways_own_answers_are_problems_as_described(name: str) -> None:
    response = REST_API["x-amazon-apigateway-gateway-responses"][name]
    rendered = render(
        gateway_response(
            response["responseParameters"],
            response["responseTemplates"],
            type_=name,
            status=400,
            message="No",
        ),
        request_id="1",
        path="/",
    )
    problem = descriptions.resolved(DOCUMENT["components"]["schemas"]["Problem"], DOCUMENT)
    validator(problem).validate(json.loads(rendered.body))


@pytest.mark.parametrize("operation", OPERATIONS, ids=" ".join)
def test_an_operation_has_what_generated_clients_are_made_of(operation: Operation) -> None:
    described = OPERATIONS[operation]
    assert re.fullmatch(r"[a-z][A-Za-z]+", described["operationId"])
    assert described["summary"]
    assert {*described["tags"]} <= {tag["name"] for tag in DOCUMENT["tags"]}
    in_path = {parameter["name"] for parameter in described["parameters"] if parameter["in"] == "path"}
    assert in_path == set(re.findall(r"\{(\w+)\}", operation[1]))
    assert all(parameter["required"] for parameter in described["parameters"] if parameter["in"] == "path")


@pytest.mark.parametrize("path", [path for method, path in OPERATIONS if method == "HEAD"])
def test_head_is_described_as_get(path: str) -> None:
    get, head = OPERATIONS["GET", path], OPERATIONS["HEAD", path]
    assert set(head["responses"]) == set(get["responses"])
    assert head["parameters"] == get["parameters"]
    assert not any("content" in response for response in head["responses"].values())


def test_operations_that_the_api_answers_can_fail() -> None:
    """Whatever reaches a function may meet a fault of ours."""
    functions = {key for key, described in OPERATIONS.items() if described["tags"] != ["page"]}
    assert [key for key in functions if "500" not in OPERATIONS[key]["responses"]] == []


def schemas_in(node: Any) -> Iterator[dict[str, Any]]:
    """All dicts of a document that has no references."""
    for entry in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from schemas_in(entry)
    if isinstance(node, dict):
        yield node


def examples(node: Any) -> Iterator[tuple[Any, Any]]:
    """(schema, example) of all media types, parameters and headers below a node without references."""
    if isinstance(node, list):
        for entry in node:
            yield from examples(entry)
    if not isinstance(node, dict):
        return
    if isinstance(node.get("schema"), dict):
        yield from ((node["schema"], node[name]) for name in ("example",) if name in node)
        yield from ((node["schema"], named["value"]) for named in node.get("examples", {}).values())
    for entry in node.values():
        yield from examples(entry)


def test_examples_are_what_their_schemas_describe() -> None:
    found = list(
        examples(OPERATIONS | {"": DOCUMENT and descriptions.resolved(DOCUMENT["components"], DOCUMENT)})
    )
    assert len(found) > 20
    for schema, example in found:
        validator(schema).validate(example)


def test_links_lead_to_operations_and_name_their_parameters() -> None:
    by_id = {described["operationId"]: described for described in OPERATIONS.values()}
    links = [
        link
        for described in OPERATIONS.values()
        for response in described["responses"].values()
        for link in response.get("links", {}).values()
    ]
    assert links
    for link in links:
        names = {parameter["name"] for parameter in by_id[link["operationId"]]["parameters"]}
        assert set(link["parameters"]) <= names
