"""make undelete: what was deleted since a time comes back, past an API that may be closed."""

from datetime import UTC, datetime

import pytest

from account import undeleting
from account.errors import AccountError
from account.undeleting import Tombstones
from reelway.adapters import deletion_updates
from reelway.adapters.deleted_videos import DeletedVideosTable
from reelway.adapters.removals_table import RemovalsTable
from reelway.adapters.telemetry import Metrics
from reelway.adapters.videos_table import VideosTable
from tests.support.doubles import moto_aws
from tests.unit.reelway.adapters.videos import OTHER_RUN, number

SINCE = datetime(2026, 11, 26, 14, tzinfo=UTC)
ASKED = {"SINCE": "2026-11-26T14:00Z"}
BEFORE, AFTER = "2026-11-26T13:59:59.999999Z", "2026-11-26T14:00:00.000001Z"


class Library:
    """Of three videos: 1 was deleted before the attack, 2 and 3 in it, of which 3 is hidden by now."""

    def __init__(self) -> None:
        moto_aws.make_tables()
        client, self.now = moto_aws.client("dynamodb"), BEFORE
        self.table = VideosTable(client, moto_aws.VIDEOS, Metrics("films"), now=lambda: self.now)
        self.removals = RemovalsTable(client, moto_aws.VIDEOS, now=lambda: "2026-11-26T14:20:00.000000Z")
        self.deleted = DeletedVideosTable(client, moto_aws.VIDEOS, Metrics("films"))
        self.tombstones = Tombstones(client, moto_aws.VIDEOS, now=lambda: SINCE)
        for n, at in ((1, BEFORE), (2, AFTER), (3, AFTER)):
            self.table.create(number(n), size_bytes=1)
            self.now = at
            self.table.delete(number(n))
        for n in (1, 3):
            self.removals.hide(number(n))

    def restoring(self) -> list[str]:
        found = [self.deleted.find(number(n)) for n in (1, 2, 3)]
        return [each.video.video_id for each in found if each and each.restoring_at]


@pytest.fixture
def library(mocked_aws: None) -> Library:
    return Library()


def test_what_was_deleted_since_then_comes_back(library: Library, capsys: pytest.CaptureFixture[str]) -> None:
    questions: list[str] = []

    def confirms(question: str) -> bool:
        questions.append(question)
        return True

    assert undeleting.run(library.tombstones, ASKED, confirms) == 0
    assert library.restoring() == [number(2), number(3)]
    said = capsys.readouterr().out
    assert f"2026-11-26T14:00:00Z  {number(2)}" in said
    assert "2 to bring back" in said
    assert "2 come back" in said
    assert questions == ["Bring them back?"]
    found = library.deleted.find(number(2))
    assert found
    assert library.deleted.restore(found, run_id=OTHER_RUN, is_whole=True)


def test_nothing_is_done_without_a_yes(library: Library) -> None:
    assert undeleting.run(library.tombstones, ASKED, lambda _: False) == 0
    assert library.restoring() == []


def test_what_is_to_be_removed_for_good_stays_deleted(library: Library) -> None:
    listed = list(library.tombstones.since(SINCE))
    library.removals.begin(number(3), unless_since=BEFORE)
    told: list[str] = []
    assert undeleting.undelete(library.tombstones, listed, told.append) == 1
    assert told == [f"2026-11-26T14:00:00Z  {number(3)}: is coming back already, or it is too late"]
    assert [each.video_id for each in library.tombstones.since(SINCE)] == [number(2)]


def test_the_note_is_that_of_the_api() -> None:
    api = deletion_updates.restoring(deleted_since="", now="")
    sets = ", ".join(f"#{name} = :{name}" for name in api.fields)
    assert f"SET {sets}{api.clause}" == undeleting._UPDATE
    assert api.condition == undeleting._CONDITION


@pytest.mark.parametrize(("since", "said"), [("", "say since when"), ("at two", "is no time")])
def test_a_time_is_needed(since: str, said: str) -> None:
    with pytest.raises(AccountError, match=said):
        undeleting.asked({"SINCE": since})
