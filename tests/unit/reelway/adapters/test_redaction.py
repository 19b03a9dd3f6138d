import io
import json
import logging
from typing import Any

import pytest

from reelway.adapters import telemetry
from reelway.adapters.redaction import redacted

_URL = "https://bucket.example/uploads/1?uploadId=5f0e.a-1&partNumber=1&X-Amz-Credential=ASIA1%2F2&X-Amz-Signature=ab12"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("GET /s3/multipart/5f0e.a-1_/2 ended", "GET /s3/multipart/<uploadId>/2 ended"),
        ("/s3/multipart/%61b%2Fc/complete", "/s3/multipart/<uploadId>/complete"),
        ("/S3/multipart%2Fabc?key=uploads/1", "/S3/multipart%2F<uploadId>?key=uploads/1"),
        ("/s3/multipart", "/s3/multipart"),
        (
            _URL,
            (
                "https://bucket.example/uploads/1?uploadId=<uploadId>&partNumber=1"
                "&X-Amz-Credential=<secret>&X-Amz-Signature=<secret>"
            ),
        ),
        ("[out#2/null @ 0x5607db8dd5c0] Nothing was written", "[out#2/null @ <address>] Nothing was written"),
        ("<function f at 0x7f001122aabb>", "<function f at <address>>"),
        ("Video: none (dav1 / 0x31766164), 16x16", "Video: none (dav1 / 0x31766164), 16x16"),
    ],
)
def test_what_logs_must_not_hold_is_taken_out(text: str, expected: str) -> None:
    assert redacted(text) == expected


def logged(service: str, say: Any) -> dict[str, Any]:
    logger = telemetry.logger_for(service)
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(logger.registered_formatter)
    logging.getLogger(service).addHandler(handler)
    say(logger)
    line: dict[str, Any] = json.loads(written.getvalue())
    return line


def test_a_lines_exception_and_its_cause_are_without_secrets_too() -> None:
    def fail(logger: Any) -> None:
        try:
            try:
                raise OSError(f'Could not connect to the endpoint URL: "{_URL}"')
            except OSError as error:
                raise ValueError("storage failed") from error
        except ValueError:
            logger.exception("storage failed")

    line = logged("failing", fail)

    assert line["exception_name"] == "ValueError"
    assert "uploadId=<uploadId>" in line["exception"]
    assert "5f0e" not in str(line)
    assert "ab12" not in str(line)


def test_a_line_is_as_powertools_writes_it() -> None:
    line = logged("fine", lambda logger: logger.info("answered", path="/s3/multipart/abc/1", status=200))

    assert (line["level"], line["message"], line["service"]) == ("INFO", "answered", "fine")
    assert (line["path"], line["status"]) == ("/s3/multipart/<uploadId>/1", 200)
