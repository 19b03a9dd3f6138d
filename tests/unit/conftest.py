"""Unit tests reach no network, no AWS account and no machine settings."""

import os
from collections.abc import Iterator

import pytest
import pytest_socket
from moto import mock_aws

_NEVER_LEAK = ("AWS_", "UPLOADS_BUCKET", "MEDIA_BUCKET", "VIDEOS_TABLE", "CONNECTIONS_TABLE", "POWERTOOLS_")


def pytest_runtest_setup() -> None:
    # Unix sockets stay, since an asyncio event loop is made with a pair of them.
    pytest_socket.disable_socket(allow_unix_socket=True)


@pytest.fixture(autouse=True)
def no_machine_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take out what a developer's shell says about AWS; a client made in a test finds no account."""
    for name in [name for name in os.environ if name.startswith(_NEVER_LEAK)]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")


@pytest.fixture
def mocked_aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """moto instead of AWS, empty at first."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.setenv(name, "testing")
    with mock_aws():
        yield
