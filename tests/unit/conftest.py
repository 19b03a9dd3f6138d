"""Unit tests reach no network, no AWS account and no machine settings."""

import importlib
import os
import sys
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
import pytest_socket
from moto import mock_aws

from tests.support.doubles import moto_aws

_FUNCTIONS = ("upload", "streaming", "videos", "status", "transcode", "maintenance", "page")
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
        monkeypatch.setattr(boto3, "DEFAULT_SESSION", moto_aws.session())
        yield


@pytest.fixture
def handlers(mocked_aws: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], Any]]:
    """Imports a handler as Lambda does: its clients are made at import, from the environment.

    `handlers("upload.handler")` is the module, wired to moto's buckets, tables and state machine.
    """
    moto_aws.make_buckets()
    moto_aws.make_tables()
    settings = {
        "UPLOADS_BUCKET": moto_aws.UPLOADS,
        "MEDIA_BUCKET": moto_aws.MEDIA,
        "VIDEOS_TABLE": moto_aws.VIDEOS,
        "CONNECTIONS_TABLE": moto_aws.CONNECTIONS,
        "STATE_MACHINE_ARN": moto_aws.make_state_machine(),
        "EVENT_QUEUE_URL": moto_aws.make_queue(),
        "DISTRIBUTION_ID": "E1",
        "IDEMPOTENCY_TABLE": moto_aws.IDEMPOTENCY,
        "MAX_UPLOAD_BYTES": "5368709120",
        "CHUNK_SECONDS": "0",
        "CHUNK_TARGET_SECONDS": "30",
        "ENCODE_CONCURRENCY": "40",
        "ENCODE_MEMORY_MB": "3008",
        "STACK_NAME": "reelway",
        "MAX_DURATION_SECONDS": "14400",
        "MAX_PIXELS": "35389440",
        "MAX_FRAME_RATE": "300",
        "MAX_FRAMES": "864000",
        "MAX_STREAMS": "32",
        "STEP_TIMEOUT_SECONDS": "60",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "3008",
        "AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI": "https://abc.execute-api.us-east-1.amazonaws.com/ws",
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    before = set(sys.modules)
    yield importlib.import_module
    for name in set(sys.modules) - before:
        if name.endswith("handler") and name.split(".")[0] in _FUNCTIONS:
            del sys.modules[name]
