"""The keys are the two newest values of the secret."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from reelway.adapters.token_keys import TokenKeys
from tests.support.doubles import moto_aws

pytestmark = pytest.mark.usefixtures("mocked_aws")


class Clock:
    now_s = 1000.0

    def __call__(self) -> float:
        return self.now_s


class Secret:
    """A secret whose values are read by `keys`."""

    def __init__(self) -> None:
        self.client: Any = moto_aws.client("secretsmanager")
        self.clock = Clock()
        self.asked = 0
        self.name = self.client.create_secret(Name="keys")["ARN"]
        self.keys = TokenKeys(self, self.name, self.clock)
        self.exceptions = self.client.exceptions

    def get_secret_value(self, **asked: str) -> Any:
        self.asked += 1
        return self.client.get_secret_value(**asked)

    def put(self, kid: str) -> None:
        stored = json.dumps({"kid": kid, "key": f"key {kid}"})
        self.client.put_secret_value(SecretId=self.name, SecretString=stored)


@pytest.fixture
def secret() -> Secret:
    return Secret()


def test_the_newest_signs_and_the_one_before_it_is_valid(secret: Secret) -> None:
    secret.put("1")
    assert (secret.keys.present().kid, secret.keys.present().secret) == ("1", b"key 1")
    secret.put("2")
    secret.clock.now_s += 300
    assert secret.keys.present().kid == "2"
    assert secret.keys.find("1")
    secret.put("3")
    secret.clock.now_s += 300
    assert [kid for kid in "123" if secret.keys.find(kid)] == ["2", "3"]


def test_a_key_that_is_not_known_yet_is_looked_for_but_not_often(secret: Secret) -> None:
    secret.put("1")
    assert secret.keys.find("1")
    secret.put("2")
    asked = secret.asked
    for _ in range(10):
        assert secret.keys.find("2") is None
    assert secret.asked == asked
    secret.clock.now_s += 10
    assert secret.keys.find("2")
    assert secret.asked == asked + 2


def test_without_a_key_nothing_is_signed(secret: Secret) -> None:
    with pytest.raises(ClientError):
        secret.keys.present()
