"""Signatures, as the library of Standard Webhooks verifies them."""

import base64
import time

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from reelway.webhooks.signing import new_secret, signed_headers

BODY = '{"type":"video.ready","data":{"title":"Bär"}}'.encode()


def signed(*secrets: str, body: bytes = BODY) -> dict[str, str]:
    return signed_headers("msg_1", int(time.time()), body, secrets)


def test_a_message_is_verified_with_its_secret() -> None:
    secret = new_secret()
    assert Webhook(secret).verify(BODY.decode(), signed(secret))["type"] == "video.ready"


def test_a_message_is_verified_with_either_secret_while_it_is_changed() -> None:
    old, new = new_secret(), new_secret()
    headers = signed(new, old)
    assert headers["webhook-signature"].count("v1,") == 2
    for secret in (old, new):
        Webhook(secret).verify(BODY.decode(), headers)


@pytest.mark.parametrize("change", ["body", "webhook-id", "webhook-timestamp", "secret"])
def test_what_is_changed_on_the_way_is_refused(change: str) -> None:
    secret = new_secret()
    headers, body = signed(secret), BODY
    if change == "body":
        body = body.replace(b"ready", b"failed")
    elif change == "secret":
        secret = new_secret()
    else:
        headers[change] = str(int(time.time()) - 1)
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(body.decode(), headers)


def test_it_is_the_example_of_the_specification() -> None:
    """https://github.com/standard-webhooks/standard-webhooks, as its libraries have it."""
    headers = signed_headers(
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        1614265330,
        b'{"test": 2432232314}',
        ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],
    )
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_secret_has_as_many_bytes_as_the_hash() -> None:
    secrets = {new_secret() for _ in range(100)}
    assert len(secrets) == 100
    assert {len(base64.b64decode(secret.removeprefix("whsec_"))) for secret in secrets} == {32}
