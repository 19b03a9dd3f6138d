from typing import Any

import pytest
from botocore.exceptions import ClientError

from reelway.adapters.key_value_store import KeyValueStore, without_account
from reelway.errors import StorageFailed

ARN = "arn:aws:cloudfront::123456789012:key-value-store/playback"


class FakeKvs:
    """The API of a store's contents: a change names the state that it is one of."""

    class exceptions:  # noqa: N801  as boto3's clients have it
        class ConflictException(ClientError):
            pass

        class ResourceNotFoundException(ClientError):
            pass

    def __init__(self) -> None:
        self.pairs: dict[str, str] = {}
        self.etag = 0
        self.conflicts = 0
        self.requests: list[int] = []
        self.meta = type("Meta", (), {"events": self})()

    def register(self, event: str, hook: Any) -> None:
        assert (event, hook) == ("before-call.cloudfront-keyvaluestore", without_account)

    def get_key(self, KvsARN: str, Key: str) -> dict[str, str]:  # noqa: N803
        assert KvsARN == ARN
        if Key not in self.pairs:
            code: Any = {"Error": {"Code": "ResourceNotFoundException"}}
            raise self.exceptions.ResourceNotFoundException(code, "GetKey")
        return {"Value": self.pairs[Key]}

    def get_paginator(self, _: str) -> "FakeKvs":
        return self

    def paginate(self, **_: Any) -> list[dict[str, Any]]:
        return [{"Items": [{"Key": key, "Value": value}]} for key, value in self.pairs.items()]

    def describe_key_value_store(self, KvsARN: str) -> dict[str, str]:  # noqa: N803  boto3's own name
        assert KvsARN == ARN
        return {"ETag": str(self.etag)}

    def update_keys(self, KvsARN: str, IfMatch: str, Puts: Any, Deletes: Any) -> None:  # noqa: N803
        assert (KvsARN, IfMatch) == (ARN, str(self.etag))
        assert 0 < len(Puts) + len(Deletes) <= 50
        if self.conflicts:
            self.conflicts -= 1
            raise self.exceptions.ConflictException({"Error": {"Code": "ConflictException"}}, "UpdateKeys")
        self.etag += 1
        self.requests.append(len(Puts) + len(Deletes))
        self.pairs |= {item["Key"]: item["Value"] for item in Puts}
        for item in Deletes:
            self.pairs.pop(item["Key"], None)


@pytest.fixture
def kvs() -> FakeKvs:
    return FakeKvs()


@pytest.fixture
def store(kvs: FakeKvs) -> KeyValueStore:
    client: Any = kvs
    return KeyValueStore(client, ARN, sleep=lambda _: None)


def test_what_is_put_is_there_and_what_is_removed_is_not(store: KeyValueStore) -> None:
    store.change({"a": "1", "b": "2"}, [])
    store.change({"b": "3"}, ["a", "nothing"])
    assert store.all() == {"b": "3"}
    assert (store.get("b"), store.get("a")) == ("3", None)


def test_much_is_changed_in_requests_of_what_one_may_have(store: KeyValueStore, kvs: FakeKvs) -> None:
    store.change({f"k{n}": "" for n in range(70)}, [f"r{n}" for n in range(40)])
    assert kvs.requests == [50, 50, 10]
    store.change({}, [])
    assert kvs.requests == [50, 50, 10]


def test_anothers_change_in_between_is_tried_again_and_not_for_ever(
    store: KeyValueStore, kvs: FakeKvs
) -> None:
    kvs.conflicts = 3
    store.change({"a": "1"}, [])
    assert store.all() == {"a": "1"}
    kvs.conflicts = 4
    with pytest.raises(StorageFailed):
        store.change({"a": "2"}, [])


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (
            "http://123456789012.127.0.0.1:4566/key-value-stores/arn",
            "http://127.0.0.1:4566/key-value-stores/arn",
        ),
        (
            "https://123456789012.cloudfront-kvs.global.api.aws/a",
            "https://123456789012.cloudfront-kvs.global.api.aws/a",
        ),
        ("http://localhost:4566/a", "http://localhost:4566/a"),
    ],
)
def test_an_emulator_is_asked_by_its_own_name_and_aws_by_the_accounts(url: str, expected: str) -> None:
    params = {"url": url}
    without_account(params)
    assert params["url"] == expected
