"""The way to receivers, over real sockets: slow, hanging, redirecting, lying ones, and names that rebind."""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import trustme

from reelway.adapters.receivers import HttpReceivers
from reelway.webhooks.reach import Reach
from reelway.webhooks.webhook import Result

BODY = b'{"type":"video.ready"}'
HEADERS = {"Content-Type": "application/cloudevents+json", "webhook-id": "event-1"}
Serve = Callable[[socket.socket], None]


@contextmanager
def listening(serve: Serve, *, tls: ssl.SSLContext | None = None) -> Iterator[tuple[int, list[int]]]:
    """A port where each connection is given to `serve`, and the number of connections."""
    accepted: list[int] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def run() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                accepted.append(1)
                threading.Thread(target=handle, args=(connection,), daemon=True).start()

        def handle(connection: socket.socket) -> None:
            try:
                with tls.wrap_socket(connection, server_side=True) if tls else connection as served:
                    serve(served)
            except OSError:
                return

        threading.Thread(target=run, daemon=True).start()
        yield server.getsockname()[1], accepted
        server.shutdown(socket.SHUT_RDWR)


def request_of(connection: socket.socket) -> bytes:
    asked = b""
    while not asked.endswith(BODY):
        received = connection.recv(65_536)
        if not received:
            break
        asked += received
    return asked


def answering(answer: bytes, seen: list[bytes] | None = None) -> Serve:
    def serve(connection: socket.socket) -> None:
        asked = request_of(connection)
        if seen is not None:
            seen.append(asked)
        connection.sendall(answer)

    return serve


def dripping(first: bytes, drop: bytes) -> Serve:
    """Sends a little every now and then, without end, so that no single read takes long."""

    def serve(connection: socket.socket) -> None:
        request_of(connection)
        connection.sendall(first)
        while True:
            time.sleep(0.05)
            connection.sendall(drop)

    return serve


def silent(connection: socket.socket) -> None:
    request_of(connection)
    time.sleep(30)


def post(port: int, *, timeout_s: float = 5.0, ca: Path | None = None, url: str = "") -> tuple[Result, float]:
    """What came of it, and how long it took."""
    known = HttpReceivers(Reach.LOCAL, str(ca or ""), timeout_s)
    began_s = time.monotonic()
    result = known.post(url or f"http://127.0.0.1:{port}/hook?a=1", HEADERS, BODY)
    return result, time.monotonic() - began_s


def test_a_receiver_gets_the_message_as_it_was_signed() -> None:
    seen: list[bytes] = []
    with listening(answering(b"HTTP/1.1 204 No Content\r\n\r\n", seen)) as (port, _):
        assert post(port)[0] == Result(status=204)
    head, _, body = seen[0].partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    assert lines[0] == "POST /hook?a=1 HTTP/1.1"
    assert {f"Host: 127.0.0.1:{port}", "webhook-id: event-1", "Connection: close"} <= set(lines)
    assert f"Content-Length: {len(BODY)}" in lines
    assert body == BODY


@pytest.mark.parametrize("status", [200, 201, 400, 404, 410, 500, 503])
def test_the_status_is_told(status: int) -> None:
    with listening(answering(f"HTTP/1.1 {status} X\r\nContent-Length: 0\r\n\r\n".encode())) as (port, _):
        assert post(port)[0] == Result(status=status)


def test_interim_answers_are_passed_over() -> None:
    answer = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\n"
    with listening(answering(answer)) as (port, _):
        assert post(port)[0] == Result(status=200)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(status: int) -> None:
    with listening(answering(b"HTTP/1.1 200 OK\r\n\r\n")) as (inside, reached):
        location = f"http://127.0.0.1:{inside}/"
        answer = f"HTTP/1.1 {status} X\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n"
        with listening(answering(answer.encode())) as (port, _):
            assert post(port)[0] == Result(status=status)
    assert reached == []


