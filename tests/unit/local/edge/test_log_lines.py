import logging

import pytest
from aiohttp.http_exceptions import BadStatusLine

from local.edge.log_lines import RedactingFormatter, is_no_viewers_fault


def record(message: str, error: Exception | None = None) -> logging.LogRecord:
    cause = (type(error), error, None) if error else None
    return logging.LogRecord("local.edge", logging.WARNING, "", 0, message, (), cause)


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("GET /stream/1/segment/x?token=abc: 503 gone", "edge: GET /stream/1/segment/x?<query> 503 gone"),
        ("GET /s3/multipart/ab.c-1/2?key=uploads/1 403", "edge: GET /s3/multipart/<uploadId>/2?<query> 403"),
        ("what is this?", "edge: what is this?"),
    ],
)
def test_a_line_has_no_query_and_no_id_of_an_upload(message: str, expected: str) -> None:
    assert RedactingFormatter("edge: %(message)s").format(record(message)) == expected


def test_what_a_viewer_sends_that_is_no_http_is_not_quoted() -> None:
    assert not is_no_viewers_fault(record("Error handling request", BadStatusLine("GET /?token=abc")))
    assert is_no_viewers_fault(record("Unhandled exception", RuntimeError("of ours")))
    assert is_no_viewers_fault(record("custom error responses are ignored"))
