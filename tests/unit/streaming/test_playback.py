from collections.abc import Callable

import pytest

from reelway import keys
from reelway.errors import RequestRefused
from reelway.video import Failure, LadderState
from streaming import playback
from tests.support.doubles.fakes.storage import FakeBucket
from tests.support.doubles.fakes.videos import FakeVideos
from tests.support.samples import RENDITION, RUN_ID, UNKNOWN_ID, VIDEO_ID

SEGMENT_ID = "token-720p-00000-000.ts"


@pytest.fixture
def videos() -> FakeVideos:
    videos = FakeVideos()
    videos.create(VIDEO_ID, size_bytes=1)
    return videos


@pytest.fixture
def media() -> FakeBucket:
    """Everything of a video, as it is published before the video is READY."""
    media = FakeBucket()
    for key in (
        keys.manifest(VIDEO_ID),
        keys.master(VIDEO_ID),
        keys.rendition(VIDEO_ID, "480p"),
        keys.i_frames(VIDEO_ID, "480p"),
        keys.segment(VIDEO_ID, SEGMENT_ID),
    ):
        media.put(key, key.encode(), content_type="x/y")
    return media


def ready(videos: FakeVideos) -> FakeVideos:
    videos.finish(VIDEO_ID, run_id=RUN_ID, renditions=[RENDITION], ladder=LadderState.COMPLETE)
    return videos


def refusal(call: Callable[[], object]) -> RequestRefused:
    with pytest.raises(RequestRefused) as caught:
        call()
    return caught.value


def test_the_manifest_the_master_and_a_rendition_are_three_playlists(
    videos: FakeVideos, media: FakeBucket
) -> None:
    ready(videos)
    plain = playback.playlist(VIDEO_ID, rendition=None, videos=videos, media=media)
    master = playback.master(VIDEO_ID, videos=videos, media=media)
    small = playback.playlist(VIDEO_ID, rendition="480p", videos=videos, media=media)
    assert [found.body.decode() for found in (plain, master, small)] == [
        keys.manifest(VIDEO_ID),
        keys.master(VIDEO_ID),
        keys.rendition(VIDEO_ID, "480p"),
    ]


@pytest.mark.parametrize("name", ["1080p", "", "../manifest", "480p/"])
def test_a_rendition_that_is_not_there_is_404(videos: FakeVideos, media: FakeBucket, name: str) -> None:
    refused = refusal(lambda: playback.playlist(VIDEO_ID, rendition=name, videos=ready(videos), media=media))
    assert (refused.status, refused.code) == (404, "unknown_rendition")


def test_the_i_frames_of_a_rendition_are_a_playlist_of_their_own(
    videos: FakeVideos, media: FakeBucket
) -> None:
    found = playback.i_frames(VIDEO_ID, rendition="480p", videos=ready(videos), media=media)
    assert found.body.decode() == keys.i_frames(VIDEO_ID, "480p")


@pytest.mark.parametrize("name", ["1080p", "", "../manifest", "480p/"])
def test_i_frames_of_a_rendition_that_has_none_are_404(
    videos: FakeVideos, media: FakeBucket, name: str
) -> None:
    refused = refusal(lambda: playback.i_frames(VIDEO_ID, rendition=name, videos=ready(videos), media=media))
    assert (refused.status, refused.code) == (404, "unknown_rendition")


def test_a_ready_video_without_its_manifest_is_404(videos: FakeVideos) -> None:
    refused = refusal(
        lambda: playback.playlist(VIDEO_ID, rendition=None, videos=ready(videos), media=FakeBucket())
    )
    assert (refused.status, refused.code) == (404, "media_missing")


def test_a_segment_or_its_range_is_served(videos: FakeVideos, media: FakeBucket) -> None:
    ready(videos)
    whole = playback.segment(VIDEO_ID, SEGMENT_ID, byte_range=None, videos=videos, media=media)
    part = playback.segment(VIDEO_ID, SEGMENT_ID, byte_range="bytes=0-5", videos=videos, media=media)
    assert whole.body.decode() == keys.segment(VIDEO_ID, SEGMENT_ID)
    assert part.body == b"stream"
    assert part.content_range == f"bytes 0-5/{len(whole.body)}"


