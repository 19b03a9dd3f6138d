"""What owners have begun in a table of moto's, with its races."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from reelway.adapters.pending_uploads import PendingUploadsTable
from reelway.adapters.quotas_table import QuotasTable
from reelway.adapters.telemetry import Metrics
from reelway.adapters.videos_table import VideosTable
from reelway.details import Details
from reelway.errors import RequestRefused, StorageFailed
from reelway.failures import upload_lost
from reelway.quotas import Quotas
from tests.support.doubles import moto_aws
from tests.support.samples import UNKNOWN_ID, VIDEO_ID

NOW = "2026-11-26T08:00:00.000000Z"


@pytest.fixture
def ledger(mocked_aws: None) -> QuotasTable:
    moto_aws.make_tables()
    expect(VIDEO_ID)
    return made()


def made(quotas: Quotas | None = None, sleep: Callable[[float], None] = lambda _: None) -> QuotasTable:
    client = moto_aws.client("dynamodb")
    at_once = quotas or Quotas(at_once=1)
    return QuotasTable(client, moto_aws.IDEMPOTENCY, moto_aws.VIDEOS, at_once, lambda: NOW, sleep=sleep)


def expect(video_id: str) -> None:
    table = PendingUploadsTable(moto_aws.client("dynamodb"), moto_aws.VIDEOS)
    assert table.expect(video_id, within=timedelta(1), details=Details("alice"))


def videos() -> VideosTable:
    return VideosTable(moto_aws.client("dynamodb"), moto_aws.VIDEOS, Metrics("reelway"))


def is_refused(ledger: QuotasTable, owner: str = "alice") -> bool:
    try:
        ledger.take(owner, UNKNOWN_ID, size_bytes=1)
    except RequestRefused:
        return True
    return False


def test_an_upload_holds_its_place_until_its_video_has_ended(ledger: QuotasTable) -> None:
    ledger.take("alice", VIDEO_ID, size_bytes=1)
    assert is_refused(ledger)
    videos().create(VIDEO_ID, size_bytes=1)
    assert is_refused(ledger)
    videos().fail(VIDEO_ID, upload_lost())
    assert not is_refused(ledger)


def delete(video_id: str) -> None:
    videos().create(video_id, size_bytes=1)
    assert videos().delete(video_id)


def drop(video_id: str) -> None:
    PendingUploadsTable(moto_aws.client("dynamodb"), moto_aws.VIDEOS).drop(video_id)


def end(video_id: str) -> None:
    PendingUploadsTable(moto_aws.client("dynamodb"), moto_aws.VIDEOS).end(video_id)


@pytest.mark.parametrize("leave", [delete, drop, end])
def test_an_upload_that_is_gone_holds_no_place(ledger: QuotasTable, leave: Callable[[str], None]) -> None:
    """Of an owner's upload that never arrived, the row stays."""
    ledger.take("alice", VIDEO_ID, size_bytes=1)
    leave(VIDEO_ID)
    assert not is_refused(ledger)


def test_each_owner_has_quotas_of_their_own(ledger: QuotasTable) -> None:
    ledger.take("alice", VIDEO_ID, size_bytes=1)
    assert (is_refused(ledger), is_refused(ledger, "bob"), is_refused(ledger, "")) == (True, False, False)


def test_without_quotas_nothing_is_asked_of_the_table(mocked_aws: None) -> None:
    made(Quotas()).take("alice", VIDEO_ID, size_bytes=1)  # there is no table


def test_an_upload_whose_answer_was_lost_counts_once(ledger: QuotasTable) -> None:
    with moto_aws.lost_first_answer("dynamodb", "PutItem"):
        ledger.take("alice", VIDEO_ID, size_bytes=1)
    ledger.take("alice", VIDEO_ID, size_bytes=1)
    assert is_refused(ledger)


def test_of_two_uploads_that_begin_at_once_one_has_the_last_place(
    ledger: QuotasTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other one is written between the reading and the writing."""
    read = QuotasTable._usage

    def overtaken(self: QuotasTable, owner: str) -> Any:
        usage = read(self, owner)
        monkeypatch.setattr(QuotasTable, "_usage", read)
        ledger.take("alice", VIDEO_ID, size_bytes=1)
        return usage

    monkeypatch.setattr(QuotasTable, "_usage", overtaken)
    assert is_refused(ledger)


def test_who_is_always_overtaken_is_told_so(ledger: QuotasTable, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QuotasTable, "_is_stored", lambda *_, **__: False)
    with pytest.raises(StorageFailed):
        ledger.take("alice", VIDEO_ID, size_bytes=1)


def test_what_an_owner_has_begun_is_forgotten_after_a_week(ledger: QuotasTable) -> None:
    ledger.take("alice", VIDEO_ID, size_bytes=1)
    key = {"id": {"S": "quotas#alice"}}
    item = moto_aws.client("dynamodb").get_item(TableName=moto_aws.IDEMPOTENCY, Key=key)["Item"]
    assert int(item["expiration"]["N"]) > 1_700_000_000
