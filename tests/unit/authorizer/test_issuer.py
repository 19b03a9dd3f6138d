"""A provider's keys: kept, exchanged, missed, and which of them are taken."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from authorizer.authorizing import Authorizer
from authorizer.claims import Bearer
from authorizer.issuer import ASKED_AGAIN_S, KEPT_S, Issuer
from authorizer.refusal import TokenRefused
from reelway.caller import Scope
from tests.support.doubles.provider import AUDIENCE, Provider, SigningKey
from tests.unit.authorizer.conftest import URL, Ask, OwnKeys, event, fetch_from

ASKING = ["/.well-known/openid-configuration", "/keys"]


class Clock:
    now_s = 1000.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def issuer(provider: Provider, clock: Clock) -> Issuer:
    return Issuer(URL, AUDIENCE, fetch_from(provider), clock)


def test_its_tokens_say_who_and_what(ask: Ask, provider: Provider, rsa_key: SigningKey) -> None:
    cases: list[tuple[dict[str, Any], set[Scope]]] = [
        ({}, {Scope.READ}),
        ({"scope": "openid profile"}, set()),
        ({"scope": None}, set()),
        ({"scope": ["videos:read", "email"]}, {Scope.READ}),
        ({"scope": None, "scp": ["videos:upload"]}, {Scope.UPLOAD}),
        ({"scope": None, "scp": "videos:delete admin"}, {Scope.DELETE, Scope.ADMIN}),
        ({"aud": ["another", AUDIENCE]}, {Scope.READ}),
        ({"nbf": time.time() + 20.5, "exp": time.time() + 60.5}, {Scope.READ}),
    ]
    for changed, scopes in cases:
        token = rsa_key.sign(provider.claims(**changed))
        bearer = ask(token)
        assert bearer == Bearer("auth0|alice", frozenset(scopes), until_s=bearer.until_s), changed
        assert bearer.until_s > time.time() + 60


def test_its_keys_are_asked_for_once_in_an_hour(
    issuer: Issuer, provider: Provider, clock: Clock, rsa_key: SigningKey
) -> None:
    token = rsa_key.sign(provider.claims())
    for _ in range(3):
        issuer.claims_of(token, rsa_key.kid)
    assert provider.asked == ASKING
    clock.now_s += KEPT_S
    issuer.claims_of(token, rsa_key.kid)
    assert provider.asked == ASKING * 2


def test_a_new_key_is_found_and_a_former_one_ends(
    issuer: Issuer, provider: Provider, clock: Clock, rsa_key: SigningKey
) -> None:
    issuer.claims_of(rsa_key.sign(provider.claims()), rsa_key.kid)
    following = SigningKey.ec("ec-2")
    provider.publish(following)
    clock.now_s += ASKED_AGAIN_S
    assert issuer.claims_of(following.sign(provider.claims()), "ec-2")["sub"] == "auth0|alice"
    with pytest.raises(TokenRefused):
        issuer.claims_of(rsa_key.sign(provider.claims()), rsa_key.kid)


def test_unknown_kids_make_nobody_ask_often(
    issuer: Issuer, provider: Provider, clock: Clock, rsa_key: SigningKey
) -> None:
    token = rsa_key.sign(provider.claims())
    for number in range(100):
        with pytest.raises(TokenRefused):
            issuer.claims_of(token, f"made-up-{number}")
        clock.now_s += 0.2
    assert len(provider.asked) == 2 * len(ASKING)


def test_known_keys_outlive_an_outage_and_without_any_it_is_no_fault_of_the_token(
    issuer: Issuer, provider: Provider, clock: Clock, rsa_key: SigningKey
) -> None:
    published = dict(provider.documents)
    token = rsa_key.sign(provider.claims())
    provider.documents.clear()
    with pytest.raises(KeyError):
        issuer.claims_of(token, rsa_key.kid)
    provider.documents.update(published)
    issuer.claims_of(token, rsa_key.kid)
    provider.documents.clear()
    clock.now_s += KEPT_S
    assert issuer.claims_of(token, rsa_key.kid)


@pytest.mark.parametrize(
    "described",
    [
        {"issuer": "https://another.example"},
        {"issuer": f"{URL}/"},
        {"jwks_uri": "http://issuer.example/keys"},
        {"jwks_uri": "file:///etc/passwd"},
        {"jwks_uri": None},
    ],
)
def test_a_provider_that_is_another_or_has_its_keys_in_the_open_is_not_taken(
    issuer: Issuer, provider: Provider, rsa_key: SigningKey, described: dict[str, Any]
) -> None:
    provider.publish(rsa_key, **described)
    with pytest.raises(ValueError, match=r"expected|calls itself"):
        issuer.claims_of(rsa_key.sign(provider.claims()), rsa_key.kid)


def changed(key: SigningKey, **fields: Any) -> dict[str, Any]:
    return {name: value for name, value in (key.jwk | fields).items() if value is not None}


@pytest.mark.parametrize(
    "broken",
    [
        lambda key: changed(key, use="enc"),
        lambda key: changed(key, alg="RS512"),
        lambda key: changed(key, alg="HS256"),
        lambda key: changed(key, kid=None),
        lambda key: changed(key, kid=1),
        lambda key: changed(key, kty="oct", k="c2VjcmV0"),
        lambda key: changed(key, n=None),
        lambda key: changed(key, n="AQAB"),
        lambda key: "text",
        lambda key: None,
    ],
)
def test_keys_that_sign_no_tokens_are_left_out(
    issuer: Issuer, provider: Provider, rsa_key: SigningKey, broken: Callable[[SigningKey], Any]
) -> None:
    provider.documents["/keys"] = {"keys": [broken(rsa_key)]}
    with pytest.raises(TokenRefused):
        issuer.claims_of(rsa_key.sign(provider.claims()), rsa_key.kid)


def test_short_keys_and_other_curves_are_left_out(issuer: Issuer, provider: Provider, clock: Clock) -> None:
    short = SigningKey.rsa("short", bits=1024)
    provider.publish(short)
    with pytest.raises(TokenRefused), pytest.warns(match="(?i)key"):
        issuer.claims_of(short.sign(provider.claims()), "short")
    provider.documents["/keys"] = {"keys": [SigningKey.ec("ec-1").jwk | {"crv": "P-384"}]}
    clock.now_s += ASKED_AGAIN_S
    other = SigningKey("ec-1", ec.generate_private_key(ec.SECP256R1()))
    with pytest.raises(TokenRefused):
        issuer.claims_of(other.sign(provider.claims()), "ec-1")


@pytest.mark.parametrize("keys", [None, {}, "none"])
def test_a_list_of_keys_that_is_none_has_none(
    issuer: Issuer, provider: Provider, rsa_key: SigningKey, keys: Any
) -> None:
    provider.documents["/keys"] = {"keys": keys}
    with pytest.raises(TokenRefused):
        issuer.claims_of(rsa_key.sign(provider.claims()), rsa_key.kid)


def test_without_a_provider_its_tokens_are_nobodys(provider: Provider, rsa_key: SigningKey) -> None:

    alone = Authorizer(OwnKeys(), None)
    with pytest.raises(TokenRefused, match="nobody here knows"):
        alone.bearer_of(event(f"Bearer {rsa_key.sign(provider.claims())}"), time.time())