@pytest.mark.parametrize("segment_id", ["other.ts", "manifest", "", "../manifest", "a/../b.ts"])
def test_a_segment_that_is_not_there_is_404(videos: FakeVideos, media: FakeBucket, segment_id: str) -> None:
    refused = refusal(
        lambda: playback.segment(VIDEO_ID, segment_id, byte_range=None, videos=ready(videos), media=media)
    )
    assert (refused.status, refused.code) == (404, "unknown_segment")


CALLS = {
    "playlist": lambda video_id, videos, media: playback.playlist(
        video_id, rendition=None, videos=videos, media=media
    ),
    "master": lambda video_id, videos, media: playback.master(video_id, videos=videos, media=media),
    "i_frames": lambda video_id, videos, media: playback.i_frames(
        video_id, rendition="480p", videos=videos, media=media
    ),
    "segment": lambda video_id, videos, media: playback.segment(
        video_id, SEGMENT_ID, byte_range=None, videos=videos, media=media
    ),
}
Call = Callable[[str, FakeVideos, FakeBucket], object]
each_call = pytest.mark.parametrize("call", CALLS.values(), ids=CALLS.keys())


@each_call
@pytest.mark.parametrize("video_id", [UNKNOWN_ID, "clip", VIDEO_ID.upper(), ".."])
def test_an_unknown_video_is_404(videos: FakeVideos, media: FakeBucket, call: Call, video_id: str) -> None:
    refused = refusal(lambda: call(video_id, ready(videos), media))
    assert (refused.status, refused.code) == (404, "unknown_video")


@each_call
@pytest.mark.parametrize("is_started", [False, True])
def test_a_video_that_is_not_ready_is_409_even_if_its_files_are_there(
    videos: FakeVideos, media: FakeBucket, call: Call, is_started: bool
) -> None:
    if is_started:
        videos.start(VIDEO_ID, run_id=RUN_ID, duration_s=1.0, total_frames=25)
    refused = refusal(lambda: call(VIDEO_ID, videos, media))
    assert (refused.status, refused.code) == (409, "not_ready")
    assert int(refused.headers["Retry-After"]) > 0


@each_call
def test_a_failed_video_is_409_and_says_why(videos: FakeVideos, media: FakeBucket, call: Call) -> None:
    videos.fail(VIDEO_ID, Failure("no_video", "It holds no video."))
    refused = refusal(lambda: call(VIDEO_ID, videos, media))
    assert (refused.status, refused.code) == (409, "video_failed")
    assert "It holds no video." in refused.detail
    assert "Retry-After" not in refused.headers


def test_a_still_of_a_ready_video_is_served(videos: FakeVideos, media: FakeBucket) -> None:
    media.put(keys.poster(VIDEO_ID), b"jpeg", content_type="image/jpeg")
    found = playback.still(VIDEO_ID, keys.poster(VIDEO_ID), videos=ready(videos), media=media)
    assert (found.body, found.content_type) == (b"jpeg", "image/jpeg")


@pytest.mark.parametrize(
    ("ladder", "answer"),
    [(LadderState.ENCODING, (409, "not_ready")), (LadderState.COMPLETE, (404, "media_missing"))],
)
def test_a_still_that_is_not_there_may_still_come(
    videos: FakeVideos, media: FakeBucket, ladder: LadderState, answer: tuple[int, str]
) -> None:
    videos.finish(VIDEO_ID, run_id=RUN_ID, renditions=[RENDITION], ladder=ladder)
    refused = refusal(lambda: playback.still(VIDEO_ID, keys.poster(VIDEO_ID), videos=videos, media=media))
    assert (refused.status, refused.code) == answer


def test_no_still_is_served_before_the_video_is_ready(videos: FakeVideos, media: FakeBucket) -> None:
    media.put(keys.poster(VIDEO_ID), b"jpeg", content_type="image/jpeg")
    refused = refusal(lambda: playback.still(VIDEO_ID, keys.poster(VIDEO_ID), videos=videos, media=media))
    assert (refused.status, refused.code) == (409, "not_ready")
