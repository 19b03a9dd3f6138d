import io
import json
import urllib.error
import urllib.request
from typing import Any

import pytest

from local import endpoints
from local.errors import LocalError

ENDPOINT = "http://127.0.0.1:4566"


@pytest.mark.parametrize("environ", [{}, {"AWS_ENDPOINT_URL": ""}, {"AWS_ENDPOINT_URL": " "}])
def test_without_the_variable_no_endpoint_is_named(environ: dict[str, str]) -> None:
    assert endpoints.named_in(environ) is None


@pytest.mark.parametrize(
    "text",
    [
        "http://localhost:4566",
        "http://127.0.0.1:4566",
        "http://127.8.8.8",
        "http://[::1]:4566",
        "https://localhost.localstack.cloud:4566",
        "http://aws.localhost:4566",
    ],
)
def test_an_address_on_this_machine_is_taken(text: str) -> None:
    assert endpoints.named_in({"AWS_ENDPOINT_URL": f"{text}/"}) == text


@pytest.mark.parametrize(
    "text",
    [
        "https://s3.us-east-1.amazonaws.com",
        "https://dynamodb.eu-central-1.amazonaws.com",
        "http://10.0.0.7:4566",
        "http://0.0.0.0:4566",
        "http://[2001:db8::1]:4566",
        "http://localhost.example.com:4566",
        "http://notlocalhost:4566",
        "http://xlocalhost.localstack.cloud:4566",
        "http://localstack.cloud:4566",
        "http://localhost@example.com:4566",
        "http://user:password@localhost:4566",
        "http://:4566",
    ],
)
def test_an_address_elsewhere_is_refused_before_anything_is_written_there(text: str) -> None:
    with pytest.raises(LocalError, match="is not on this machine"):
        endpoints.named_in({"AWS_ENDPOINT_URL": text})


@pytest.mark.parametrize("text", ["localhost:4566", "127.0.0.1", "ftp://localhost", "http://localhost/api"])
def test_what_is_no_address_of_a_server_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(LocalError, match="expected an address such as http://127"):
        endpoints.named_in({"AWS_ENDPOINT_URL": text})


def test_apis_are_below_the_endpoint_by_their_id() -> None:
    outputs = {"RestApiUrl": "https://abc123.execute-api.us-east-1.amazonaws.com/v1"}

    assert endpoints.api_url(ENDPOINT, "abc123") == f"{ENDPOINT}/_aws/execute-api/abc123"
    assert endpoints.rest_api_url(ENDPOINT, outputs) == f"{ENDPOINT}/_aws/execute-api/abc123/v1"


class Answering:
    """An emulator that has JSON documents at these paths, and 404 at all others."""

    def __init__(self, **documents: Any) -> None:
        self.documents = documents

    def open(self, url: str, timeout: float) -> io.BytesIO:
        assert timeout < 60
        path = url.removeprefix(f"{ENDPOINT}/")
        if path not in self.documents:
            raise urllib.error.HTTPError(url, 404, "Not Found", None, None)  # type: ignore[arg-type]
        return io.BytesIO(json.dumps(self.documents[path]).encode())


@pytest.mark.parametrize(
    ("documents", "name"),
    [
        ({"_localstack/health": {"version": "2026.3.0"}}, "LocalStack 2026.3.0"),
        ({"_ministack/health": {"version": "1"}, "_localstack/health": {"version": "1"}}, "MiniStack 1"),
        ({"_localstack/health": [], "moto-api/data.json": {}}, "moto server"),
    ],
)
def test_an_emulator_says_what_it_is(
    monkeypatch: pytest.MonkeyPatch, documents: dict[str, Any], name: str
) -> None:
    monkeypatch.setattr(urllib.request, "build_opener", lambda _: Answering(**documents))

    assert endpoints.name_of(ENDPOINT) == name


def test_an_unknown_server_is_not_taken_for_an_emulator(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(urllib.request, "build_opener", lambda _: Answering())

    with pytest.raises(LocalError, match="is not MiniStack, LocalStack or moto server"):
        endpoints.name_of(ENDPOINT)


def test_where_nothing_answers_the_message_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    class Closed:
        def open(self, url: str, timeout: float) -> None:
            raise urllib.error.URLError(ConnectionRefusedError(111, "Connection refused"))

    monkeypatch.setattr(urllib.request, "build_opener", lambda _: Closed())

    with pytest.raises(LocalError, match=f"nothing answers at {ENDPOINT} .*: start an emulator there"):
        endpoints.name_of(ENDPOINT)
