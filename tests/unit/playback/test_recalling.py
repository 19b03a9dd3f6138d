from dataclasses import dataclass, field, replace

import pytest

from playback.recalling import Recalling
from reelway.playback_tokens import MAX_LIFE_S
from reelway.ports.deleted import Deleted
from tests.support.doubles.fakes.edge_values import FakeEdgeValues
from tests.support.doubles.fakes.videos import FakeVideos
from tests.support.samples import UNKNOWN_ID, VIDEO, VIDEO_ID

NOW = 1_767_225_600
DELETED_AT = "2026-01-01T00:00:00.000000Z"
DENY = f"deny:{VIDEO_ID}"


@dataclass(slots=True)
class FakeDeleted:
    found: dict[str, Deleted] = field(default_factory=dict)

    def find(self, video_id: str) -> Deleted | None:
        return self.found.get(video_id)

    def order_restoring(self, video_id: str, *, deleted_since: str) -> bool:
        raise NotImplementedError

    def restore(self, deleted: Deleted, *, run_id: str, is_whole: bool) -> bool:
        raise NotImplementedError


@dataclass(slots=True)
class Stage:
    videos: FakeVideos = field(default_factory=FakeVideos)
    deleted: FakeDeleted = field(default_factory=FakeDeleted)
    values: FakeEdgeValues = field(default_factory=FakeEdgeValues)

    def see_to(self, *video_ids: str, after_s: int = 0) -> dict[str, str]:
        Recalling(self.videos, self.deleted, self.values).see_to(video_ids, now=NOW + after_s)
        return {name: value for name, value in self.values.values.items() if name != "swept"}


@pytest.fixture
def stage() -> Stage:
    return Stage(FakeVideos({VIDEO_ID: VIDEO}))


def test_tokens_that_were_issued_until_a_recall_are_denied(stage: Stage) -> None:
    stage.videos.videos[VIDEO_ID] = replace(VIDEO, recalled_at=NOW - 5)
    assert stage.see_to(VIDEO_ID) == {DENY: str(NOW - 5)}


def test_of_a_deleted_video_all_tokens_are_denied_also_those_that_somebody_signs_later(stage: Stage) -> None:
    stage.videos.videos.clear()
    stage.deleted.found[VIDEO_ID] = Deleted(VIDEO, DELETED_AT, None, is_purged=False)
    assert stage.see_to(VIDEO_ID) == {DENY: str(NOW + MAX_LIFE_S)}


def test_a_restored_video_is_denied_as_it_was_before(stage: Stage) -> None:
    stage.values.values = {DENY: str(NOW + MAX_LIFE_S)}
    assert stage.see_to(VIDEO_ID) == {}
    stage.values.values = {DENY: str(NOW + MAX_LIFE_S)}
    stage.videos.videos[VIDEO_ID] = replace(VIDEO, recalled_at=NOW - 5)
    assert stage.see_to(VIDEO_ID) == {DENY: str(NOW - 5)}


def test_a_batch_is_one_change_and_a_late_message_does_what_is_right_by_then(stage: Stage) -> None:
    stage.videos.videos[VIDEO_ID] = replace(VIDEO, recalled_at=NOW - 5)
    stage.values.values = {f"deny:{UNKNOWN_ID}": "1", "key:1": "secret", "swept": str(NOW)}
    assert stage.see_to(VIDEO_ID, UNKNOWN_ID) == {DENY: str(NOW - 5), "key:1": "secret"}
    assert stage.values.changes == 1
    assert DENY not in stage.see_to(VIDEO_ID, after_s=MAX_LIFE_S)


def test_once_a_day_entries_are_removed_that_refuse_no_token_any_more(stage: Stage) -> None:
    later = {f"deny:{UNKNOWN_ID}": str(NOW + MAX_LIFE_S), "key:1": "secret"}
    stage.values.values = {DENY: str(NOW), "swept": str(NOW), **later}
    assert DENY in stage.see_to("other", after_s=86_399)
    assert DENY in stage.see_to("other", after_s=MAX_LIFE_S - 1)
    assert DENY in stage.see_to("other", after_s=MAX_LIFE_S)  # not so soon again
    assert stage.see_to("other", after_s=MAX_LIFE_S + 86_400) == later
    assert stage.see_to("other", after_s=2 * MAX_LIFE_S + 86_400) == {"key:1": "secret"}
