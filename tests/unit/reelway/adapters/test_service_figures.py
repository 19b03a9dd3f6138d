from typing import Any

import pytest

from reelway.adapters.push_lag import PushLag
from reelway.adapters.service_figures import MAX_COUNTED, ServiceFigures
from reelway.adapters.videos_table import VideosTable
from reelway.errors import StorageFailed
from tests.support.doubles import moto_aws
from tests.unit.reelway.adapters.videos import finish, number, start


@pytest.fixture
def lag(mocked_aws: None) -> PushLag:
    return PushLag(moto_aws.client("dynamodb"), moto_aws.IDEMPOTENCY)


@pytest.fixture
def figures(lag: PushLag, table: VideosTable) -> ServiceFigures:
    return ServiceFigures(moto_aws.client("dynamodb"), moto_aws.VIDEOS, lag)


def test_without_videos_there_is_no_backlog(figures: ServiceFigures) -> None:
    found = figures.backlog()
    assert (found.oldest_s, found.waiting, found.processing, found.is_partial) == (0, 0, 0, False)


def test_videos_are_counted_by_their_states(table: VideosTable, figures: ServiceFigures) -> None:
    for n in range(6):
        table.create(number(n), size_bytes=1)
    for n in (1, 2):
        start(table, video_id=number(n))
    finish(table, video_id=number(2))
    table.delete(number(5))
    found = figures.backlog()
    assert (found.waiting, found.processing, found.is_partial) == (3, 1, False)
    assert found.oldest_s > 86_400  # the table's clock begins in January


def test_of_a_long_backlog_the_oldest_are_counted(table: VideosTable, figures: ServiceFigures) -> None:
    for n in range(MAX_COUNTED + 1):
        moto_aws.client("dynamodb").put_item(
            TableName=moto_aws.VIDEOS,
            Item={
                "videoId": {"S": number(n)},
                "state": {"S": "UPLOADED"},
                "listing": {"S": "open"},
                "listedAt": {"S": f"2026-01-01T00:00:00.{n:06d}Z"},
            },
        )
    found = figures.backlog()
    assert (found.waiting, found.processing, found.is_partial) == (MAX_COUNTED, 0, True)


def test_states_that_dynamodb_keeps_back_make_the_numbers_a_minimum(
    table: VideosTable, figures: ServiceFigures, monkeypatch: pytest.MonkeyPatch
) -> None:
    table.create(number(0), size_bytes=1)
    kept: dict[str, Any] = {"Responses": {}, "UnprocessedKeys": {moto_aws.VIDEOS: {"Keys": []}}}
    monkeypatch.setattr(moto_aws.client("dynamodb"), "batch_get_item", lambda **_: kept)
    found = figures.backlog()
    assert (found.waiting, found.processing, found.is_partial) == (0, 0, True)


def test_states_that_cannot_be_read_leave_the_age_of_the_oldest(
    table: VideosTable, figures: ServiceFigures, monkeypatch: pytest.MonkeyPatch
) -> None:
    table.create(number(0), size_bytes=1)

    def refuse(**_: object) -> None:
        raise StorageFailed("storage_failed", "throttled")

    monkeypatch.setattr(moto_aws.client("dynamodb"), "batch_get_item", refuse)
    found = figures.backlog()
    assert (found.oldest_s > 0, found.waiting, found.processing) == (True, None, None)


def test_the_lag_of_the_last_messages_is_known_for_a_while(figures: ServiceFigures) -> None:
    client = moto_aws.client("dynamodb")
    assert figures.push_lag_s() is None
    PushLag(client, moto_aws.IDEMPOTENCY).note(1.25)
    assert figures.push_lag_s() == 1.25
    PushLag(client, moto_aws.IDEMPOTENCY, now_s=lambda: 1_000.0).note(9.0)
    assert figures.push_lag_s() is None
