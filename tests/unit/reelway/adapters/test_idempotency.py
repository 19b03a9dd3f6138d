import time
from dataclasses import dataclass, field
from typing import Any

import pytest

from reelway.adapters.idempotency import IdempotentCalls
from reelway.errors import RequestRefused, StorageFailed
from tests.support.doubles import moto_aws


@dataclass
class Receiver:
    """Gives a new id for each file that it receives."""

    received: list[bytes] = field(default_factory=list)

    def __call__(self, file: bytes) -> str:
        self.received.append(file)
        return f"video-{len(self.received)}"


class Context:
    """The part of Lambda's context that is read: how long the function may still run."""

    def get_remaining_time_in_millis(self) -> int:
        return 10_000


@pytest.fixture
def calls(mocked_aws: None) -> IdempotentCalls:
    moto_aws.make_tables()
    return IdempotentCalls(moto_aws.client("dynamodb"), moto_aws.IDEMPOTENCY)


def call(calls: IdempotentCalls, receive: Any, key: str = "k-1", file: bytes = b"film") -> str:
    return calls.call(key, file, receive, Context())


def test_the_same_key_gives_the_same_video(calls: IdempotentCalls) -> None:
    receiver = Receiver()
    assert [call(calls, receiver), call(calls, receiver)] == ["video-1", "video-1"]
    assert receiver.received == [b"film"]


def test_another_key_gives_another_video(calls: IdempotentCalls) -> None:
    receiver = Receiver()
    assert [call(calls, receiver, "k-1"), call(calls, receiver, "k-2")] == ["video-1", "video-2"]


def test_a_new_container_remembers_too(calls: IdempotentCalls) -> None:
    receiver = Receiver()
    call(calls, receiver)
    assert call(IdempotentCalls(moto_aws.client("dynamodb"), moto_aws.IDEMPOTENCY), receiver) == "video-1"


def test_the_same_key_with_another_file_is_422(calls: IdempotentCalls) -> None:
    receiver = Receiver()
    call(calls, receiver)
    with pytest.raises(RequestRefused) as refused:
        call(calls, receiver, file=b"another film")
    assert (refused.value.status, refused.value.code) == (422, "idempotency_key_reused")
    assert receiver.received == [b"film"]


def test_the_same_key_while_the_first_is_at_work_is_409_with_a_time_to_wait(calls: IdempotentCalls) -> None:
    def receive(file: bytes) -> str:
        with pytest.raises(RequestRefused) as refused:
            call(calls, Receiver())
        assert (refused.value.status, refused.value.code) == (409, "upload_in_progress")
        assert refused.value.headers == {"Retry-After": "1"}
        return "video"

    assert call(calls, receive) == "video"


def test_a_failure_is_not_remembered(calls: IdempotentCalls) -> None:
    def fail(file: bytes) -> str:
        raise StorageFailed("storage_failed", "no")

    with pytest.raises(StorageFailed):
        call(calls, fail)
    assert call(calls, Receiver()) == "video-1"


def test_it_is_forgotten_after_a_day(calls: IdempotentCalls) -> None:
    call(calls, Receiver())
    [item] = moto_aws.client("dynamodb").scan(TableName=moto_aws.IDEMPOTENCY)["Items"]
    assert abs(int(item["expiration"]["N"]) - time.time() - 86_400) < 60


@pytest.mark.parametrize("key", ["", " ", "a b", "ключ", "x" * 256, "a\n"])
def test_an_invalid_key_is_400(calls: IdempotentCalls, key: str) -> None:
    with pytest.raises(RequestRefused) as refused:
        call(calls, Receiver(), key)
    assert (refused.value.status, refused.value.code) == (400, "bad_idempotency_key")


def test_a_table_that_does_not_answer_is_500(mocked_aws: None) -> None:
    with pytest.raises(StorageFailed):
        call(IdempotentCalls(moto_aws.client("dynamodb"), "no-such-table"), Receiver())
