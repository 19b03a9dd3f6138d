from dataclasses import dataclass, field, replace

import pytest

from changes.change import Change
from changes.shelving import ShelvingListener
from reelway.adapters.shelf_rows import ShelfRowsTable
from reelway.shelves import rows_of
from reelway.video import State, Video
from tests.support.doubles import moto_aws
from tests.support.samples import VIDEO, VIDEO_ID

OWNED = replace(VIDEO, owner="alice", external_id="film")


@dataclass
class Known:
    """The video as it is by now."""

    video: Video | None = None
    reads: list[str] = field(default_factory=list)

    def find(self, video_id: str) -> Video | None:
        self.reads.append(video_id)
        return self.video


@pytest.fixture
def known(mocked_aws: None) -> Known:
    moto_aws.make_tables()
    return Known()


def tell(known: Known, before: Video | None, after: Video | None) -> None:
    rows = ShelfRowsTable(moto_aws.client("dynamodb"), moto_aws.VIDEOS)
    ShelvingListener(known.find, rows).on_change(Change(VIDEO_ID, before, after))


def stored() -> dict[str, str]:
    """The list of each row."""
    items = moto_aws.client("dynamodb").scan(TableName=moto_aws.VIDEOS)["Items"]
    return {item["videoId"]["S"]: item["listing"]["S"] for item in items}


def expected(video: Video) -> dict[str, str]:
    return {row.row_id: row.name for row in rows_of(video)}


@pytest.mark.parametrize("video", [VIDEO, OWNED])
def test_an_upload_is_put_on_its_shelves_however_often_it_is_told(known: Known, video: Video) -> None:
    known.video = video
    for _ in range(2):
        tell(known, None, video)
    assert stored() == expected(video)


def test_a_deleted_video_is_taken_off_and_a_restored_one_put_back(known: Known) -> None:
    known.video = OWNED
    tell(known, None, OWNED)
    known.video = None
    tell(known, OWNED, None)
    assert stored() == {}
    known.video = OWNED
    tell(known, None, OWNED)
    assert stored() == expected(OWNED)


def test_another_external_id_is_another_shelf_and_none_is_none(known: Known) -> None:
    other, none = replace(OWNED, external_id="other"), replace(OWNED, external_id=None)
    for before, after in ((None, OWNED), (OWNED, other), (other, none)):
        known.video = after
        tell(known, before, after)
        assert stored() == expected(after)


def test_a_change_that_comes_late_does_not_bring_a_deleted_video_back(known: Known) -> None:
    tell(known, None, OWNED)
    assert stored() == {}


def test_a_deletion_that_comes_late_does_not_take_a_restored_video_off(known: Known) -> None:
    known.video = OWNED
    tell(known, None, OWNED)
    tell(known, OWNED, None)
    assert stored() == expected(OWNED)


def test_progress_and_states_cost_no_call(known: Known) -> None:
    tell(known, VIDEO, replace(VIDEO, state=State.READY, version=3, progress=1.0, title="x"))
    assert (known.reads, stored()) == ([], {})


def test_a_run_that_is_begun_again_has_its_video_arranged(known: Known) -> None:
    known.video = replace(VIDEO, reruns=1)
    tell(known, VIDEO, known.video)
    assert stored() == expected(VIDEO)
