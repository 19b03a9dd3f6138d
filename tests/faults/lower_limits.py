"""Limits that take many to reach, lower than they are in reality."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import replace
from typing import Any
from unittest import mock

import boto3.s3.transfer

from reelway.caller import Caller, Scope
from tests.faults.world import World


@contextmanager
def a_crowd_of_two(world: World) -> Iterator[None]:
    """More sockets on a video than one are told by several functions."""
    found = [world.lambdas.module(name).live.broadcast for name in ("ChangesFunction", "AnnounceFunction")]
    most = [broadcast.max_page for broadcast in found]
    for broadcast in found:
        object.__setattr__(broadcast, "max_page", 1)
    try:
        yield
    finally:
        for broadcast, max_page in zip(found, most, strict=True):
            object.__setattr__(broadcast, "max_page", max_page)


@contextmanager
def a_list_of_two_is_long(world: World) -> Iterator[None]:
    """And is kept by a sandbox of its own."""
    handler = world.lambdas.module("StreamingFunction")
    with ExitStack() as patches:
        patches.enter_context(mock.patch.object(handler, "ready_list", replace(handler.ready_list)))
        patches.enter_context(mock.patch("streaming.ready_list._SHORT", 2))
        yield


def clients_see_their_own_alone(world: World) -> AbstractContextManager[object]:
    """As where a token is asked for: all clients have one owner's."""
    alice = Caller("alice", frozenset(Scope) - {Scope.ADMIN})
    return mock.patch("reelway.adapters.http_api.ANYBODY", alice)


def uploads_are_planned_twice_at_most(world: World) -> AbstractContextManager[object]:
    queues = world.deployment.queues
    return mock.patch.dict(queues, {"PlanQueue": replace(queues["PlanQueue"], max_receives=2)})


@contextmanager
def files_are_sent_in_parts(world: World) -> Iterator[None]:
    """Not only those of 8 MB and more."""
    create = boto3.s3.transfer.create_transfer_manager

    def in_parts(client: Any, config: Any, osutil: Any = None) -> Any:
        config.multipart_threshold = 1
        return create(client, config, osutil)

    with mock.patch.object(boto3.s3.transfer, "create_transfer_manager", in_parts):
        yield


def sockets_are_read_one_by_one(world: World) -> AbstractContextManager[object]:
    """To be kept open; two of them are for several runs."""
    return mock.patch("reelway.adapters.open_sockets._PAGE", 1)


@contextmanager
def cloudfront_is_full(world: World) -> Iterator[None]:
    """It refuses a path for each video, then that of all, and then takes it."""
    world.cdn.refusals = 2
    yield
    assert world.cdn.refusals == 0
