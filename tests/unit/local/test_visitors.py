import pytest

from local import visitors


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.0.0.1:8080",
        "localhost",
        "LOCALHOST:1",
        "[::1]:8080",
        "::1",
        "172.17.0.1:4566",
        "a.localhost",
    ],
)
def test_addresses_and_localhost_are_own_hosts(host: str) -> None:
    assert visitors.is_own_host(host)


@pytest.mark.parametrize(
    "host",
    [
        "",
        "cats.example",
        "127.0.0.1.cats.example:80",
        "localhost.cats.example",
        "notlocalhost",
        "127.0.0.1@cats",
        "::"[:1],
    ],
)
def test_names_of_others_are_not(host: str) -> None:
    assert not visitors.is_own_host(host)


def test_names_can_be_added() -> None:
    assert visitors.is_own_host("devbox:8080", ["devbox"])
    assert not visitors.is_own_host("other", ["devbox"])


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, False),
        ({"sec-fetch-site": "none"}, False),
        ({"sec-fetch-site": "same-origin"}, True),
        ({"sec-fetch-site": "cross-site"}, True),
        ({"origin": "null"}, True),
        ({"origin": "http://127.0.0.1:8080"}, True),
    ],
)
def test_pages_are_told_from_programs(headers: dict[str, str], expected: bool) -> None:
    assert visitors.is_page(headers.items()) is expected


OWN = ("host", "127.0.0.1:8080")


@pytest.mark.parametrize(
    ("headers", "origins", "expected"),
    [
        ([], [], False),
        ([("origin", "http://127.0.0.1:8080")], [], False),
        ([("sec-fetch-site", "same-origin")], [], False),
        ([("sec-fetch-site", "none")], [], False),
        ([("origin", "http://127.0.0.1:3000"), ("sec-fetch-site", "same-site")], [], True),
        ([("origin", "http://localhost:8080")], [], True),
        ([("origin", "null")], [], True),
        ([("sec-fetch-site", "cross-site")], [], True),
        ([("sec-fetch-site", "same-site")], [], True),
        ([("origin", "http://127.0.0.1:8080"), ("origin", "https://cats.example")], [], True),
        ([("origin", "http://localhost:3000")], ["http://localhost:3000"], False),
        ([("origin", "http://localhost:3001")], ["http://localhost:3000"], True),
        ([("origin", "https://cats.example")], ["*"], False),
    ],
)
def test_pages_of_other_sites_are_foreign_unless_they_are_allowed(
    headers: list[tuple[str, str]], origins: list[str], expected: bool
) -> None:
    assert visitors.is_foreign([OWN, *headers], origins) is expected
