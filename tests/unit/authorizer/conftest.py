"""An authorizer with two keys of its own, and a provider that serves its documents without a socket."""

import time
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from authorizer.authorizing import Authorizer
from authorizer.claims import Bearer
from authorizer.issuer import Issuer
from authorizer.refusal import TokenRefused
from reelway.tokens import TokenKey
from tests.support.doubles.provider import AUDIENCE, Provider, SigningKey

KEYS = {
    kid: TokenKey(kid, f"{kid} of sixty-four characters, as long as the template has them".encode())
    for kid in ("2", "1")
}
URL = "https://issuer.example"
Ask = Callable[..., Bearer]


class OwnKeys:
    def find(self, kid: str) -> TokenKey | None:
        return KEYS.get(kid)


@pytest.fixture(scope="session")
def rsa_key() -> SigningKey:
    return SigningKey.rsa("rsa-1")


@pytest.fixture(scope="session")
def ec_key() -> SigningKey:
    return SigningKey.ec("ec-1")


@pytest.fixture
def provider(rsa_key: SigningKey, ec_key: SigningKey) -> Provider:
    provider = Provider(URL)
    provider.publish(rsa_key, ec_key)
    return provider


def fetch_from(provider: Provider) -> Callable[[str], Mapping[str, Any]]:
    def fetch(url: str) -> Mapping[str, Any]:
        path = url.removeprefix(provider.url)
        provider.asked.append(path)
        found: Mapping[str, Any] = provider.documents[path]
        return found

    return fetch


@pytest.fixture
def authorizer(provider: Provider) -> Authorizer:
    return Authorizer(OwnKeys(), Issuer(URL, AUDIENCE, fetch_from(provider)))


def event(*values: str) -> dict[str, Any]:
    return {"multiValueHeaders": {"Host": ["a"], "authorization": list(values)}}


@pytest.fixture
def ask(authorizer: Authorizer) -> Ask:
    def asking(token: str) -> Bearer:
        return authorizer.bearer_of(event(f"Bearer {token}"), time.time())

    return asking


@pytest.fixture
def refusal(ask: Ask) -> Callable[[str], str]:
    """Why a token is refused."""

    def refused(token: str) -> str:
        with pytest.raises(TokenRefused) as found:
            ask(token)
        return str(found.value)

    return refused
