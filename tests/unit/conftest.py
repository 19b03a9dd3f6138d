"""Unit tests reach no network, no AWS account and no machine settings."""

import gc
import importlib
import io
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3
import pytest
import pytest_socket
from moto import mock_aws

from tests.support import samples
from tests.support.doubles import moto_aws
from tests.support.readers import function_environment

_NEVER_LEAK = ("AWS_", "POWERTOOLS_", *function_environment.all_variables())


def pytest_collection_finish() -> None:
    """Garbage collection passes over what lives to the end of the run: modules and 7,000 tests."""
    gc.collect()
    gc.freeze()


def pytest_runtest_setup() -> None:
    # Unix sockets stay, since an asyncio event loop is made with a pair of them.
    pytest_socket.disable_socket(allow_unix_socket=True)


@pytest.fixture(autouse=True)
def no_machine_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    _hide_machine(monkeypatch)


def _hide_machine(patch: pytest.MonkeyPatch) -> None:
    """Take out what a developer's shell says about AWS; a client made in a test finds no account."""
    for name in [name for name in os.environ if name.startswith(_NEVER_LEAK)]:
        patch.delenv(name)
    patch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    patch.setenv("AWS_CONFIG_FILE", os.devnull)
    patch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)
    patch.setenv("AWS_DEFAULT_REGION", "us-east-1")


@pytest.fixture
def mocked_aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """moto instead of AWS, empty at first."""
    with _moto(monkeypatch):
        yield


@contextmanager
def _moto(patch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        patch.setenv(name, "testing")
    # Nothing asks AWS by `requests`; to be ready for that takes moto 5 ms of each test.
    patch.setattr("moto.core.models.RESPONSES_METHODS", [])
    with mock_aws():
        patch.setattr(boto3, "DEFAULT_SESSION", moto_aws.session())
        yield


@pytest.fixture
def cloudformation_answers(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """The answers that CloudFormation gets to the sample event of its custom resource."""
    url = samples.event("cloudformation-page")["ResponseURL"]
    sent: list[dict[str, Any]] = []

    def urlopen(request: Any, timeout: float) -> io.BytesIO:
        assert (request.full_url, request.get_method()) == (url, "PUT")
        sent.append(json.loads(request.data))
        return io.BytesIO()

    monkeypatch.setattr("urllib.request.urlopen", urlopen)
    return sent


class Handlers:
    """Imports a handler as Lambda does: in the environment that the template gives its function.

    `handlers("upload.handler")` is the module, wired to moto's buckets, tables and state machine. Keywords
    are variables that have another value than the template's.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._monkeypatch = monkeypatch
        self._ids = function_environment.handlers()

    def __call__(self, module: str, **changed: str) -> Any:
        environment = function_environment.environment_of(self._ids[module], moto_aws.REFERENCES)
        with self._monkeypatch.context() as patch:
            for name, value in (environment | changed).items():
                patch.setenv(name, value)
            return importlib.import_module(module)

    def forget(self) -> None:
        for module in self._ids:
            sys.modules.pop(module, None)


@pytest.fixture
def handlers(mocked_aws: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Handlers]:
    with _handlers(monkeypatch) as handlers:
        yield handlers


@pytest.fixture(scope="module")
def lasting_handlers() -> Iterator[Handlers]:
    """For a module whose tests change nothing; none of them may have `mocked_aws` or `handlers` as well."""
    with pytest.MonkeyPatch.context() as patch:
        _hide_machine(patch)
        with _moto(patch), _handlers(patch) as handlers:
            yield handlers


@contextmanager
def _handlers(patch: pytest.MonkeyPatch) -> Iterator[Handlers]:
    moto_aws.make_buckets()
    moto_aws.make_tables()
    moto_aws.make_state_machine()
    moto_aws.make_queues()
    moto_aws.make_bus()
    handlers = Handlers(patch)
    handlers.forget()
    yield handlers
    handlers.forget()
