"""What is fetched is a JSON object of a reasonable size, or an error that says what it was instead."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.httpsession import URLLib3Session

from reelway.adapters.http_documents import NotFetched, fetch

URL = "https://issuer.example/keys"
Answer = Callable[[int, bytes], None]


@pytest.fixture
def answer(monkeypatch: pytest.MonkeyPatch) -> Answer:
    def answering(status: int, content: bytes) -> None:
        def send(_: Any, request: Any) -> Any:
            assert (request.method, request.url) == ("GET", URL)
            return SimpleNamespace(status_code=status, content=content)

        monkeypatch.setattr(URLLib3Session, "send", send)

    return answering


def test_an_object_is_read(answer: Answer) -> None:
    answer(200, b'{"keys": []}')
    assert fetch(URL) == {"keys": []}


@pytest.mark.parametrize(
    ("status", "content", "why"),
    [
        (404, b"{}", "answered 404"),
        (302, b"{}", "answered 302"),
        (200, b"<html>", "no JSON"),
        (200, b"[" * 100_000, "no JSON"),
        (200, b"[]", "is a list"),
        (200, b'"%s"' % (b"x" * 300_000), "bytes"),
    ],
)
def test_everything_else_is_named(answer: Answer, status: int, content: bytes, why: str) -> None:
    answer(status, content)
    with pytest.raises(NotFetched, match=why):
        fetch(URL)


def test_no_answer_is_named() -> None:
    with pytest.raises(NotFetched, match=URL):
        fetch(URL)
