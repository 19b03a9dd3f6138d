"""A socket is opened with the subprotocol beside which its token was offered."""

from typing import Any

import pytest

from sockets.protocols import chosen_protocol


@pytest.mark.parametrize(
    ("headers", "chosen"),
    [
        ({"Sec-WebSocket-Protocol": "reelway, a.b.c"}, True),
        ({"sec-websocket-protocol": "a.b.c,reelway"}, True),
        ({"Sec-WebSocket-Protocol": "graphql"}, False),
        ({"Sec-WebSocket-Protocol": ""}, False),
        ({}, False),
        (None, False),
    ],
)
def test_reelway_is_chosen_where_it_is_offered(headers: Any, chosen: bool) -> None:
    answer = {"headers": {"Sec-WebSocket-Protocol": "reelway"}} if chosen else {}
    assert chosen_protocol({"headers": headers}) == answer
