"""Outcomes of records of the tables' streams."""

import json

import pytest

from tests.support.system.event_outcomes.stage import TAKEN, Send, Stage

_MESSAGE_S = 20


def socket_that_left_is_forgotten(stage: Stage, send: Send) -> None:
    """The event's socket was opened long ago, and the API does not know it."""
    assert send() == TAKEN
    assert stage.sockets() == []


def watching_socket_is_sent_the_state(stage: Stage, send: Send) -> None:
    with stage.client.open_socket(stage.ids.unplanned) as socket:
        assert json.loads(socket.recv(_MESSAGE_S))["state"] == "UPLOADED"
        assert send() == TAKEN
        assert json.loads(socket.recv(_MESSAGE_S))["state"] == "PROCESSING"


def watching_socket_hears_nothing_twice(stage: Stage, send: Send) -> None:
    with stage.client.open_socket(stage.ids.unplanned) as socket:
        assert json.loads(socket.recv(_MESSAGE_S))["state"] == "UPLOADED"
        assert send() == TAKEN
        with pytest.raises(TimeoutError):
            socket.recv(1)


def batch_of_another_stack_is_refused(stage: Stage, send: Send) -> None:
    """The function may read no stream but those of its own tables.

    With nobody's role, as in a container of `sam local`, there is no such stream, and nothing to be done.
    """
    [message] = stage.event["Records"]
    assert send() in ({"batchItemFailures": [{"itemIdentifier": message["messageId"]}]}, TAKEN)


def files_are_removed_and_sockets_dismissed(stage: Stage, send: Send) -> None:
    assert send() == TAKEN
    assert stage.sockets() == []
    stage.delete()
    stage.await_removal()
