"""Every parameter of every operation with what no client of ours sends: the server fails at none of it.

The parameters are those of docs/openapi.yaml, to which a unit test holds the functions: none is left out.
"""

import base64
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from tests.e2e.test_multipart import begin
from tests.support.readers import descriptions
from tests.support.samples import UNKNOWN_ID
from tests.support.system.client import Client

pytestmark = pytest.mark.needs("distribution")

OPERATIONS = descriptions.operations(descriptions.strict_openapi())
LONG = 6000  # bytes; API Gateway takes 10,240 of all headers with the request line
# As they stand in the path and in the query.
IN_URL = {
    "nothing": "",
    "NUL": "%00",
    "NUL inside": "a%00b",
    "half a surrogate pair": "%ED%A0%80",
    "no UTF-8": "%FF%FE",
    "overlong UTF-8": "%C0%AF",
    "beyond Unicode": "%F7%BF%BF%BF",
    "line ends": "%0D%0ASet-Cookie:%20a=b",
    "huge number": "9" * 400,
    "negative number": "-1",
    "no number": "NaN",
    "infinity": "1e999",
    "digits of another script": "%D9%A3",
    "array": "%5B%22a%22%5D",
    "object": "%7B%22a%22:%7B%7D%7D",
    "parent folders": "..%2F..%2F..%2Fetc%2Fpasswd",
    "escape of an escape": "%252e%252e%252f",
    "long": "A" * LONG,
    "long and beyond ASCII": quote("💩" * 400),
    "half an escape": "%",
}
IN_HEADER = {
    "nothing": b"",
    "no UTF-8": b"\xff\xfe",
    "half a surrogate pair": b"\xed\xa0\x80",
    "huge number": b"bytes=" + b"9" * 400 + b"-",
    "negative range": b"bytes=-0",
    "many ranges": b"bytes=" + b",".join(b"0-0" for _ in range(500)),
    "half a quote": b'"',
    "many": b"gzip;q=" + b"9" * 100 + b", *;q=-1, ;;;,,,",
    "long": b"A" * LONG,
}


@dataclass(frozen=True, slots=True)
class Existing:
    """Valid values for all parameters but the one that is tried."""

    values: dict[str, str]

    def url(self, operation: Any, path: str, tried: str, value: str) -> str:
        """`tried` has the value as it stands; required parameters of the query are there."""
        query = []
        for parameter in operation["parameters"]:
            name = parameter["name"]
            known = value if name == tried else self.values.get(name, "")
            if parameter["in"] == "path":
                path = path.replace(f"{{{name}}}", known)
            elif parameter["in"] == "query" and (parameter.get("required") or name == tried):
                query.append(f"{name}={known}")
        return f"{path}?{'&'.join(query)}"


@pytest.fixture(scope="module")
def existing(client: Client, short_video: str) -> Existing:
    playlist = client.get(f"/stream/{short_video}/manifest").text
    begun = begin(client)
    segment = next(line for line in playlist.splitlines() if not line.startswith("#"))
    return Existing(
        {
            "videoId": short_video,
            "segmentId": segment.removeprefix("segment/"),
            "uploadId": begun["uploadId"],
            "key": begun["key"],
            "partNumber": "1",
            "partNumbers": "1",
            "rendition": "240p",
            "filename": "a.mp4",
            "file": "main.js",
        }
    )


def ask(client: Client, method: str, target: str, headers: dict[str, bytes]) -> httpx.Response:
    """Send the target and the headers as they are."""
    request = httpx.Request(
        method,
        client.base_url,
        headers=[(name.encode(), value) for name, value in headers.items()],
        content=b"{}" if method == "POST" else None,
        extensions={"target": target.encode()},
    )
    return client.http.send(request)


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_no_value_of_a_parameter_is_an_error_of_the_server(
    client: Client, existing: Existing, method: str, path: str
) -> None:
    operation = OPERATIONS[method, path]
    failed = {}
    for parameter in operation["parameters"]:
        name = parameter["name"]
        if parameter["in"] == "header":
            url = existing.url(operation, path, "", "")
            asked = {label: (url, {name: value}) for label, value in IN_HEADER.items()}
        else:
            values = IN_URL | ({"twice": f"1&{name}=2"} if parameter["in"] == "query" else {})
            asked = {
                label: (existing.url(operation, path, name, value), {}) for label, value in values.items()
            }
        for label, (target, headers) in asked.items():
            status = ask(client, method, target, headers).status_code
            if status >= 500:
                failed[name, label] = status

    assert failed == {}


def cursor(value: Any) -> str:
    document = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(document).decode()


TIME = "2026-11-26T00:00:00.000000Z"
FORGED = {
    "nothing": "",
    "no base64": "!!!",
    "half of base64": "abc",
    "beyond ASCII": quote("ä"),
    "no JSON": cursor(b"hello"),
    "no UTF-8": cursor(b"\xff\xfe"),
    "a number": cursor(1),
    "a huge number": cursor(b"9" * 5000),
    "null": cursor(None),
    "an object": cursor({"videoId": UNKNOWN_ID, "listedAt": TIME}),
    "one value": cursor([UNKNOWN_ID]),
    "three values": cursor([UNKNOWN_ID, TIME, TIME]),
    "no id": cursor(["x", TIME]),
    "no time": cursor([UNKNOWN_ID, "zzz"]),
    "no text": cursor([UNKNOWN_ID, 20261126]),
    "an array for a time": cursor([UNKNOWN_ID, [TIME]]),
    "an empty time": cursor([UNKNOWN_ID, ""]),
    "NUL": cursor([UNKNOWN_ID, "\0"]),
    "a time with NUL": cursor([UNKNOWN_ID, f"{TIME}\0"]),
    "a time with a line end": cursor([UNKNOWN_ID, f"{TIME}\n"]),
    "half a surrogate pair": cursor([UNKNOWN_ID, "\ud800"]),
    "an id with half a surrogate pair": cursor([f"{UNKNOWN_ID[:-1]}\ud800", TIME]),
    "digits of another script": cursor([UNKNOWN_ID, TIME.replace("0", "\u0660")]),
    "another century": cursor([UNKNOWN_ID, TIME.replace("2026", "9999")]),
    "deep": cursor(b"[" * 3000),
    "long": cursor([UNKNOWN_ID, "2" * 4000]),
}


@pytest.mark.parametrize("limit", ["limit=5&", ""])
@pytest.mark.parametrize("forged", FORGED)
def test_a_forged_cursor_is_a_bad_request(client: Client, forged: str, limit: str) -> None:
    answer = client.get(f"/stream/ready?{limit}cursor={FORGED[forged]}")

    assert (answer.status_code, answer.json()["code"]) == (400, "bad_cursor")


def test_every_cursor_of_the_api_is_tried_above() -> None:
    """Names by which a list is gone through in pages; `token` opens a signed video, or a socket."""
    names = {parameter["name"] for operation in OPERATIONS.values() for parameter in operation["parameters"]}
    assert {
        name for name in names if any(word in name.lower() for word in ("cursor", "marker", "token"))
    } == {"cursor", "token"}
