"""The targets that hostile files refer to and must never reach: a server that counts requests, and a file."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

# Part of every text that must not be published: metadata, chapters, subtitles, attachments.
MARK = b"FOREIGN-9c1e7a3d4e6f8a9b"


@dataclass(slots=True)
class ForbiddenTargets:
    """A server at `url` that answers every GET with a real video, and that video as a file.

    `paths` are the requested ones; `connections` also counts clients that sent no request.
    """

    url: str
    video: Path
    paths: list[str] = field(default_factory=list)
    connections: int = 0


@contextmanager
def serving(video: Path) -> Iterator[ForbiddenTargets]:
    """Serves `video` on 127.0.0.1 as long as the context lasts."""
    body = video.read_bytes()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            targets.paths.append(self.path)
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  the base class's name
            pass

    class Server(ThreadingHTTPServer):
        def get_request(self) -> Any:
            targets.connections += 1
            return super().get_request()

    with Server(("127.0.0.1", 0), Handler) as server:
        targets = ForbiddenTargets(f"http://127.0.0.1:{server.server_port}", video)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield targets
        finally:
            server.shutdown()
            thread.join()
