"""Pools that run their work at once, one after the other: calls come in the same order in every run."""

import concurrent.futures
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, Self
from unittest import mock

import boto3.s3.transfer
from botocore.retries.quota import RetryQuota


class _Pool:
    def __init__(self, *_: Any, **__: Any) -> None:
        pass

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def map(self, function: Callable[..., Any], *iterables: Iterable[Any], **_: Any) -> Iterator[Any]:
        return iter([function(*arguments) for arguments in zip(*iterables, strict=False)])

    def submit(self, function: Callable[..., Any], *arguments: Any) -> "concurrent.futures.Future[Any]":
        future: concurrent.futures.Future[Any] = concurrent.futures.Future()
        try:
            future.set_result(function(*arguments))
        except Exception as error:
            future.set_exception(error)
        return future

    def shutdown(self, **_: Any) -> None:
        pass


@contextmanager
def pools() -> Iterator[None]:
    """For modules that are imported in the body, and boto3's transfers."""
    create = boto3.s3.transfer.create_transfer_manager

    def sequential(client: Any, config: Any, osutil: Any = None) -> Any:
        config.use_threads = False
        return create(client, config, osutil)

    with ExitStack() as patches:
        patches.enter_context(mock.patch.object(concurrent.futures, "ThreadPoolExecutor", _Pool))
        patches.enter_context(mock.patch.object(boto3.s3.transfer, "create_transfer_manager", sequential))
        yield


class Quotas:
    """botocore's, which refuse retries after many errors; a client keeps its own for as long as it lives."""

    def __init__(self) -> None:
        self._made: list[RetryQuota] = []

    @contextmanager
    def watched(self) -> Iterator[None]:
        make = RetryQuota.__init__

        def init(quota: RetryQuota, *arguments: Any, **named: Any) -> None:
            make(quota, *arguments, **named)
            self._made.append(quota)

        with mock.patch.object(RetryQuota, "__init__", init):
            yield

    def refill(self) -> None:
        for quota in self._made:
            quota.release(10**6)
