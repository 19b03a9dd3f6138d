import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from reelway import keys
from reelway.errors import StorageFailed
from tests.support import samples
from tests.support.samples import EXECUTION, VIDEO_ID

SEGMENT = f"{keys.media_prefix(VIDEO_ID)}a.ts"


@pytest.fixture
def forgotten() -> list[str]:
    return []


@pytest.fixture
def handler(handlers: Callable[[str], Any], forgotten: list[str], monkeypatch: pytest.MonkeyPatch) -> Any:
    handler = handlers("maintenance.remove_handler")
    monkeypatch.setattr(handler, "remover", replace(handler.remover, forget=forgotten.append))
    handler.remover.media.put(SEGMENT, b"x", content_type="x/y")
    return handler


REMOVAL = samples.event("sqs-removal")


def test_what_belongs_to_a_deleted_video_is_removed(handler: Any, forgotten: list[str]) -> None:
    handler.lambda_handler(REMOVAL, None)
    assert handler.remover.media.get(SEGMENT) is None
    assert forgotten == [f"/stream/{VIDEO_ID}/"]


def test_a_removal_that_fails_is_logged_and_its_message_is_delivered_again(
    handler: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(path: str) -> None:
        raise StorageFailed("storage_failed", f"no {path}")

    monkeypatch.setattr(handler, "remover", replace(handler.remover, forget=fail))
    with pytest.raises(StorageFailed):
        handler.lambda_handler(REMOVAL, None)
    assert "storage_failed" in caplog.text


@pytest.mark.parametrize(
    ("message", "execution"),
    [({"videoId": VIDEO_ID, "execution": EXECUTION}, EXECUTION), ({"videoId": VIDEO_ID}, VIDEO_ID)],
)
def test_the_execution_that_the_message_names_is_stopped_or_that_of_an_earlier_release(
    handler: Any, message: dict[str, str], execution: str
) -> None:
    workflows = handler.remover.workflows
    workflows.start(execution, {})
    event = samples.event("sqs-removal")
    event["Records"][0]["body"] = json.dumps(message)
    handler.lambda_handler(event, None)
    assert not workflows.is_running(execution)


def test_a_message_that_is_delivered_twice_does_no_harm(handler: Any, forgotten: list[str]) -> None:
    for _ in range(2):
        handler.lambda_handler(REMOVAL, None)
    assert forgotten == [f"/stream/{VIDEO_ID}/"] * 2
