import pytest
from multidict import CIMultiDict

from local.edge.websockets import handshake_fault, passed_close_code, wants_upgrade

VALID = {
    "Connection": "keep-alive, Upgrade",
    "Upgrade": "WebSocket",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    "Sec-WebSocket-Version": "13",
}


def test_a_valid_handshake_has_no_fault() -> None:
    assert handshake_fault("GET", CIMultiDict(VALID)) is None


@pytest.mark.parametrize("name", sorted(VALID))
def test_a_handshake_without_one_of_its_headers_names_it(name: str) -> None:
    fault = handshake_fault("GET", CIMultiDict({n: v for n, v in VALID.items() if n != name}))
    assert fault is not None
    assert fault.startswith(name)


@pytest.mark.parametrize(
    ("name", "value"),
    [("Sec-WebSocket-Key", "c2hvcnQ="), ("Sec-WebSocket-Key", "***"), ("Sec-WebSocket-Version", "12")],
)
def test_a_handshake_with_a_wrong_value_names_it(name: str, value: str) -> None:
    fault = handshake_fault("GET", CIMultiDict(VALID | {name: value}))
    assert fault is not None
    assert value in fault


def test_only_get_opens_a_websocket() -> None:
    assert handshake_fault("POST", CIMultiDict(VALID)) == "method POST: expected GET"


def test_an_upgrade_to_something_else_is_no_websocket() -> None:
    assert not wants_upgrade(CIMultiDict({"Upgrade": "h2c"}))


@pytest.mark.parametrize(
    ("received", "sent"), [(4001, 4001), (1000, 1000), (1005, 1000), (0, 1000), (1006, 1001)]
)
def test_a_close_code_is_passed_on_unless_it_cannot_be_sent(received: int, sent: int) -> None:
    assert passed_close_code(received) == sent
