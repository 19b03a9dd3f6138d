"""Files that were replaced by the same form: after they were accepted, before, and meanwhile."""

from collections.abc import Callable

import pytest

from reelway import failures, keys
from reelway.errors import ProcessingInterrupted
from reelway.plan.plan_document import PLAN
from reelway.probe.report import Report
from reelway.video import LadderState, State
from tests.support.doubles.fakes.encoder import FakeEncoder
from tests.support.samples import VIDEO_ID
from tests.unit.transcode.planner import PlannerSetup

UPLOAD = keys.upload(VIDEO_ID)
RERUN = "00000000-1111-4222-8333-444444444444"
UNDONE, NOTICED = "the replacement of an accepted file was undone", "an accepted file was replaced"


@pytest.fixture
def setup() -> PlannerSetup:
    return PlannerSetup()


def replace_file(setup: PlannerSetup, body: bytes = b"another film") -> None:
    setup.uploads.put(UPLOAD, body, content_type="x/y")


def fail(setup: PlannerSetup) -> None:
    assert setup.videos.fail(VIDEO_ID, failures.processing_lost())


def finish(setup: PlannerSetup) -> None:
    run_id = setup.video.run_id or ""
    setup.videos.finish(VIDEO_ID, run_id=run_id, renditions=[], ladder=LadderState.COMPLETE)


@pytest.mark.parametrize("end", [lambda _: None, finish, fail], ids=["PROCESSING", "READY", "FAILED"])
def test_a_file_that_was_accepted_comes_back_whatever_replaced_it(
    setup: PlannerSetup, end: Callable[[PlannerSetup], None]
) -> None:
    setup.accept()
    end(setup)
    state = setup.video.state
    replace_file(setup)
    replace_file(setup, b"a third film")
    for _ in range(3):  # both events, and one of them twice
        setup.accept()
    assert (setup.uploads.read(UPLOAD), setup.logged) == (b"film", [UNDONE])
    assert (len(setup.encoder.probes), len(setup.workflows.started)) == (1, 1)
    assert setup.video.state is state


def test_where_the_accepted_file_is_not_kept_the_replacement_is_noticed_and_not_removed(
    setup: PlannerSetup,
) -> None:
    setup.accept()
    replace_file(setup)
    setup.uploads.replaced.clear()
    setup.accept()
    assert (setup.uploads.read(UPLOAD), setup.logged) == (b"another film", [NOTICED])
    assert (len(setup.encoder.probes), len(setup.workflows.started)) == (1, 1)


def test_a_file_that_was_replaced_before_it_was_planned_is_simply_the_upload(setup: PlannerSetup) -> None:
    replace_file(setup)
    for _ in range(2):
        setup.accept()
    assert (setup.uploads.read(UPLOAD), setup.logged) == (b"another film", [])


def test_a_file_that_planning_has_rejected_may_be_replaced(setup: PlannerSetup) -> None:
    setup.encoder.probed = Report("text")
    assert setup.accept()
    replace_file(setup)
    setup.accept()
    assert (setup.uploads.read(UPLOAD), setup.video.state) == (b"another film", State.FAILED)


def test_a_run_that_is_begun_again_works_on_the_file_that_the_first_one_accepted(setup: PlannerSetup) -> None:
    setup.accept()
    fail(setup)
    assert setup.videos.rerun(VIDEO_ID, run_id=RERUN)
    replace_file(setup)
    setup.accept()
    first, second = (
        PLAN.load(setup.uploads.read(keys.plan(keys.job(VIDEO_ID, run))) or b"") for run in (None, RERUN)
    )
    assert (first.etag, setup.uploads.read(UPLOAD)) == (second.etag, b"film")


class _Slow(FakeEncoder):
    """While it probes, something happens."""

    def __init__(self, setup: PlannerSetup, happens: Callable[[], object]) -> None:
        super().__init__(setup.encoder.probed)
        self.happens = happens

    def probe(self, url: str) -> Report:
        self.happens()
        return FakeEncoder.probe(self, url)


def test_a_file_that_is_replaced_while_it_is_probed_is_probed_again(setup: PlannerSetup) -> None:
    probed, setup.encoder = setup.encoder, _Slow(setup, lambda: replace_file(setup))
    with pytest.raises(ProcessingInterrupted, match="replaced while it was probed"):
        setup.accept()
    assert not setup.uploads.read(keys.plan(VIDEO_ID))
    setup.encoder = probed
    setup.accept()
    assert (setup.uploads.read(UPLOAD), setup.video.state) == (b"another film", State.PROCESSING)


def test_what_another_delivery_has_accepted_meanwhile_comes_back(setup: PlannerSetup) -> None:
    """The replacement is being probed when the first file's plan is stored."""

    def accept_the_first() -> None:
        setup.encoder = FakeEncoder(setup.encoder.probed)
        later = setup.uploads.objects.pop(UPLOAD)
        setup.uploads.objects[UPLOAD] = setup.uploads.replaced.pop(UPLOAD)[0]
        setup.accept()
        setup.uploads.replaced[UPLOAD] = [setup.uploads.objects[UPLOAD]]
        setup.uploads.objects[UPLOAD] = later

    replace_file(setup)
    setup.encoder = _Slow(setup, accept_the_first)
    setup.accept()
    assert (setup.uploads.read(UPLOAD), setup.logged) == (b"film", [UNDONE])
    assert len(setup.workflows.started) == 1


def test_a_file_that_was_removed_while_it_was_probed_is_left_to_the_steps(setup: PlannerSetup) -> None:
    setup.encoder = _Slow(setup, lambda: setup.uploads.delete(UPLOAD))
    setup.accept()
    assert setup.video.state is State.PROCESSING
