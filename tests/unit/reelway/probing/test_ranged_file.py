"""A file over HTTP is read whole and as it is, or not at all."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from urllib3.exceptions import ProtocolError, SSLError

from reelway.probing import ranged_file
from reelway.probing.ranged_file import RangedFile, Unreachable

CONTENT = bytes(range(256)) * 40_000  # 10 MB
URL = "https://bucket.example/uploads/1?X-Amz-Signature=secret"


class Answer:
    """A range of CONTENT, of which only `sent` bytes come."""

    def __init__(self, server: "Server", start: int, last: int) -> None:
        body = CONTENT[start : last + 1]
        self.status, self._sent = server.status, server.sent
        self._body, self.length_remaining, self.is_closed = body, len(body), False
        end = start + len(body) - 1
        self.headers = {
            "Content-Range": f"bytes {start + server.off}-{end}/{server.size}",
            "ETag": server.etag,
        }

    def stream(self, size: int) -> Iterator[bytes]:
        body = self._body if self._sent is None else self._body[: self._sent]
        for at in range(0, len(body), size):
            self.length_remaining -= len(body[at : at + size])
            yield body[at : at + size]
        if self.length_remaining:
            raise ProtocolError("broken off")

    def drain_conn(self) -> None:
        pass

    def close(self) -> None:
        self.is_closed = True


class Server:
    """Stands in for a connection pool; `asked` are the ranges. `faults` are raised, one for each request."""

    def __init__(self) -> None:
        self.asked: list[tuple[int, int]] = []
        self.faults: list[Exception] = []
        self.status, self.size, self.etag, self.off = 206, len(CONTENT), "a", 0
        self.sent: int | None = None

    def request(self, method: str, target: str, *, headers: dict[str, str], **options: Any) -> Answer:
        assert (method, target) == ("GET", "/uploads/1?X-Amz-Signature=secret")
        assert (options["redirect"], options["retries"]) == (False, False)
        asked = re.fullmatch(r"bytes=(\d+)-(\d+)", headers["Range"])
        assert asked
        self.asked.append((int(asked[1]), int(asked[2])))
        if self.faults:
            raise self.faults.pop(0)
        return Answer(self, *self.asked[-1])

    def close(self) -> None:
        pass


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Server:
    server = Server()
    monkeypatch.setattr(ranged_file, "_pool", lambda *_: server)
    monkeypatch.setattr("time.sleep", lambda _: None)
    return server


def read_all(file: RangedFile, size: int = 32_768) -> bytes:
    parts = []
    while part := file.read(size):
        parts.append(part)
    return b"".join(parts)


def test_a_file_is_read_in_growing_ranges(server: Server) -> None:
    with RangedFile(URL, "") as file:
        assert read_all(file) == CONTENT
    sizes = [last - start + 1 for start, last in server.asked]
    assert sizes[:4] == [131_072, 262_144, 524_288, 1_048_576]
    assert max(sizes) == 4_194_304


def test_places_far_apart_are_kept_for_a_while(server: Server) -> None:
    file = RangedFile(URL, "")
    for place in (0, 9_000_000, 10_000, 9_010_000, 0):
        assert file.seek(place, 0) == place
        assert file.read(100) == CONTENT[place : place + 100]
    assert len(server.asked) == 2


def test_a_file_is_sought_from_its_start_its_end_and_where_it_is(server: Server) -> None:
    file = RangedFile(URL, "")
    assert file.seek(-1, 2) == len(CONTENT) - 1
    assert file.read(10) == CONTENT[-1:]
    assert file.read(10) == b""
    file.seek(5, 0)
    assert file.seek(2, 1) == file.tell() == 7
    assert file.seek(-9, 1) == 0


@pytest.mark.parametrize("sent", [1, 100_000])
def test_an_answer_that_breaks_off_is_continued_where_it_stopped(server: Server, sent: int) -> None:
    server.sent = sent
    file = RangedFile(URL, "")
    assert file.read(3) == CONTENT[: min(3, sent) if sent > 3 else 3]
    assert server.asked[1][0] == sent
    assert file.fault is None


def test_a_connection_that_was_closed_is_opened_again(server: Server) -> None:
    server.faults = [ProtocolError("closed"), ProtocolError("closed")]
    assert RangedFile(URL, "").read(3) == CONTENT[:3]


def test_a_server_that_sends_nothing_is_given_up(server: Server) -> None:
    server.sent = 0
    file = RangedFile(URL, "")
    with pytest.raises(Unreachable):
        file.read(3)
    assert file.fault
    assert "secret" not in file.fault
    assert len(server.asked) == 3


@pytest.mark.parametrize(("status", "tries"), [(403, 1), (404, 1), (416, 1), (200, 1), (307, 1), (503, 3)])
def test_only_what_may_pass_is_tried_again(server: Server, status: int, tries: int) -> None:
    server.status = status
    with pytest.raises(Unreachable, match=str(status)):
        RangedFile(URL, "").read(3)
    assert len(server.asked) == tries


def test_a_certificate_that_is_not_vouched_for_is_not_asked_again(server: Server) -> None:
    server.faults = [SSLError("certificate verify failed")]
    with pytest.raises(Unreachable, match="certificate"):
        RangedFile(URL, "").read(3)
    assert len(server.asked) == 1


@pytest.mark.parametrize("change", [{"size": 5}, {"etag": "b"}, {"off": 1}])
def test_another_file_is_not_taken_for_the_rest(server: Server, change: dict[str, Any]) -> None:
    file = RangedFile(URL, "")
    file.read(3)
    for name, value in change.items():
        setattr(server, name, value)
    file.seek(9_000_000, 0)
    with pytest.raises(Unreachable, match="no longer the same"):
        file.read(3)


def test_only_https_needs_authorities() -> None:
    plain = ranged_file._pool("http", "127.0.0.1", 4566, "")
    assert (plain.scheme, plain.host, plain.port) == ("http", "127.0.0.1", 4566)
    secure: Any = ranged_file._pool("https", "bucket.example", None, "ca.pem")
    assert (secure.scheme, secure.cert_reqs, secure.ca_certs) == ("https", "CERT_REQUIRED", "ca.pem")
    assert secure.ssl_minimum_version.name == "TLSv1_2"
