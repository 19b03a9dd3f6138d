"""An AWS that answers at once: one READY video with a playlist, and nothing else."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.support import samples

_PLAYLIST = (
    "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:4\n#EXTINF:4.000000,\nsegment/a-0.ts\n#EXT-X-ENDLIST\n"
)
_VIDEO = {
    "videoId": {"S": samples.VIDEO_ID},
    "state": {"S": "READY"},
    "rank": {"N": "2"},
    "version": {"N": "5"},
    "createdAt": {"S": "2026-02-16T10:40:31.000000Z"},
    "updatedAt": {"S": "2026-02-16T10:41:31.000000Z"},
    "durationS": {"N": "30"},
}
_JSON = {
    "GetItem": {"Item": _VIDEO},
    "GetSecretValue": {"SecretString": "secret"},
    "Query": {"Items": [], "Count": 0, "ScannedCount": 0},
    "Scan": {"Items": [], "Count": 0, "ScannedCount": 0},
    "StartExecution": {"executionArn": "arn:aws:states:us-east-1:123456789012:execution:m:e", "startDate": 0},
    "DescribeExecution": {"status": "SUCCEEDED", "startDate": 0},
}
_NO_KEY = "<Error><Code>NoSuchKey</Code><Message>There is none.</Message></Error>"
_NO_KEYS = "<ListBucketResult><KeyCount>0</KeyCount><IsTruncated>false</IsTruncated></ListBucketResult>"
_SESSION = (
    "<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>ASIA</AccessKeyId><SecretAccessKey>s"
    "</SecretAccessKey><SessionToken>t</SessionToken><Expiration>2100-01-01T00:00:00Z</Expiration></Credentials>"
    "</AssumeRoleResult></AssumeRoleResponse>"
)
# Of a key value store: its description, its keys, and the value of one, by which it was swept just now.
_VALUES = json.dumps({"ItemCount": 0, "Items": [], "Key": "swept", "Value": "9999999999"})
_INVALIDATION = "<Invalidation><Id>I1</Id><Status>InProgress</Status></Invalidation>"


@contextmanager
def running() -> Iterator[str]:
    """Serves in this process, whose CPU time is not that of what is measured; the URL."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def answer_to(method: str, path: str, target: str) -> tuple[int, str]:
    """Status and body; `target` is the X-Amz-Target of a service with JSON: DynamoDB_20120810.GetItem."""
    if target:
        return 200, json.dumps(_JSON.get(target.rpartition(".")[2], {}))
    if method == "POST" and path == "/":
        return 200, _SESSION
    if "/invalidation" in path:
        return 201, _INVALIDATION
    if path.startswith("/key-value-stores/"):
        return 200, _VALUES
    if method == "GET" and "list-type=2" in path:
        return 200, _NO_KEYS
    if method == "GET":
        return (200, _PLAYLIST) if path.partition("?")[0].endswith("/manifest") else (404, _NO_KEY)
    return (204 if method == "DELETE" else 200), ""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def handle(self) -> None:
        with suppress(ConnectionResetError):  # a function that was measured ends with its connections open
            super().handle()

    def _answer(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        status, text = answer_to(self.command, self.path, self.headers.get("X-Amz-Target", ""))
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/xml" if text.startswith("<") else "application/x-amz-json-1.0")
        self.send_header("ETag", '"1"')
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(b"" if status == 204 else body)

    do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = _answer  # noqa: N815  the names that http.server calls

    def log_message(self, *_: object) -> None:
        pass
