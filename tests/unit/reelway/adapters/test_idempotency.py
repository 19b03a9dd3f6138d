import time
from dataclasses import dataclass, field
from typing import Any

import pytest

from reelway.adapters.idempotency import Once
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
def once(mocked_aws: None) -> Once:
    moto_aws.make_tables()
    return Once(moto_aws.client("dynamodb"), moto_aws.IDEMPOTENCY)


def call(once: Once, receive: Any, key: str = "k-1", file: bytes = b"film") -> str:
    return once.call(key, file, receive, Context())


def test_the_same_key_gives_the_same_video(once: Once) -> None:
    receiver = Receiver()
    assert [call(once, receiver), call(once, receiver)] == ["video-1", "video-1"]
    assert receiver.received == [b"film"]


def test_another_key_gives_another_video(once: Once) -> None:
    receiver = Receiver()
    assert [call(once, receiver, "k-1"), call(once, receiver, "k-2")] == ["video-1", "video-2"]


def test_a_new_container_remembers_too(once: Once) -> None:
    receiver = Receiver()
    call(once, receiver)
    assert call(Once(moto_aws.client("dynamodb"), moto_aws.IDEMPOTENCY), receiver) == "video-1"


def test_the_same_key_with_another_file_is_422(once: Once) -> None:
    receiver = Receiver()
    call(once, receiver)
    with pytest.raises(RequestRefused) as refused:
        call(once, receiver, file=b"another film")
    assert (refused.value.status, refused.value.code) == (422, "idempotency_key_reused")
    assert receiver.received == [b"film"]


def test_the_same_key_while_the_first_is_at_work_is_409_with_a_time_to_wait(once: Once) -> None:
    def receive(file: bytes) -> str:
        with pytest.raises(RequestRefused) as refused:
            call(once, Receiver())
        assert (refused.value.status, refused.value.code) == (409, "upload_in_progress")
        assert refused.value.headers == {"Retry-After": "1"}
        return "video"

    assert call(once, receive) == "video"


def test_a_failure_is_not_remembered(once: Once) -> None:
    def fail(file: bytes) -> str:
        raise StorageFailed("storage_failed", "no")

    with pytest.raises(StorageFailed):
        call(once, fail)
    assert call(once, Receiver()) == "video-1"


def test_it_is_forgotten_after_a_day(once: Once) -> None:
    call(once, Receiver())
    [item] = moto_aws.client("dynamodb").scan(TableName=moto_aws.IDEMPOTENCY)["Items"]
    assert abs(int(item["expiration"]["N"]) - time.time() - 86_400) < 60


@pytest.mark.parametrize("key", ["", " ", "a b", "ключ", "x" * 256, "a\n"])
def test_a_key_that_is_none_is_400(once: Once, key: str) -> None:
    with pytest.raises(RequestRefused) as refused:
        call(once, Receiver(), key)
    assert (refused.value.status, refused.value.code) == (400, "bad_idempotency_key")


def test_a_table_that_does_not_answer_is_500(mocked_aws: None) -> None:
    with pytest.raises(StorageFailed):
        call(Once(moto_aws.client("dynamodb"), "no-such-table"), Receiver())
