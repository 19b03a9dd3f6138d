"""On a package index of our own, which serves pages and metadata as PyPI does."""

import os
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import pytest_socket

from local import newer_decoders


@pytest.fixture
def index(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[dict[str, list[str]]]:
    """The versions of each package, which a test may change; uv asks this index, and no other."""
    versions = {"av": ["18.1.0"], "imageio-ffmpeg": ["0.8.0", "0.8.1"]}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            name = self.path.strip("/").split("/")[-1]
            if name.endswith(".metadata"):
                package, version = name.split("-")[:2]
                body = f"Metadata-Version: 2.1\nName: {package}\nVersion: {version}\n"
            elif name in versions:
                wheels = [f"{name.replace('-', '_')}-{of}-py3-none-any.whl" for of in versions[name]]
                body = "".join(f'<a href="/{w}" data-dist-info-metadata="true">{w}</a>' for w in wheels)
            else:
                self.send_error(404)
                return
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_: object) -> None:
            pass

    pytest_socket.enable_socket()
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        for name in [
            name for name in os.environ if name.startswith(("UV_", "PIP_")) or "proxy" in name.lower()
        ]:
            monkeypatch.delenv(name)
        monkeypatch.setenv("UV_DEFAULT_INDEX", f"http://127.0.0.1:{server.server_address[1]}/simple")
        monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "cache"))
        monkeypatch.setenv("UV_NO_CONFIG", "1")
        locks = [tmp_path / name for name in ("ffmpeg", "probe")]
        for lock, pinned in zip(locks, ("imageio-ffmpeg==0.8.1", "av==18.1.0"), strict=True):
            lock.write_text(f"# made\n{pinned} \\\n    --hash=sha256:00\n")
        monkeypatch.setattr(newer_decoders, "_LOCKS", tuple(locks))
        yield versions
        server.shutdown()


Printed = pytest.CaptureFixture[str]
Index = dict[str, list[str]]


def test_nothing_newer_is_out(index: Index, capsys: Printed) -> None:
    assert newer_decoders.main() == 0
    assert capsys.readouterr().out == "imageio-ffmpeg 0.8.1 is locked\nav 18.1.0 is locked\n"


@pytest.mark.parametrize(("package", "version"), [("av", "18.1.1"), ("imageio-ffmpeg", "0.9.0")])
def test_a_newer_release_is_told(index: Index, capsys: Printed, package: str, version: str) -> None:
    index[package].append(version)
    assert newer_decoders.main() == 1
    assert f", {version} is out" in capsys.readouterr().out


def test_an_index_that_does_not_answer_is_no_good_news(index: Index, capsys: Printed) -> None:
    del index["av"]
    assert newer_decoders.main() == 2
    assert "says nothing of imageio-ffmpeg, av" in capsys.readouterr().err