def test_a_proxy_of_the_environment_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    with listening(answering(b"HTTP/1.1 200 OK\r\n\r\n")) as (proxy, reached):
        for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy}")
        with listening(answering(b"HTTP/1.1 202 Accepted\r\n\r\n")) as (port, _):
            assert post(port)[0] == Result(status=202)
    assert reached == []


def test_a_body_without_end_is_not_read() -> None:
    with listening(dripping(b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 65_536)) as (port, _):
        result, took_s = post(port)
    assert result == Result(status=200)
    assert took_s < 2


@pytest.mark.parametrize(
    "serve",
    [
        silent,
        dripping(b"", b"H"),
        dripping(b"HTTP/1.1 200 OK\r\n", b"X: y\r\n"),
        dripping(b"HTTP/1.1 200 OK\r\nX: ", b"y"),
        dripping(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    ],
    ids=["nothing", "status line", "headers", "one header", "interim answers"],
)
def test_a_slow_receiver_is_given_up_in_time(serve: Serve) -> None:
    with listening(serve) as (port, _):
        result, took_s = post(port, timeout_s=1.0)
    assert result in (Result(error="timed_out"), Result(error="no_http"))
    assert took_s < 2


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"SSH-2.0-OpenSSH_9.6\r\n",
        b"\x00" * 99,
        b"HTTP/1.1 abc\r\n\r\n",
        b"HTTP/1.1 200 " + b"x" * 99_999,
    ],
)
def test_what_is_no_http_is_told(answer: bytes) -> None:
    with listening(answering(answer)) as (port, _):
        assert post(port)[0].error in {"no_http", "unreachable"}


def test_headers_without_end_are_given_up() -> None:
    answer = b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 100_000 + b"\r\n"
    with listening(answering(answer)) as (port, _):
        assert post(port)[0] == Result(error="no_http")


def test_nobody_who_listens_is_unreachable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    assert post(port)[0] == Result(error="unreachable")


@pytest.fixture(scope="module")
def ca() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def ca_file(ca: trustme.CA, tmp_path: Path) -> Path:
    path = tmp_path / "ca.pem"
    ca.cert_pem.write_to_path(str(path))
    return path


def tls(ca: trustme.CA, name: str, **options: Any) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ca.issue_cert(name, **options).configure_cert(context)
    return context


def test_https_is_spoken_with_the_name(ca: trustme.CA, ca_file: Path) -> None:
    context, named = tls(ca, "localhost"), list[str]()
    context.sni_callback = lambda _, name, __: named.append(name)
    with listening(answering(b"HTTP/1.1 200 OK\r\n\r\n"), tls=context) as (port, _):
        result, _ = post(port, ca=ca_file, url=f"https://localhost:{port}/")
    assert result == Result(status=200)
    assert named == ["localhost"]


@pytest.mark.parametrize("kind", ["other name", "other authority"])
def test_a_certificate_that_is_not_the_names_is_refused(ca: trustme.CA, ca_file: Path, kind: str) -> None:
    context = tls(ca, "other.example") if kind == "other name" else tls(trustme.CA(), "localhost")
    seen: list[bytes] = []
    with listening(answering(b"HTTP/1.1 200 OK\r\n\r\n", seen), tls=context) as (port, _):
        result, _ = post(port, ca=ca_file, url=f"https://localhost:{port}/")
    assert result == Result(error="bad_certificate")
    assert seen == []


def test_old_tls_is_refused(ca: trustme.CA, ca_file: Path) -> None:
    context = tls(ca, "localhost")
    context.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.warns(DeprecationWarning, match="TLS"):
        context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_1
    with listening(answering(b"HTTP/1.1 200 OK\r\n\r\n"), tls=context) as (port, _):
        assert post(port, ca=ca_file, url=f"https://localhost:{port}/")[0] == Result(error="unreachable")


def test_a_handshake_that_hangs_is_given_up_in_time(ca_file: Path) -> None:
    with listening(silent) as (port, _):
        result, took_s = post(port, timeout_s=1.0, ca=ca_file, url=f"https://localhost:{port}/")
    assert result == Result(error="timed_out")
    assert took_s < 2


