from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from reelway import keys
from reelway.errors import StorageFailed
from tests.support import samples
from tests.support.samples import VIDEO_ID

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


DELETED = samples.event("dynamodb-video-deleted")


def test_what_belongs_to_a_deleted_video_is_removed(handler: Any, forgotten: list[str]) -> None:
    assert handler.lambda_handler(DELETED, None) == {"batchItemFailures": []}
    assert handler.remover.media.get(SEGMENT) is None
    assert forgotten == [f"/stream/{VIDEO_ID}/"]


def test_a_video_that_is_there_keeps_its_media(handler: Any) -> None:
    assert handler.lambda_handler(samples.event("dynamodb-video-modified"), None) == {"batchItemFailures": []}
    assert handler.remover.media.get(SEGMENT)


def test_what_fails_is_logged_and_comes_again(
    handler: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(path: str) -> None:
        raise StorageFailed("storage_failed", f"no {path}")

    monkeypatch.setattr(handler, "remover", replace(handler.remover, forget=fail))
    answer = handler.lambda_handler(DELETED, None)
    assert len(answer["batchItemFailures"]) == 1
    assert "storage_failed" in caplog.text
