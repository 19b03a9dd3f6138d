from dataclasses import replace

import pytest

from changes.change import Change
from changes.recall import RecallListener
from reelway.video import Playback, Video
from tests.support.samples import VIDEO, VIDEO_ID

SIGNED = replace(VIDEO, playback=Playback.SIGNED)
LATER = replace(SIGNED, version=4)


@pytest.mark.parametrize(
    ("before", "after", "is_told"),
    [
        (SIGNED, None, True),  # deleted
        (None, LATER, True),  # restored
        (SIGNED, replace(SIGNED, recalled_at=5), True),
        (VIDEO, replace(VIDEO, recalled_at=5), True),
        (replace(SIGNED, recalled_at=5), replace(SIGNED, recalled_at=5, version=2), False),
        (SIGNED, LATER, False),
        (None, SIGNED, False),  # created
        (VIDEO, None, False),
        (None, replace(VIDEO, version=4), False),
        (None, None, False),
    ],
)
def test_the_distribution_is_told_of_what_changes_which_tokens_are_valid(
    before: Video | None, after: Video | None, is_told: bool
) -> None:
    told: list[str] = []
    RecallListener(told.append).on_change(Change(VIDEO_ID, before, after))
    assert told == [VIDEO_ID] * is_told
