"""Handshakes with one version of TLS, to see what a server takes."""

import socket
import ssl
import warnings
from dataclasses import dataclass

TIMEOUT_S = 20


@dataclass(frozen=True, slots=True)
class Handshake:
    """What client and server agreed on: '' for no protocol."""

    version: str
    protocol: str


def handshake(host: str, port: int, version: ssl.TLSVersion) -> Handshake | None:
    """Shake hands with `version` only, offering HTTP/2 and HTTP/1.1; None if the server refuses.

    The certificate is not verified, since nothing is sent. Raises OSError if the server is not reached.
    """
    with socket.create_connection((host, port), timeout=TIMEOUT_S) as plain:
        try:
            with _context(version).wrap_socket(plain, server_hostname=host) as secured:
                return Handshake(secured.version() or "", secured.selected_alpn_protocol() or "")
        except (ssl.SSLError, ConnectionError):
            return None


def refuses_old_versions(taken: dict[ssl.TLSVersion, Handshake | None]) -> None:
    """Fails if any version below TLS 1.2 was taken, and if 1.2 was not."""
    assert taken[ssl.TLSVersion.TLSv1_2], "TLS 1.2 is refused"
    old = [made.version for version, made in taken.items() if made and version < ssl.TLSVersion.TLSv1_2]
    assert not old, f"{', '.join(old)} is accepted; set MinimumProtocolVersion to TLSv1.2_2021"


def _context(version: ssl.TLSVersion) -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_alpn_protocols(["h2", "http/1.1"])
    if version < ssl.TLSVersion.TLSv1_2:
        context.set_ciphers("ALL:@SECLEVEL=0")  # which OpenSSL demands before it offers old versions
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # Python's, about the old versions
        context.minimum_version = context.maximum_version = version
    return context
