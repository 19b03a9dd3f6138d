"""The smoke test's handshakes, with servers that speak one version of TLS each."""

import ssl
from pathlib import Path

import pytest

from tests.support.doubles import tls_server
from tests.support.smoke.tls import Handshake, handshake

VERSIONS = {
    ssl.TLSVersion.TLSv1_1: "TLSv1.1",
    ssl.TLSVersion.TLSv1_2: "TLSv1.2",
    ssl.TLSVersion.TLSv1_3: "TLSv1.3",
}


@pytest.mark.parametrize("spoken", VERSIONS)
def test_the_one_version_that_a_server_speaks_is_found(spoken: ssl.TLSVersion, tmp_path: Path) -> None:
    ca, _ = tls_server.authority(tmp_path)
    with tls_server.serving(tmp_path, ca, spoken, requests=1) as server:
        port = int(server.url.rpartition(":")[2])
        made = {asked: handshake(tls_server.HOST, port, asked) for asked in VERSIONS}

    assert made == dict.fromkeys(VERSIONS) | {spoken: Handshake(VERSIONS[spoken], "http/1.1")}


def test_a_server_that_is_not_there_is_no_refusal(tmp_path: Path) -> None:
    ca, _ = tls_server.authority(tmp_path)
    with tls_server.serving(tmp_path, ca, ssl.TLSVersion.TLSv1_2, requests=1) as server:
        port = int(server.url.rpartition(":")[2])

    with pytest.raises(OSError, match="refused"):
        handshake(tls_server.HOST, port, ssl.TLSVersion.TLSv1_2)
