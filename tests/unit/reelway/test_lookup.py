from collections.abc import Callable

import pytest

from reelway.errors import RequestRefused
from reelway.lookup import known_or_deleted_video, known_video
from reelway.video import Video
from tests.support.doubles.fakes.videos import FakeVideos
from tests.support.samples import UNKNOWN_ID, VIDEO_ID

Lookup = Callable[[str, FakeVideos], Video]
each_lookup = pytest.mark.parametrize("lookup", [known_video, known_or_deleted_video])


@pytest.fixture
def videos() -> FakeVideos:
    videos = FakeVideos()
    videos.create(VIDEO_ID, size_bytes=1)
    return videos


def refusal(lookup: Lookup, video_id: str, videos: FakeVideos) -> tuple[int, str]:
    with pytest.raises(RequestRefused) as caught:
        lookup(video_id, videos)
    return caught.value.status, caught.value.code


@each_lookup
def test_a_known_video_is_found(lookup: Lookup, videos: FakeVideos) -> None:
    assert lookup(VIDEO_ID, videos).video_id == VIDEO_ID


@each_lookup
@pytest.mark.parametrize("video_id", [UNKNOWN_ID, "clip", "", VIDEO_ID.upper(), ".."])
def test_an_unknown_video_is_404(lookup: Lookup, videos: FakeVideos, video_id: str) -> None:
    assert refusal(lookup, video_id, videos) == (404, "unknown_video")


def test_a_deleted_video_is_404_in_the_contract_and_410_beyond_it(videos: FakeVideos) -> None:
    videos.delete(VIDEO_ID)
    assert refusal(known_video, VIDEO_ID, videos) == (404, "unknown_video")
    assert refusal(known_or_deleted_video, VIDEO_ID, videos) == (410, "deleted_video")
