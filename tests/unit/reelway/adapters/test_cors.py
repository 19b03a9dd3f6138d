import pytest

from reelway.adapters.cors import AllowedOrigins

SITES = AllowedOrigins("https://a.example,http://localhost:3000")


@pytest.mark.parametrize("request_headers", [{}, {"origin": "https://a.example"}])
def test_every_origin_gets_the_same_answer_so_that_caches_need_not_vary(
    request_headers: dict[str, str],
) -> None:
    headers = AllowedOrigins("*").headers(request_headers)
    assert headers["Access-Control-Allow-Origin"] == "*"
    assert "Vary" not in headers


@pytest.mark.parametrize("origin", ["https://a.example", "http://localhost:3000"])
def test_a_listed_origin_is_named(origin: str) -> None:
    headers = SITES.headers({"origin": origin})
    assert (headers["Access-Control-Allow-Origin"], headers["Vary"]) == (origin, "Origin")
    assert "ETag" in headers["Access-Control-Expose-Headers"]


@pytest.mark.parametrize(
    "request_headers",
    [
        {},
        {"origin": "null"},
        {"origin": "https://a.example.evil.example"},
        {"origin": "http://a.example"},
        {"origin": "https://a.example,http://localhost:3000"},
        {"origin": ""},
    ],
)
def test_no_other_is_and_caches_are_told_why(request_headers: dict[str, str]) -> None:
    assert SITES.headers(request_headers) == {"Vary": "Origin"}


def test_a_preflight_says_what_may_be_sent() -> None:
    headers = SITES.preflight_headers({"origin": "https://a.example"})
    assert headers["Access-Control-Allow-Origin"] == "https://a.example"
    assert "DELETE" in headers["Access-Control-Allow-Methods"].split(",")
