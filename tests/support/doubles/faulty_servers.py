"""HTTP servers and proxies on loopback that count, delay or fail."""

import http.client
import re
import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, SimpleHTTPRequestHandler, ThreadingHTTPServer
from math import inf
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

_PIECE_BYTES = 16_384


@contextmanager
def silence() -> Iterator[str]:
    """The URL of a server that accepts connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


@contextmanager
def lost_answers(target_url: str) -> Iterator[str]:
    """A URL that passes each PUT on to `target_url` and drops the answer; other requests are disconnected."""
    target = urlsplit(target_url)

    class Handler(_Quiet):
        def do_PUT(self) -> None:
            passed = http.client.HTTPConnection(str(target.hostname), target.port, timeout=20)
            body = self.rfile.read(int(self.headers["Content-Length"]))
            passed.request("PUT", self.path, body, dict(self.headers.items()))
            passed.getresponse().read()
            passed.close()
            self.close_connection = True

    with serving(Handler) as url:
        yield url


@contextmanager
def cut_off(content: bytes, after_bytes: int) -> Iterator[str]:
    """The URL of a file whose transfer always breaks off after `after_bytes`; with ranges, as S3 has."""

    class Handler(_Quiet):
        def do_GET(self) -> None:
            start = int(self.headers.get("Range", "bytes=0-")[6:].split("-")[0])
            self.send_response(206)
            self.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
            self.send_header("Content-Length", str(len(content) - start))
            self.end_headers()
            self.wfile.write(content[start:after_bytes])
            self.close_connection = True

    with serving(Handler) as url:
        yield f"{url}/file"


@dataclass(slots=True)
class Served:
    """The URL of a served folder, and how many bytes of each file were sent."""

    url: str
    sent: Counter[str] = field(default_factory=Counter)


@contextmanager
def counting(folder: Path, *, bytes_per_s: float = inf) -> Iterator[Served]:
    """Serves the files below `folder` with ranges, as S3 does, at `bytes_per_s` or less."""
    served = Served("")

    class Handler(_Quiet):
        def do_GET(self) -> None:
            content = (folder / self.path.lstrip("/")).read_bytes()
            asked = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", "bytes=0-"))
            assert asked
            start, end = int(asked[1]), min(len(content), int(asked[2] or len(content)) + 1)
            self.send_response(206)
            self.send_header("Content-Range", f"bytes {start}-{end - 1}/{len(content)}")
            self.send_header("Content-Length", str(end - start))
            self.send_header("Accept-Ranges", "bytes")
            self.send_header("Connection", "close" if self.close_connection else "keep-alive")
            self.end_headers()
            try:
                for at in range(start, end, _PIECE_BYTES):
                    self.wfile.write(content[at : min(end, at + _PIECE_BYTES)])
                    served.sent[self.path.lstrip("/")] += min(end, at + _PIECE_BYTES) - at
                    time.sleep(_PIECE_BYTES / bytes_per_s)
            except ConnectionError:  # the reader has closed its end
                self.close_connection = True

    with serving(Handler) as url:
        served.url = url
        yield served


@contextmanager
def site(folder: Path, *, at: str = "") -> Iterator[str]:
    """The URL of an ordinary web server for the files in `folder`: `at`, if that is given."""

    class Handler(SimpleHTTPRequestHandler):
        def __init__(self, *asked: Any) -> None:
            super().__init__(*asked, directory=str(folder))

        def log_message(self, *_: object) -> None:
            pass

    with serving(Handler, urlsplit(at).port or 0) as url:
        yield url


@dataclass(slots=True)
class Proxy:
    """The URL of a proxy for `http_proxy`, and how many requests of each method it passed on or held."""

    url: str
    passed: Counter[str] = field(default_factory=Counter)
    held: Counter[str] = field(default_factory=Counter)


@contextmanager
def holding_proxy(method: str, *, let_through: float = inf) -> Iterator[Proxy]:
    """Passes requests on, but holds those of `method` after the first `let_through` until the end."""
    proxy, ended, lock = Proxy(""), threading.Event(), threading.Lock()

    class Handler(_Quiet):
        def pass_on(self) -> None:
            with lock:
                is_held = self.command == method and proxy.passed[method] >= let_through
                (proxy.held if is_held else proxy.passed)[self.command] += 1
            self.close_connection = True
            if is_held:
                ended.wait()
                return
            length = int(self.headers.get("Content-Length", 0))
            body = self.rfile.read(length)
            if len(body) < length:  # the client was killed
                return
            asked = urlsplit(self.path)
            target = http.client.HTTPConnection(str(asked.hostname), asked.port, timeout=60)
            with closing(target):
                path = asked._replace(scheme="", netloc="").geturl()
                target.request(self.command, path, body, dict(self.headers))
                answer = target.getresponse()
                content = answer.read()
            self.send_response(answer.status)
            for name, value in answer.getheaders():
                if name.lower() not in {
                    "connection",
                    "content-length",
                    "transfer-encoding",
                    "date",
                    "server",
                }:
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def do_GET(self) -> None:
            self.pass_on()

        def do_POST(self) -> None:
            self.pass_on()

        def do_PUT(self) -> None:
            self.pass_on()

    with serving(Handler) as url:
        proxy.url = url
        try:
            yield proxy
        finally:
            ended.set()


class _Quiet(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        pass

    def do_DELETE(self) -> None:
        self.close_connection = True


@contextmanager
def serving(handler: type[BaseHTTPRequestHandler], port: int = 0) -> Iterator[str]:
    """The URL of a server of the test's own; 0 takes any port that is free."""
    with ThreadingHTTPServer(("127.0.0.1", port), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
