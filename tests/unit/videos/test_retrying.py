"""POST /video/{videoId}/retry: what failed by a fault of ours is begun again, once, and nothing else is."""

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from reelway import failures, keys
from reelway.caller import ANYBODY
from reelway.errors import RequestRefused, StorageFailed
from reelway.video import Failure, LadderState, State, Video
from tests.support.doubles.fakes.storage import FakeBucket
from tests.support.doubles.fakes.videos import FakeVideos
from tests.support.samples import RENDITION, RUN_ID, UNKNOWN_ID, VIDEO_ID
from videos.retrying import Retries

OURS = failures.processing_failed()
Change = Callable[["Setup"], object]


@dataclass
class Setup:
    """A video whose processing has begun."""

    uploads: FakeBucket = field(default_factory=FakeBucket)
    videos: FakeVideos = field(default_factory=FakeVideos)
    planned: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.videos.create(VIDEO_ID, size_bytes=4)
        self.videos.start(VIDEO_ID, run_id=RUN_ID, duration_s=1.0, total_frames=25)
        self.uploads.put(keys.upload(VIDEO_ID), b"film", content_type="x/y")

    def retry(self, video_id: str = VIDEO_ID) -> Video:
        return Retries(self.uploads, self.videos, self.videos, self.planned.append).retry(video_id, ANYBODY)

    def refusal(self, video_id: str = VIDEO_ID) -> tuple[int, str]:
        before = dict(self.videos.videos)
        with pytest.raises(RequestRefused) as refused:
            self.retry(video_id)
        assert (self.videos.videos, self.planned) == (before, [])
        return refused.value.status, refused.value.code

    def fail(self, failure: Failure = OURS) -> None:
        self.videos.fail(VIDEO_ID, failure)

    def publish(self, ladder: LadderState) -> None:
        self.videos.finish(VIDEO_ID, run_id=RUN_ID, renditions=[RENDITION], ladder=ladder)

    def fail_ladder(self, failure: Failure = OURS) -> None:
        self.publish(LadderState.ENCODING)
        self.videos.fail_ladder(VIDEO_ID, failure)


@pytest.fixture
def setup() -> Setup:
    return Setup()


@pytest.mark.parametrize("failure", [failures.processing_failed(), failures.processing_lost()])
def test_a_video_that_failed_by_us_waits_in_the_queue_again(setup: Setup, failure: Failure) -> None:
    setup.fail(failure)
    before = setup.videos.videos[VIDEO_ID]
    video = setup.retry()
    assert (video.state, video.failure, video.version) == (State.UPLOADED, None, before.version + 1)
    assert (video.reruns, setup.planned) == (1, [keys.upload(VIDEO_ID)])
    assert video.run_id not in (None, RUN_ID)


def test_a_ladder_that_failed_by_us_is_encoded_again_behind_its_ready_video(setup: Setup) -> None:
    setup.fail_ladder()
    before = setup.videos.videos[VIDEO_ID]
    video = setup.retry()
    assert (video.state, video.ladder, video.failure) == (State.READY, LadderState.ENCODING, None)
    assert (video.renditions, video.version) == (before.renditions, before.version)
    assert setup.planned == [keys.upload(VIDEO_ID)]
    assert video.run_id not in (None, RUN_ID)


@pytest.mark.parametrize("is_ladder", [False, True])
def test_a_request_that_is_repeated_makes_no_second_run(setup: Setup, is_ladder: bool) -> None:
    if is_ladder:
        setup.fail_ladder()
    else:
        setup.fail()
    assert setup.retry() == setup.retry()


def test_a_request_that_is_repeated_while_the_run_lasts_makes_no_second_run(setup: Setup) -> None:
    setup.fail()
    run_id = setup.retry().run_id
    assert run_id
    setup.videos.start(VIDEO_ID, run_id=run_id, duration_s=1.0, total_frames=25)
    assert (setup.retry().run_id, setup.retry().reruns) == (run_id, 1)


def test_a_retry_whose_event_was_not_sent_is_taken_up_by_the_next_request(setup: Setup) -> None:
    def refuse(_: str) -> None:
        raise StorageFailed("storage_failed", "throttled")

    setup.fail()
    with pytest.raises(StorageFailed):
        Retries(setup.uploads, setup.videos, setup.videos, refuse).retry(VIDEO_ID, ANYBODY)
    waiting = setup.videos.videos[VIDEO_ID]
    assert setup.retry() == waiting
    assert setup.planned == [keys.upload(VIDEO_ID)]


def test_of_two_requests_at_the_same_time_one_makes_a_run_and_both_are_answered(setup: Setup) -> None:
    setup.fail()
    other = Retries(setup.uploads, setup.videos, setup.videos, setup.planned.append)

    class Overtaken(FakeVideos):
        """The other request comes between this one's look and its write."""

        def rerun(self, video_id: str, *, run_id: str) -> bool:
            other.retry(video_id, ANYBODY)
            return setup.videos.rerun(video_id, run_id=run_id)

    video = Retries(setup.uploads, setup.videos, Overtaken(), setup.planned.append).retry(VIDEO_ID, ANYBODY)
    assert (video.state, video.reruns) == (State.UPLOADED, 1)


def test_a_video_whose_files_are_being_removed_is_not_begun_again(setup: Setup) -> None:
    class Removing(FakeVideos):
        def rerun(self, video_id: str, *, run_id: str) -> bool:
            return False

    setup.fail()
    with pytest.raises(RequestRefused) as refused:
        Retries(setup.uploads, setup.videos, Removing(), setup.planned.append).retry(VIDEO_ID, ANYBODY)
    assert (refused.value.status, refused.value.code, setup.planned) == (409, "source_gone", [])


@pytest.mark.parametrize(
    ("prepare", "status", "code"),
    [
        (lambda setup: None, 409, "nothing_to_retry"),  # is being processed
        (lambda setup: setup.publish(LadderState.ENCODING), 409, "nothing_to_retry"),
        (lambda setup: setup.publish(LadderState.COMPLETE), 409, "nothing_to_retry"),
        (lambda setup: setup.fail(Failure("no_video", "It has none.")), 409, "not_retryable"),
        (lambda setup: setup.fail(failures.upload_lost()), 409, "not_retryable"),
        (lambda setup: setup.fail_ladder(Failure("undecodable", "Damaged.")), 409, "not_retryable"),
        (lambda setup: (setup.fail(), setup.uploads.delete(keys.upload(VIDEO_ID))), 409, "source_gone"),
        (lambda setup: (setup.fail(), setup.videos.delete(VIDEO_ID)), 410, "deleted_video"),
    ],
)
def test_what_no_other_run_can_help_is_refused_with_a_reason(
    setup: Setup, prepare: Change, status: int, code: str
) -> None:
    prepare(setup)
    assert setup.refusal() == (status, code)


@pytest.mark.parametrize("video_id", [UNKNOWN_ID, "clip"])
def test_an_unknown_video_cannot_be_retried(setup: Setup, video_id: str) -> None:
    assert setup.refusal(video_id) == (404, "unknown_video")


def test_an_upload_that_was_never_planned_is_not_retried(setup: Setup) -> None:
    setup.videos.create(UNKNOWN_ID, size_bytes=4)
    assert setup.refusal(UNKNOWN_ID) == (409, "nothing_to_retry")
