"""The way to receivers of webhooks, as `ports.webhooks.Receivers`: one POST to an address that was checked.

No library that the functions have asks for an address once, looks at it, and connects to that very one:
between a check and a request of theirs the name may get another address (DNS rebinding). So the socket is
ours, and http.client speaks on it. No redirect is followed and no proxy is used, whatever the environment
says. Everything together takes `timeout_s` at most, however slowly the receiver sends.
"""

import http.client
import io
import socket
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from reelway.webhooks import urls
from reelway.webhooks.addresses import is_allowed
from reelway.webhooks.reach import Reach
from reelway.webhooks.urls import ReceiverUrl
from reelway.webhooks.webhook import Result

_CONNECT_S = 4.0  # to one of several addresses
_MAX_ADDRESSES = 3


class _NotPublic(Exception):
    """The name has an address that webhooks may not be sent to."""


@dataclass(frozen=True, slots=True)
class HttpReceivers:
    """`ca_file` has the CAs by which receivers are known."""

    reach: Reach
    ca_file: str
    timeout_s: float = 10.0

    def check(self, url: str) -> None:
        parsed = urls.parse(url, self.reach)
        try:
            self._addresses(parsed)
        except _NotPublic:
            raise ValueError(f"{parsed.host} is no public address") from None
        except OSError:
            raise ValueError(f"no address of {parsed.host} is known") from None

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Result:
        """Never raises for what a receiver does."""
        deadline_s = time.monotonic() + self.timeout_s
        try:
            return Result(status=self._status(urls.parse(url, self.reach), headers, body, deadline_s))
        except ssl.SSLCertVerificationError:  # which is a ValueError, too
            return Result(error="bad_certificate")
        except (_NotPublic, ValueError):
            return Result(error="not_public")
        except TimeoutError:
            return Result(error="timed_out")
        except OSError:
            return Result(error="unreachable")
        except http.client.HTTPException:
            return Result(error="no_http")

    def _status(self, url: ReceiverUrl, headers: Mapping[str, str], body: bytes, deadline_s: float) -> int:
        """Of the answer, whose body nobody reads."""
        connection = http.client.HTTPConnection(url.host, url.port)
        with self._connected(url, deadline_s) as connected:
            speaking: Any = _UntilDeadline(connected, deadline_s)
            connection.sock = speaking
            about = {"Host": url.authority, "Connection": "close", "Accept-Encoding": "identity"}
            connection.request("POST", url.target, body, {**headers, **about})
            return connection.getresponse().status

    def _connected(self, url: ReceiverUrl, deadline_s: float) -> socket.socket:
        """To the first of the addresses that answers, and with a certificate of the name."""
        failed: OSError = ConnectionError("no address")
        for address in self._addresses(url)[:_MAX_ADDRESSES]:
            try:
                timeout_s = min(_CONNECT_S, _left_s(deadline_s))
                connected = socket.create_connection((address, url.port), timeout_s)
            except OSError as error:
                failed = error
                continue
            return self._secured(connected, url, deadline_s) if url.is_secure else connected
        raise failed

    def _secured(self, connected: socket.socket, url: ReceiverUrl, deadline_s: float) -> socket.socket:
        connected.settimeout(_left_s(deadline_s))
        try:
            return _tls(self.ca_file).wrap_socket(connected, server_hostname=url.host)
        except BaseException:
            connected.close()
            raise

    def _addresses(self, url: ReceiverUrl) -> list[str]:
        """All that the name has, IPv4 first. Raises _NotPublic if one of them is not allowed, or OSError."""
        try:
            found = socket.getaddrinfo(url.host, url.port, type=socket.SOCK_STREAM)
        except UnicodeError as error:
            raise OSError("no name") from error
        addresses = [str(address[0]) for *_, address in sorted(found, key=lambda each: each[0])]
        if not all(is_allowed(address, self.reach) for address in addresses):
            raise _NotPublic
        return addresses


class _UntilDeadline:
    """A socket of which http.client uses these methods; what they do is over by the deadline."""

    def __init__(self, connected: socket.socket, deadline_s: float) -> None:
        self._socket = connected
        self._deadline_s = deadline_s

    def sendall(self, content: bytes) -> None:
        self._socket.settimeout(_left_s(self._deadline_s))
        self._socket.sendall(content)

    def makefile(self, _: str) -> io.BufferedReader:
        return io.BufferedReader(_Reading(self._socket, self._deadline_s))

    def close(self) -> None:
        pass  # its owner closes it


class _Reading(io.RawIOBase):
    def __init__(self, connected: socket.socket, deadline_s: float) -> None:
        self._socket = connected
        self._deadline_s = deadline_s

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._socket.settimeout(_left_s(self._deadline_s))
        return self._socket.recv_into(buffer)


def _left_s(deadline_s: float) -> float:
    left_s = deadline_s - time.monotonic()
    if left_s <= 0:
        raise TimeoutError
    return left_s


def _tls(ca_file: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    context.load_verify_locations(ca_file)
    return context