class Names:
    """Answers of a resolver, one after the other; the last one for ever."""

    def __init__(self, *answers: list[str]) -> None:
        self.answers = [*answers]
        self.asked: list[str] = []

    def __call__(self, host: str, port: int, **_: Any) -> Any:
        self.asked.append(host)
        found = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in found]


@pytest.fixture
def rebinding(monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[Names, list[Any]]]:
    """A resolver of ours for the adapter, and the addresses that it connects to, without connecting."""

    def make(*answers: list[str]) -> tuple[Names, list[Any]]:
        names, connected = Names(*answers), list[Any]()

        def connect(address: Any, timeout: float) -> Any:
            connected.append(address)
            raise ConnectionRefusedError

        monkeypatch.setattr(socket, "getaddrinfo", names)
        monkeypatch.setattr(socket, "create_connection", connect)
        return names, connected

    return make


def test_the_address_that_was_checked_is_connected_to(rebinding: Any) -> None:
    """A name that is asked twice may answer with another address the second time."""
    names, connected = rebinding(["93.184.216.34"], ["127.0.0.1"])
    public = HttpReceivers(Reach.PUBLIC, "")
    assert public.post("https://rebinding.example/", HEADERS, BODY) == Result(error="unreachable")
    assert (names.asked, connected) == (["rebinding.example"], [("93.184.216.34", 443)])


@pytest.mark.parametrize(
    "addresses",
    [["127.0.0.1"], ["10.0.0.1"], ["169.254.169.254"], ["93.184.216.34", "10.0.0.1"], ["::ffff:127.0.0.1"]],
)
def test_one_address_that_is_not_public_is_one_too_many(rebinding: Any, addresses: list[str]) -> None:
    _, connected = rebinding(addresses)
    public = HttpReceivers(Reach.PUBLIC, "")
    assert public.post("https://inside.example/", HEADERS, BODY) == Result(error="not_public")
    with pytest.raises(ValueError, match=r"inside\.example is no public address"):
        public.check("https://inside.example/")
    assert connected == []


def test_a_name_that_was_public_when_the_webhook_was_made_is_looked_at_again(rebinding: Any) -> None:
    _, connected = rebinding(["93.184.216.34"], ["169.254.169.254"])
    public = HttpReceivers(Reach.PUBLIC, "")
    public.check("https://rebinding.example/")
    assert public.post("https://rebinding.example/", HEADERS, BODY) == Result(error="not_public")
    assert connected == []


def test_several_addresses_are_tried(rebinding: Any) -> None:
    _, connected = rebinding([f"93.184.216.{n}" for n in range(9)])
    HttpReceivers(Reach.PUBLIC, "").post("https://many.example/", HEADERS, BODY)
    assert [address for address, _ in connected] == ["93.184.216.0", "93.184.216.1", "93.184.216.2"]


def test_a_laptops_other_addresses_are_refused(rebinding: Any) -> None:
    _, connected = rebinding(["192.168.1.2"])
    assert HttpReceivers(Reach.LOCAL, "").post("http://nas.example/", HEADERS, BODY) == Result(
        error="not_public"
    )
    assert connected == []


def test_the_url_of_an_older_release_is_checked_too() -> None:
    assert HttpReceivers(Reach.PUBLIC, "").post("http://127.0.0.1/", HEADERS, BODY) == Result(
        error="not_public"
    )


def test_a_header_with_a_line_break_is_never_sent() -> None:
    seen: list[bytes] = []
    with listening(answering(b"HTTP/1.1 200 OK\r\n\r\n", seen)) as (port, _):
        headers = HEADERS | {"webhook-id": "a\r\nX-Evil: 1"}
        url = f"http://127.0.0.1:{port}/"
        assert HttpReceivers(Reach.LOCAL, "").post(url, headers, BODY).error
    assert b"X-Evil" not in b"".join(seen)
