"""Planning of a video that has to wait."""

import pytest

from reelway import keys
from reelway.admission import Caps, Run
from reelway.video import State
from tests.support.doubles.fakes.videos import FakeVideos
from tests.support.samples import VIDEO_ID
from tests.unit.transcode.planner import PlannerSetup

OTHER = Run("other", 1, "2026-01-01T00:00:00.000000Z")


@pytest.fixture
def setup() -> PlannerSetup:
    setup = PlannerSetup()
    setup.admissions.caps = Caps(at_once=1)
    return setup


def test_a_video_that_finds_no_room_waits_as_uploaded_and_asks_again_without_another_probe(
    setup: PlannerSetup,
) -> None:
    setup.admissions.pause_s(OTHER)
    for _ in range(2):
        assert setup.accept() is None
    assert (setup.video.state, setup.workflows.started) == (State.UPLOADED, {})
    assert setup.waits == 2 * [(keys.upload(VIDEO_ID), 20)]
    assert setup.logged == 2 * ["waits to be admitted"]
    setup.admissions.release("other")
    setup.accept()
    assert setup.video.state is State.PROCESSING
    assert (len(setup.encoder.probes), len(setup.workflows.started)) == (1, 1)


def test_a_run_that_is_begun_again_asks_like_any_other(setup: PlannerSetup) -> None:
    setup.accept()
    first = setup.video.execution_name
    assert setup.videos.rerun_lost(VIDEO_ID, run_id="second", execution=first)
    setup.accept()
    assert set(setup.workflows.started) == {first}
    setup.admissions.release(first)
    setup.accept()
    assert set(setup.workflows.started) == {first, f"{VIDEO_ID}_second"}


def test_a_video_that_is_deleted_right_after_it_was_admitted_keeps_no_place(
    setup: PlannerSetup, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = FakeVideos.start

    def start_late(self: FakeVideos, video_id: str, **about: object) -> bool:
        self.delete(video_id)
        return start(self, video_id, **about)  # type: ignore[arg-type]

    monkeypatch.setattr(FakeVideos, "start", start_late)
    setup.accept()
    assert (setup.workflows.started, setup.admissions.admitted()) == ({}, {})
