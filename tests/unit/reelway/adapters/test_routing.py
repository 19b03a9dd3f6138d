import pytest

from reelway.adapters.routing import Route, find


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
    assert find(ROUTES, path) == (PART, parameters)


@pytest.mark.parametrize(
    "path", ["", "/", "ready", "/readyx", "/ready\n", "/s3//1", "/s3/a", "/s3/a/1/2", "//ready"]
)
def test_a_path_that_no_rule_fits_has_no_route(path: str) -> None:
    assert find(ROUTES, path) is None


def test_of_two_rules_that_fit_the_first_counts() -> None:
    assert find(ROUTES, "/s3/a/batch") == (PARTS, {"uploadId": "a"})
    assert find(reversed(ROUTES), "/s3/a/batch") == (PART, {"uploadId": "a", "number": "batch"})


def test_a_dot_in_a_rule_is_a_dot() -> None:
    assert find([Route("/sprite.jpg", ("GET",), nothing)], "/spritexjpg") is None
