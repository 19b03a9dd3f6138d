"""An HTTPS server for files that keeps connections and closes them without a word, as S3's front ends may."""

import re
import ssl
import threading
import warnings
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import trustme

HOST = "localhost"


@dataclass(slots=True)
class TlsServer:
    """Serves `folder` at `url`. `seen` counts its 'connections', 'requests' and 'closed' connections."""

    url: str
    folder: Path
    seen: Counter[str] = field(default_factory=Counter)


def authority(folder: Path) -> tuple[trustme.CA, Path]:
    """A CA of our own, and the file with its certificate."""
    made, path = trustme.CA(), folder / "ca.pem"
    made.cert_pem.write_to_path(str(path))
    return made, path


@contextmanager
def serving(
    folder: Path, ca: trustme.CA, version: ssl.TLSVersion, *, requests: int, breaks: bool = False
) -> Iterator[TlsServer]:
    """Speaks `version` only; each connection is closed unannounced after `requests` answers.

    With `breaks` the last of them ends after half of what it declares.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    if version < ssl.TLSVersion.TLSv1_2:
        context.set_ciphers("ALL:@SECLEVEL=0")  # which OpenSSL demands before it takes old versions
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # Python's, about the old versions
        context.minimum_version = context.maximum_version = version
    context.set_alpn_protocols(["http/1.1"])
    ca.issue_cert(HOST).configure_cert(context)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        answered = 0

        def setup(self) -> None:
            super().setup()
            server.seen["connections"] += 1

        def do_GET(self) -> None:
            self.answered += 1
            is_last = self.answered == requests
            content = (folder / self.path.lstrip("/")).read_bytes()
            asked = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", "bytes=0-"))
            assert asked
            start, end = int(asked[1]), min(len(content), int(asked[2] or len(content)) + 1)
            self.send_response(206)
            self.send_header("Content-Range", f"bytes {start}-{end - 1}/{len(content)}")
            self.send_header("Content-Length", str(end - start))
            self.send_header("Accept-Ranges", "bytes")
            self.end_headers()
            body = content[start:end]
            self.wfile.write(body[: len(body) // 2] if is_last and breaks else body)
            server.seen["requests"] += 1
            server.seen["closed"] += is_last
            self.close_connection = is_last

        def handle(self) -> None:
            try:
                super().handle()
            except OSError:  # the reader closed its end, or did not like our certificate
                self.close_connection = True

        def log_message(self, *_: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        def get_request(self) -> tuple[ssl.SSLSocket, Any]:
            """The handshake is left to the connection's own thread."""
            connection, address = super().get_request()
            wrapped = context.wrap_socket(connection, server_side=True, do_handshake_on_connect=False)
            return wrapped, address

        def handle_error(self, *_: object) -> None:
            pass  # a handshake that the client ended, which is what a test is about

    with Server((HOST, 0), Handler) as listening:
        server = TlsServer(f"https://{HOST}:{listening.server_port}", folder)
        thread = threading.Thread(target=listening.serve_forever)
        thread.start()
        try:
            yield server
        finally:
            listening.shutdown()
            thread.join()
