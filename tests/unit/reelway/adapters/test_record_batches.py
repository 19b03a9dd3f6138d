from types import SimpleNamespace
from typing import Any

import pytest

from reelway.adapters.record_batches import RecordBatches
from reelway.errors import StorageFailed
from tests.support.samples import UNKNOWN_ID, VIDEO_ID
from tests.unit.reelway.adapters.videos import number


class Sparing:
    """A client whose table has capacity for some records of each batch, and answers backwards."""

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self.asked: list[int] = []

    def batch_get_item(self, RequestItems: dict[str, Any]) -> dict[str, Any]:  # noqa: N803  boto3's
        [(table, asked)] = RequestItems.items()
        keys, left = asked["Keys"][: self.capacity], asked["Keys"][self.capacity :]
        self.asked.append(len(asked["Keys"]))
        answer: dict[str, Any] = {"Responses": {table: keys[::-1]}}
        return answer | {"UnprocessedKeys": {table: asked | {"Keys": left}} if left else {}}


def read(client: Any, video_ids: list[str]) -> list[str]:
    batches = RecordBatches(client, "videos", ("videoId", "state"), sleep=lambda _: None)
    return [item["videoId"]["S"] for item in batches.items(video_ids)]


def test_a_hundred_records_are_read_by_one_call_and_come_in_their_order() -> None:
    client, video_ids = Sparing(100), [number(n) for n in range(1, 251)]
    assert read(client, video_ids) == video_ids
    assert client.asked == [100, 100, 50]


def test_an_id_that_is_named_twice_is_asked_for_once() -> None:
    assert read(Sparing(100), [VIDEO_ID, UNKNOWN_ID, VIDEO_ID]) == [VIDEO_ID, UNKNOWN_ID]


def test_records_that_dynamodb_left_out_are_asked_for_again() -> None:
    client = Sparing(1)
    assert read(client, [VIDEO_ID, UNKNOWN_ID]) == [VIDEO_ID, UNKNOWN_ID]
    assert client.asked == [2, 1]


def test_records_that_dynamodb_leaves_out_for_long_are_a_storage_failure() -> None:
    left = SimpleNamespace(
        batch_get_item=lambda RequestItems: {"Responses": {}, "UnprocessedKeys": RequestItems}  # noqa: N803
    )
    with pytest.raises(StorageFailed):
        read(left, [VIDEO_ID])
