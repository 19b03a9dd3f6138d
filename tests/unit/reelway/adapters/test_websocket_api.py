from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from reelway.adapters.websocket_api import ApiGatewaySockets
from reelway.errors import ProcessingInterrupted


class Gone(ClientError):
    def __init__(self) -> None:
        super().__init__({"Error": {"Code": "GoneException"}}, "PostToConnection")


def busy(code: str = "LimitExceededException") -> ClientError:
    return ClientError({"Error": {"Code": code}}, "PostToConnection")


class Management:
    """The part of a boto3 client that is used; answers each call with the next of `answers`, then well."""

    class exceptions:  # noqa: N801  boto3's name
        GoneException = Gone

    def __init__(self, *answers: Exception) -> None:
        self.answers = list(answers)
        self.calls: list[dict[str, Any]] = []

    def post_to_connection(self, **asked: Any) -> None:
        self.calls.append(asked)
        if self.answers:
            raise self.answers.pop(0)

    delete_connection: Callable[..., None] = post_to_connection


def sockets_on(client: Any, slept_s: list[float] | None = None) -> ApiGatewaySockets:
    """On a clock that only pauses move."""
    slept = [] if slept_s is None else slept_s
    return ApiGatewaySockets(client, now_s=lambda: sum(slept), sleep=slept.append)


@pytest.fixture
def slept_s() -> list[float]:
    return []


def test_a_message_is_posted_as_utf_8() -> None:
    client = Management()
    assert sockets_on(client).send("L0SM=", "héllo", until_s=3)
    assert client.calls == [{"ConnectionId": "L0SM=", "Data": "héllo".encode()}]


def test_a_gone_socket_is_recognized_at_once(slept_s: list[float]) -> None:
    assert not sockets_on(Management(Gone()), slept_s).send("L0SM=", "x", until_s=3)
    assert slept_s == []


def test_a_busy_api_is_tried_again_after_growing_pauses(slept_s: list[float]) -> None:
    client = Management(busy(), busy("InternalServerError"))
    assert sockets_on(client, slept_s).send("L0SM=", "x", until_s=3)
    assert len(client.calls) == 3
    assert len(slept_s) == 2
    assert slept_s[0] < slept_s[1]


def test_an_api_that_stays_busy_interrupts(slept_s: list[float]) -> None:
    client = Management(*[busy() for _ in range(20)])
    with pytest.raises(ProcessingInterrupted, match="socket_unreachable"):
        sockets_on(client, slept_s).send("L0SM=", "x", until_s=3)
    assert len(client.calls) == len(slept_s) + 1 == 6


def test_an_api_that_stays_busy_is_not_asked_after_the_time_that_is_given(slept_s: list[float]) -> None:
    client = Management(*[busy() for _ in range(20)])
    with pytest.raises(ProcessingInterrupted, match="socket_unreachable"):
        sockets_on(client, slept_s).send("L0SM=", "x", until_s=0.2)
    assert len(client.calls) == 3
    assert sum(slept_s) == pytest.approx(0.35)


def test_an_api_that_has_not_answered_is_not_asked_again() -> None:
    """It may have taken the message, and send it at any time."""
    client = Management(ReadTimeoutError(endpoint_url="x"))
    with pytest.raises(ProcessingInterrupted, match="socket_silent"):
        sockets_on(client).send("L0SM=", "x", until_s=3)
    assert len(client.calls) == 1


def test_closing_a_socket_names_it() -> None:
    client = Management()
    sockets_on(client).close("L0SM=")
    assert client.calls == [{"ConnectionId": "L0SM="}]


def test_closing_a_gone_socket_is_quiet() -> None:
    sockets_on(Management(Gone())).close("L0SM=")


def test_a_busy_api_is_asked_to_close_again() -> None:
    client = Management(busy())
    sockets_on(client).close("L0SM=")
    assert len(client.calls) == 2


def test_a_socket_that_cannot_be_closed_now_interrupts() -> None:
    with pytest.raises(ProcessingInterrupted):
        sockets_on(Management(*[busy() for _ in range(20)])).close("L0SM=")
