"""Servers on loopback that fail as networks do."""

import http.client
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit


@contextmanager
def silence() -> Iterator[str]:
    """The URL of a server that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


@contextmanager
def lost_answers(target_url: str) -> Iterator[str]:
    """A URL where every PUT is passed on to `target_url`, and its answer lost; all else is cut off."""
    target = urlsplit(target_url)

    class Handler(_Quiet):
        def do_PUT(self) -> None:
            passed = http.client.HTTPConnection(str(target.hostname), target.port, timeout=20)
            body = self.rfile.read(int(self.headers["Content-Length"]))
            passed.request("PUT", self.path, body, dict(self.headers.items()))
            passed.getresponse().read()
            passed.close()
            self.close_connection = True

    with _served(Handler) as url:
        yield url


@contextmanager
def cut_off(content: bytes, after_bytes: int) -> Iterator[str]:
    """The URL of a file of which nothing beyond `after_bytes` ever arrives; it takes ranges, as S3 does."""

    class Handler(_Quiet):
        def do_GET(self) -> None:
            start = int(self.headers.get("Range", "bytes=0-")[6:].split("-")[0])
            self.send_response(206)
            self.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
            self.send_header("Content-Length", str(len(content) - start))
            self.end_headers()
            self.wfile.write(content[start:after_bytes])
            self.close_connection = True

    with _served(Handler) as url:
        yield f"{url}/file"


class _Quiet(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        pass

    def do_DELETE(self) -> None:
        self.close_connection = True


@contextmanager
def _served(handler: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
