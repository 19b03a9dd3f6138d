from typing import Any

import pytest
from botocore.exceptions import ClientError
from multidict import CIMultiDict

from local.edge.key_values import FRESH_S, KeyValueStore, data_client
from local.edge.viewer_event import FunctionError, FunctionResponse, ViewerRequest
from local.edge.viewer_function import ViewerFunction
from tests.support.doubles import moto_aws
from tests.support.doubles.fakes.edge_values import FakeEdgeValues

ARN = "arn:aws:cloudfront::000000000000:key-value-store/playback"


KEYS = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}


class FakeClient:
    """The API of the store's contents, two to a page."""

    def __init__(self) -> None:
        self.pairs = {"a": "1", "b": "2", "c": "3"}
        self.etag = "e1"
        self.lists = 0
        self.refuses = False

    def describe_key_value_store(self, KvsARN: str) -> dict[str, Any]:  # noqa: N803  boto3's own name
        assert KvsARN == ARN
        if self.refuses:
            raise ClientError({"Error": {"Code": "InternalServerException"}}, "DescribeKeyValueStore")
        return {"ETag": self.etag}

    def get_paginator(self, _: str) -> "FakeClient":
        return self

    def paginate(self, **_: Any) -> list[dict[str, Any]]:
        self.lists += 1
        items = [{"Key": key, "Value": value} for key, value in self.pairs.items()]
        return [{"Items": items[:2]}, {"Items": items[2:]}]


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_all_pages_are_read_and_kept_for_a_second_and_until_they_change() -> None:
    client, clock = FakeClient(), Clock()
    store = KeyValueStore(client, ARN, clock=clock)
    first = store.pairs()
    assert first == {"a": "1", "b": "2", "c": "3"}
    client.pairs, client.etag = {"a": "9"}, "e2"
    assert store.pairs() is first
    clock.now += FRESH_S
    assert store.pairs() == {"a": "9"}
    clock.now += FRESH_S
    assert store.pairs() == {"a": "9"}
    assert client.lists == 2


def test_what_was_read_before_is_used_while_the_emulator_does_not_answer() -> None:
    client, clock = FakeClient(), Clock()
    store = KeyValueStore(client, ARN, clock=clock)
    store.pairs()
    client.refuses = True
    clock.now += FRESH_S
    assert store.pairs()["a"] == "1"


def test_the_emulator_is_asked_by_its_own_name() -> None:
    """The SDK puts the account before it, as it does on AWS."""
    made: Any = moto_aws.session().client
    seen = []

    def make(service: str, **options: Any) -> Any:
        client = made(
            service, endpoint_url="http://127.0.0.1:4566", region_name="us-east-1", **KEYS, **options
        )
        client.meta.events.register(
            "before-send.cloudfront-keyvaluestore", lambda request, **_: seen.append(request)
        )
        return client

    client = data_client(make)
    client.meta.events.register_last("before-send.cloudfront-keyvaluestore", _refuse)
    with pytest.raises(InterruptedError):
        client.describe_key_value_store(KvsARN=ARN)
    assert seen[0].url.startswith("http://127.0.0.1:4566/key-value-stores/")
    assert "AWS4-HMAC-SHA256" in str(seen[0].headers["Authorization"])


def _refuse(**_: Any) -> None:
    raise InterruptedError


READS = """
import cf from 'cloudfront';
const store = cf.kvs();
async function handler(event) {
  const key = event.request.headers.key.value;
  if (!(await store.exists(key))) return { statusCode: 404 };
  return { statusCode: 200, body: await store.get(key) };
}
"""


def answer(function: ViewerFunction, key: str) -> FunctionResponse:
    request = ViewerRequest("GET", "/", "", CIMultiDict({"key": key}), "192.0.2.1")
    outcome = function.run_blocking(request, "request-1")
    assert isinstance(outcome, FunctionResponse)
    return outcome


def test_a_function_reads_its_store_and_sees_changes() -> None:
    store = FakeEdgeValues({"a": "1", "__proto__": "x"})
    function = ViewerFunction(READS, distribution_id="E1", domain_name="d1.cloudfront.net", store=store)
    try:
        assert answer(function, "a").body == b"1"
        assert answer(function, "__proto__").body == b"x"
        assert answer(function, "toString").status == 404
        store.change({"toString": "there"}, ["a"])
        assert answer(function, "a").status == 404
        assert answer(function, "toString").body == b"there"
    finally:
        function.close()


@pytest.mark.parametrize(
    ("code", "store", "said"),
    [
        ("await cf.kvs().get('b')", FakeEdgeValues({"a": "1"}), "has no key b"),
        ("await cf.kvs().get('a', { format: 'bytes' })", FakeEdgeValues({"a": "1"}), "bytes"),
        ("cf.kvs()", None, "associated with no key value store"),
    ],
)
def test_what_cannot_be_read_fails(code: str, store: FakeEdgeValues | None, said: str) -> None:
    source = (
        f"import cf from 'cloudfront';\nasync function handler(event) {{ {code}; return event.request; }}"
    )
    function = ViewerFunction(source, distribution_id="E1", domain_name="d1.cloudfront.net", store=store)
    try:
        with pytest.raises(FunctionError, match=said):
            answer(function, "a")
    finally:
        function.close()
