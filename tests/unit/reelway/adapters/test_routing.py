import pytest

from reelway.adapters.routing import Route, find
from reelway.errors import RequestRefused


def nothing() -> None: ...


PARTS = Route("/s3/<uploadId>/batch", ("GET",), nothing)
PART = Route("/s3/<uploadId>/<number>", ("GET",), nothing)
ROUTES = [Route("/ready", ("GET", "HEAD"), nothing), PARTS, PART]


@pytest.mark.parametrize(
    ("path", "parameters"),
    [
        ("/s3/a/1", {"uploadId": "a", "number": "1"}),
        ("/s3/a%2Fb/1", {"uploadId": "a%2Fb", "number": "1"}),
        ("/s3/ä b+c.~/'(1)'//", {"uploadId": "ä b+c.~", "number": "'(1)'"}),
    ],
)
def test_parameters_are_whole_parts_of_the_path_as_they_came(path: str, parameters: dict[str, str]) -> None:
    assert find(ROUTES, "GET", path) == (PART, parameters)


@pytest.mark.parametrize(
    "path", ["", "/", "ready", "/readyx", "/ready\n", "/s3//1", "/s3/a", "/s3/a/1/2", "//ready"]
)
def test_a_path_that_no_rule_fits_has_no_route(path: str) -> None:
    with pytest.raises(RequestRefused) as refused:
        find(ROUTES, "GET", path)
    assert (refused.value.status, refused.value.code) == (404, "not_found")


def test_a_method_that_the_first_rule_does_not_take_is_refused_with_those_that_it_takes() -> None:
    with pytest.raises(RequestRefused) as refused:
        find(ROUTES, "POST", "/ready")
    assert (refused.value.status, refused.value.code) == (405, "method_not_allowed")
    assert refused.value.headers == {"Allow": "GET, HEAD, OPTIONS"}


def test_of_two_rules_that_fit_the_first_counts() -> None:
    assert find(ROUTES, "GET", "/s3/a/batch") == (PARTS, {"uploadId": "a"})
    assert find(reversed(ROUTES), "GET", "/s3/a/batch") == (PART, {"uploadId": "a", "number": "batch"})


def test_a_dot_in_a_rule_is_a_dot() -> None:
    with pytest.raises(RequestRefused):
        find([Route("/sprite.jpg", ("GET",), nothing)], "GET", "/spritexjpg")
