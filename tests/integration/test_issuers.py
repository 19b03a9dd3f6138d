"""The authorizer with a provider on a real socket, whose keys are exchanged while it runs."""

import time
from collections.abc import Iterator

import pytest

from authorizer.authorizing import Authorizer
from authorizer.claims import Bearer
from authorizer.issuer import Issuer
from authorizer.refusal import TokenRefused
from reelway.adapters.http_documents import NotFetched, fetch
from reelway.caller import Scope
from reelway.tokens import TokenKey
from tests.support.doubles.provider import AUDIENCE, Provider, SigningKey, serving


class NoKeys:
    def find(self, kid: str) -> TokenKey | None:
        return None


class Clock:
    now_s = 1000.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def provider() -> Iterator[Provider]:
    with serving() as provider:
        yield provider


def bearer_of(authorizer: Authorizer, token: str) -> Bearer:
    event = {"multiValueHeaders": {"Authorization": [f"Bearer {token}"]}}
    return authorizer.bearer_of(event, time.time())


def test_rsa_and_elliptic_keys_are_found_and_exchanged(provider: Provider) -> None:
    clock = Clock()
    authorizer = Authorizer(NoKeys(), Issuer(provider.url, AUDIENCE, fetch, clock))
    first, second = SigningKey.rsa("first"), SigningKey.ec("second")
    provider.publish(first)

    known = bearer_of(authorizer, first.sign(provider.claims()))
    assert known == Bearer("auth0|alice", frozenset({Scope.READ}), until_s=known.until_s)
    with pytest.raises(TokenRefused):
        bearer_of(authorizer, second.sign(provider.claims()))

    provider.publish(second, first)
    clock.now_s += 10
    assert bearer_of(authorizer, second.sign(provider.claims())) == known
    assert bearer_of(authorizer, first.sign(provider.claims())) == known

    provider.publish(second)
    clock.now_s += 3600
    with pytest.raises(TokenRefused):
        bearer_of(authorizer, first.sign(provider.claims()))
    # At first, for the unknown key, for the hour.
    assert provider.asked == ["/.well-known/openid-configuration", "/keys"] * 3


def test_what_the_provider_answers_otherwise_is_an_error_of_the_provider(provider: Provider) -> None:
    authorizer = Authorizer(NoKeys(), Issuer(provider.url, AUDIENCE, fetch))
    key = SigningKey.ec("one")
    for broken in (None, b"<html>", b"[]", b'"%s"' % (b"x" * 300_000)):
        provider.documents["/.well-known/openid-configuration"] = broken
        with pytest.raises(NotFetched):
            bearer_of(authorizer, key.sign(provider.claims()))
    provider.publish(key)
    assert bearer_of(authorizer, key.sign(provider.claims()))


def test_a_provider_that_is_gone_is_given_up_soon() -> None:
    with serving() as provider:
        gone = provider
    authorizer = Authorizer(NoKeys(), Issuer(gone.url, AUDIENCE, fetch))
    started_s = time.monotonic()
    with pytest.raises(NotFetched):
        bearer_of(authorizer, SigningKey.ec("one").sign(gone.claims()))
    assert time.monotonic() - started_s < 5
