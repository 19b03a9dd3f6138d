import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from local.form_fields import MAX_HEAD_BYTES, FormHead

TYPE = "multipart/form-data; boundary=limit"


def body_of(*parts: tuple[str, str]) -> bytes:
    lines = [
        f'--limit\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in parts
    ]
    return ("".join(lines) + "--limit--\r\n").encode()


def read(body: bytes, *, piece: int = 1000, type_: str = TYPE) -> tuple[dict[str, str], bytes]:
    """The fields, and the body that whoever reads after the fields is given."""
    pieces = [body[start : start + piece] for start in range(0, len(body), piece)] or [b""]
    messages: Iterator[Any] = iter(
        [
            {"type": "http.request", "body": part, "more_body": n < len(pieces)}
            for n, part in enumerate(pieces, 1)
        ]
    )

    async def receive() -> Any:
        return next(messages)

    async def both() -> tuple[dict[str, str], bytes]:
        form = FormHead(receive, type_)
        fields, whole, has_more = await form.fields(), b"", True
        while has_more:
            message = await form.receive()
            whole += message["body"]
            has_more = message["more_body"]
        return fields, whole

    return asyncio.run(both())


@pytest.mark.parametrize("piece", [1, 7, 1000])
def test_fields_are_those_before_the_file_and_the_body_stays_whole(piece: int) -> None:
    body = body_of(("Key", "uploads/1"), ("policy", "e30="), ("file", "x" * 3000), ("key", "another"))

    assert read(body, piece=piece) == ({"key": "uploads/1", "policy": "e30="}, body)


@pytest.mark.parametrize(
    "body",
    [
        body_of(("key", "a"), ("KEY", "b"), ("file", "x")),
        body_of(("key", "a")),
        body_of(("key", "a" * (MAX_HEAD_BYTES + 1)), ("file", "x")),
        b"no form",
        b"",
    ],
    ids=["a field twice", "no file", "a long head", "no form", "nothing"],
)
def test_a_form_that_is_none_has_no_fields(body: bytes) -> None:
    assert read(body) == ({}, body)


def test_a_form_without_a_boundary_has_no_fields() -> None:
    assert read(b"x", type_="multipart/form-data") == ({}, b"x")


def test_a_client_that_goes_away_leaves_no_fields() -> None:
    async def receive() -> Any:
        return {"type": "http.disconnect"}

    assert asyncio.run(FormHead(receive, TYPE).fields()) == {}
