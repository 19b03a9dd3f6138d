from collections.abc import Callable
from typing import Any

import pytest

from tests.support import samples
from tests.support.doubles import moto_aws
from tests.support.samples import UNKNOWN_ID, VIDEO_ID

CONNECTION_ID = samples.event("websocket-connect")["requestContext"]["connectionId"]


@pytest.fixture
def socket(handlers: Callable[[str], Any]) -> Any:
    handler = handlers("sockets.handler")
    handler.videos.create(VIDEO_ID, size_bytes=1)
    return handler


def test_a_socket_on_a_known_video_is_taken(socket: Any) -> None:
    assert socket.lambda_handler(samples.event("websocket-connect"), None) == {"statusCode": 200}
    assert [(c.video_id, c.connection_id) for c in moto_aws.connections()] == [(VIDEO_ID, CONNECTION_ID)]


@pytest.mark.parametrize("query", [None, {"videoId": UNKNOWN_ID}])
def test_a_socket_on_an_unknown_video_is_refused_with_404(socket: Any, query: dict[str, str] | None) -> None:
    event = samples.event("websocket-connect") | {"queryStringParameters": query}
    assert socket.lambda_handler(event, None) == {"statusCode": 404}
    assert moto_aws.connections() == []


def test_a_socket_that_leaves_is_forgotten(socket: Any) -> None:
    socket.lambda_handler(samples.event("websocket-connect"), None)
    assert socket.lambda_handler(samples.event("websocket-disconnect"), None) == {"statusCode": 200}
    assert moto_aws.connections() == []
