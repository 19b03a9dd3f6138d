from dataclasses import dataclass, field
from typing import Any

import pytest

from reelway.adapters.idempotency import IdempotentCalls
from reelway.details import Details
from reelway.errors import RequestRefused, StorageFailed
from reelway.video import is_video_id
from tests.support.doubles import moto_aws

LEASE_S = 10.0


@dataclass
class Receiver:
    """Keeps the files that it receives, by the ids that they are received as; fails first, if it is to."""

    failures: list[Exception] = field(default_factory=list)
    received: list[tuple[str, bytes]] = field(default_factory=list)

    def __call__(self, video_id: str, file: bytes, details: Details) -> None:
        self.received.append((video_id, file))
        if self.failures:
            raise self.failures.pop()


class Context:
    """The part of Lambda's context that is read: how long the function may still run."""

    def get_remaining_time_in_millis(self) -> int:
        return int(LEASE_S * 1000)


@dataclass
class CallsSetup:
    now_s: float = 1_771_238_431.5
    receiver: Receiver = field(default_factory=Receiver)
    deleted: set[str] = field(default_factory=set)

    def call(
        self,
        key: str = "k-1",
        file: bytes = b"film",
        receive: Any = None,
        table: str = moto_aws.IDEMPOTENCY,
        owner: str = "",
    ) -> str:
        """In a container of its own."""
        calls = IdempotentCalls(
            moto_aws.client("dynamodb"),
            table,
            receive or self.receiver,
            self.deleted.__contains__,
            now_s=lambda: self.now_s,
        )
        return calls.call(key, file, Details(owner), Context())

    def refused(self, key: str = "k-1", file: bytes = b"film") -> RequestRefused:
        with pytest.raises(RequestRefused) as caught:
            self.call(key, file)
        return caught.value


@pytest.fixture
def setup(mocked_aws: None) -> CallsSetup:
    moto_aws.make_tables()
    return CallsSetup()


def test_the_same_key_gives_the_same_video(setup: CallsSetup) -> None:
    video_id = setup.call()
    assert is_video_id(video_id)
    assert setup.call() == video_id
    assert setup.receiver.received == [(video_id, b"film")]


def test_another_key_gives_another_video(setup: CallsSetup) -> None:
    assert setup.call("k-1") != setup.call("k-2")


def test_a_stranger_with_the_same_key_and_another_file_is_told_nothing_and_keeps_nobody_out(
    setup: CallsSetup,
) -> None:
    stranger = setup.call("holiday-1", b"another film")
    owner = setup.call("holiday-1", b"film")
    assert owner != stranger
    assert [setup.call("holiday-1", file) for file in (b"another film", b"film")] == [stranger, owner]
    assert setup.receiver.received == [(stranger, b"another film"), (owner, b"film")]


def test_a_key_whose_video_was_deleted_makes_another_one(setup: CallsSetup) -> None:
    first = setup.call()
    setup.deleted.add(first)
    second = setup.call()
    assert first != second
    assert setup.call() == second
    assert setup.receiver.received == [(first, b"film"), (second, b"film")]


def test_of_two_repeats_after_a_deletion_one_uploads(setup: CallsSetup) -> None:
    setup.deleted.add(setup.call())

    def overtaken(video_id: str, file: bytes, details: Details) -> None:
        setup.receiver(video_id, file, details)
        assert setup.refused().status == 409

    assert setup.call(receive=overtaken) == setup.call()
    assert len(setup.receiver.received) == 2


def test_the_same_key_while_the_first_is_at_work_is_409_with_a_time_to_wait(setup: CallsSetup) -> None:
    def receive(video_id: str, file: bytes, details: Details) -> None:
        refused = setup.refused()
        assert (refused.status, refused.code) == (409, "upload_in_progress")
        assert refused.headers == {"Retry-After": "1"}

    assert setup.call(receive=receive)
    assert setup.receiver.received == []


@pytest.mark.parametrize("failure", [StorageFailed("storage_failed", "no"), ZeroDivisionError()])
def test_a_request_that_failed_is_repeated_at_once_as_the_same_video(
    setup: CallsSetup, failure: Exception
) -> None:
    setup.receiver.failures = [failure]
    with pytest.raises(type(failure)):
        setup.call()
    video_id = setup.call()
    assert setup.receiver.received == [(video_id, b"film")] * 2


class Killed(BaseException):
    """The sandbox has ended; nothing that would handle an exception runs."""


def killed(video_id: str, file: bytes, details: Details) -> None:
    raise Killed


def test_a_request_that_was_killed_keeps_its_repeats_waiting_until_it_would_have_ended(
    setup: CallsSetup,
) -> None:
    with pytest.raises(Killed):
        setup.call(receive=killed)
    setup.now_s += LEASE_S
    assert setup.refused().status == 409
    setup.now_s += 1.0
    video_id = setup.call()
    assert setup.receiver.received == [(video_id, b"film")]
    assert setup.call() == video_id


def test_of_two_repeats_of_a_request_that_was_killed_one_goes_on(
    setup: CallsSetup, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(Killed):
        setup.call(receive=killed)
    setup.now_s += LEASE_S + 1
    first: list[str] = []
    put_after = IdempotentCalls._put_after

    def overtaken(*asked: Any) -> dict[str, Any] | None:
        monkeypatch.undo()
        first.append(setup.call())
        return put_after(*asked)

    monkeypatch.setattr(IdempotentCalls, "_put_after", overtaken)
    assert setup.refused().status == 409
    assert setup.receiver.received == [(first[0], b"film")]
    assert [setup.call()] == first


def test_a_lost_answer_of_the_first_write_keeps_nobody_waiting(setup: CallsSetup) -> None:
    with moto_aws.lost_first_answer("dynamodb", "PutItem"):
        assert setup.call()
    assert len(setup.receiver.received) == 1


def test_it_is_forgotten_after_a_day(setup: CallsSetup) -> None:
    first = setup.call()
    [item] = moto_aws.client("dynamodb").scan(TableName=moto_aws.IDEMPOTENCY)["Items"]
    assert int(item["expiration"]["N"]) == int(setup.now_s) + 86_400
    setup.now_s += 86_399
    assert setup.call() == first
    setup.now_s += 2
    assert setup.call(file=b"another film") != first


def test_a_key_is_not_kept_in_the_clear(setup: CallsSetup) -> None:
    setup.call("secret")
    assert "secret" not in str(moto_aws.client("dynamodb").scan(TableName=moto_aws.IDEMPOTENCY)["Items"])


@pytest.mark.parametrize("key", ["", " ", "a b", "ключ", "x" * 256, "a\n"])
def test_an_invalid_key_is_400(setup: CallsSetup, key: str) -> None:
    refused = setup.refused(key)
    assert (refused.status, refused.code) == (400, "bad_idempotency_key")


def test_a_table_that_does_not_answer_is_500(setup: CallsSetup) -> None:
    with pytest.raises(StorageFailed):
        setup.call(table="no-such-table")
    assert setup.receiver.received == []


def test_another_owners_key_is_another_key(setup: CallsSetup) -> None:
    mine, theirs = setup.call(owner="ada"), setup.call(owner="bob")
    assert mine != theirs
    assert setup.call(owner="ada") == mine
    assert setup.call() not in (mine, theirs)
