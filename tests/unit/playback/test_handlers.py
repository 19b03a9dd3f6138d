from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from reelway.errors import StorageFailed
from tests.support import samples
from tests.support.doubles import moto_aws
from tests.support.doubles.fakes.edge_values import FakeEdgeValues
from tests.support.samples import VIDEO_ID

KEYS = samples.event("cloudformation-playback-keys")


@pytest.fixture
def keys_handler(
    handlers: Callable[[str], Any], cloudformation_answers: list[dict[str, Any]], monkeypatch: Any
) -> Any:
    handler = handlers("playback.keys_handler")
    monkeypatch.setattr(handler, "store", FakeEdgeValues())
    return handler


def asked(kid: str, **more: Any) -> dict[str, Any]:
    secret = moto_aws.client("secretsmanager").create_secret(Name=f"key-{kid}", SecretString=f"secret {kid}")
    return KEYS | {"ResourceProperties": {"Secret": secret["ARN"], "Kid": kid}} | more


def test_the_store_gets_each_key_and_keeps_the_one_before(
    keys_handler: Any, cloudformation_answers: list[dict[str, Any]]
) -> None:
    keys_handler.lambda_handler(first := asked("1"), None)
    old = first["ResourceProperties"]
    keys_handler.lambda_handler(asked("2", RequestType="Update", OldResourceProperties=old), None)
    assert keys_handler.store.values == {"key:1": "secret 1", "key:2": "secret 2"}
    keys_handler.lambda_handler(first | {"RequestType": "Delete"}, None)
    assert keys_handler.store.values == {"key:1": "secret 1", "key:2": "secret 2"}
    assert [answer["Status"] for answer in cloudformation_answers] == ["SUCCESS"] * 3


def test_a_key_that_cannot_be_read_fails_the_deployment(
    keys_handler: Any, cloudformation_answers: list[dict[str, Any]]
) -> None:
    keys_handler.lambda_handler(KEYS, None)
    assert [answer["Status"] for answer in cloudformation_answers] == ["FAILED"]
    assert "Secrets Manager" in cloudformation_answers[0]["Reason"]


@pytest.fixture
def recall_handler(handlers: Callable[[str], Any], monkeypatch: pytest.MonkeyPatch) -> Any:
    handler = handlers("playback.recall_handler")
    monkeypatch.setattr(handler, "recalling", replace(handler.recalling, values=FakeEdgeValues()))
    return handler


def test_a_message_has_the_tokens_of_a_deleted_video_refused(recall_handler: Any) -> None:
    videos = recall_handler.recalling.videos
    videos.create(VIDEO_ID, size_bytes=1)
    videos.delete(VIDEO_ID)
    assert recall_handler.lambda_handler(samples.event("sqs-recall"), None) == {"batchItemFailures": []}
    assert set(recall_handler.recalling.values.values) == {f"deny:{VIDEO_ID}", "swept"}


def test_a_batch_that_the_store_does_not_take_is_delivered_again(
    recall_handler: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise StorageFailed("storage_failed", "no")

    monkeypatch.setattr(FakeEdgeValues, "change", refuse)
    event = samples.event("sqs-recall")
    again = [{"itemIdentifier": message["messageId"]} for message in event["Records"]]
    assert recall_handler.lambda_handler(event, None) == {"batchItemFailures": again}
