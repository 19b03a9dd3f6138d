"""The proxy of `make bench-costs` between a client and a server, over real sockets."""

from http.server import BaseHTTPRequestHandler

import httpx

from bench.costs.counting import counted
from tests.support.doubles.faulty_servers import serving

_BODY = b"0123456789"


class _Storage(BaseHTTPRequestHandler):
    """Answers reads with `_BODY`, and writes with what it was sent and for which host."""

    protocol_version = "HTTP/1.1"

    def do_HEAD(self) -> None:
        self._answer(_BODY, sends=False)

    def do_GET(self) -> None:
        self._answer(_BODY)

    def do_POST(self) -> None:
        sent = self.rfile.read(int(self.headers["Content-Length"]))
        self._answer(sent + b" for " + self.headers["Host"].encode())

    def _answer(self, body: bytes, *, sends: bool = True) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("ETag", "e")
        self.end_headers()
        if sends:
            self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing."""


class _Paths(_Storage):
    """Answers reads with the path that was asked for."""

    def do_GET(self) -> None:
        self._answer(self.path.encode())


def test_a_path_stays_as_it_was_signed() -> None:
    """Keys of files that nobody needs any more have the time in them."""
    path = "/uploads/unused/2026-11-26T05%3A48%3A37.482175Z/a%20b?list-type=2&prefix=a%2Fb"
    with serving(_Paths) as target, counted(target) as proxy, httpx.Client(trust_env=False) as client:
        assert client.get(f"{proxy.url}{path}").text == path


def test_requests_pass_unchanged_and_are_counted() -> None:
    with serving(_Storage) as target, counted(target) as proxy, httpx.Client(trust_env=False) as client:
        read = client.get(f"{proxy.url}/bucket/key%20with%20spaces")
        described = client.head(f"{proxy.url}/bucket/key")
        target_header = {"X-Amz-Target": "DynamoDB_20120810.UpdateItem", "Host": "signed.example"}
        written = client.post(proxy.url, content=b"{}", headers=target_header)
        progress = client.post(proxy.url, content=b'{"UpdateExpression": "ADD encodedFrames :f"}',
                               headers=target_header)  # fmt: skip

        assert (read.content, read.headers["ETag"]) == (_BODY, "e")
        # Of a HEAD, the length is all that its client wants.
        assert described.headers["Content-Length"] == str(len(_BODY))
        # A signature covers the host.
        assert written.content == b"{} for signed.example"
        assert progress.status_code == 200
        assert proxy.take() == {
            "dynamodb:UpdateItem": 1,
            "dynamodb:index": 0,
            "dynamodb:progress": 1,
            "s3:Get": 1,
            "s3:Head": 1,
        }
