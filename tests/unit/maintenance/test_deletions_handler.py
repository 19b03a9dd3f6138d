from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from reelway import keys
from tests.support import samples
from tests.support.readers.metrics import written
from tests.support.samples import VIDEO_ID


@pytest.fixture
def forgotten() -> list[str]:
    return []


@pytest.fixture
def handler(handlers: Callable[..., Any], forgotten: list[str], monkeypatch: pytest.MonkeyPatch) -> Any:
    """The handler beside a deleted video whose upload is still stored."""
    handler = handlers("maintenance.deletions_handler")
    monkeypatch.setattr(handler, "remover", replace(handler.remover, forget=forgotten.append))
    handler.videos.create(VIDEO_ID, size_bytes=1)
    handler.videos.delete(VIDEO_ID)
    handler.remover.uploads.put(keys.upload(VIDEO_ID), b"film", content_type="x/y")
    return handler


def run(handler: Any) -> dict[str, int]:
    counts: dict[str, int] = handler.lambda_handler(samples.event("schedule-deletions"), None)
    return counts


def test_what_a_deleted_video_left_is_removed(
    handler: Any,
    forgotten: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(handler, "utc_now", lambda _: "9999")
    assert run(handler) == {"removed": 1}
    assert handler.remover.uploads.head(keys.upload(VIDEO_ID)) is None
    assert forgotten == [f"/stream/{VIDEO_ID}/"]
    assert written(capsys, "MaintenanceCompleted", function="deletions") == [1]


def test_what_may_still_be_written_is_left_for_later(handler: Any, forgotten: list[str]) -> None:
    assert run(handler) == {"removed": 0}
    assert forgotten == []


def test_a_video_that_cannot_be_removed_is_logged(
    handler: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(handler, "utc_now", lambda _: "9999")
    monkeypatch.setattr(handler.remover.uploads, "name", "no-such-bucket")
    assert run(handler) == {"removed": 0}
    assert "a deleted video could not be removed" in caplog.text
