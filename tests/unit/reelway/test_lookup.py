from collections.abc import Callable

import pytest

from reelway.caller import ANYBODY, Caller, Scope
from reelway.details import Details
from reelway.errors import RequestRefused
from reelway.lookup import known_or_deleted_video, known_video
from reelway.video import Video
from tests.support.doubles.fakes.videos import FakeVideos
from tests.support.samples import UNKNOWN_ID, VIDEO_ID

Lookup = Callable[[str, FakeVideos, Caller], Video]
each_lookup = pytest.mark.parametrize("lookup", [known_video, known_or_deleted_video])


@pytest.fixture
def videos() -> FakeVideos:
    videos = FakeVideos()
    videos.create(VIDEO_ID, size_bytes=1)
    return videos


def refusal(lookup: Lookup, video_id: str, videos: FakeVideos) -> tuple[int, str]:
    with pytest.raises(RequestRefused) as caught:
        lookup(video_id, videos, ANYBODY)
    return caught.value.status, caught.value.code


@each_lookup
def test_a_known_video_is_found(lookup: Lookup, videos: FakeVideos) -> None:
    assert lookup(VIDEO_ID, videos, ANYBODY).video_id == VIDEO_ID


@each_lookup
@pytest.mark.parametrize("video_id", [UNKNOWN_ID, "clip", "", VIDEO_ID.upper(), ".."])
def test_an_unknown_video_is_404(lookup: Lookup, videos: FakeVideos, video_id: str) -> None:
    assert refusal(lookup, video_id, videos) == (404, "unknown_video")


def test_a_deleted_video_is_404_in_the_contract_and_410_beyond_it(videos: FakeVideos) -> None:
    videos.delete(VIDEO_ID)
    assert refusal(known_video, VIDEO_ID, videos) == (404, "unknown_video")
    assert refusal(known_or_deleted_video, VIDEO_ID, videos) == (410, "deleted_video")


ADA, BOB = Caller("ada", frozenset({Scope.READ})), Caller("bob", frozenset({Scope.READ}))
ADMIN = Caller("root", frozenset({Scope.ADMIN}))
GRANTED, OTHERS_GRANT = (Caller("ada", ADA.scopes, video_id) for video_id in (VIDEO_ID, UNKNOWN_ID))


@pytest.fixture
def adas() -> FakeVideos:
    videos = FakeVideos(details={VIDEO_ID: Details("ada")})
    videos.create(VIDEO_ID, size_bytes=1)
    return videos


@each_lookup
@pytest.mark.parametrize("caller", [ADA, ADMIN, ANYBODY, GRANTED])
def test_owners_admins_and_a_videos_own_grant_see_it(
    lookup: Lookup, adas: FakeVideos, caller: Caller
) -> None:
    assert lookup(VIDEO_ID, adas, caller).video_id == VIDEO_ID


@each_lookup
@pytest.mark.parametrize("is_deleted", [False, True])
@pytest.mark.parametrize("caller", [BOB, OTHERS_GRANT, Caller("", ADA.scopes)])
def test_another_owners_video_is_as_unknown_as_none(
    lookup: Lookup, adas: FakeVideos, caller: Caller, is_deleted: bool
) -> None:
    if is_deleted:
        adas.delete(VIDEO_ID)
    with pytest.raises(RequestRefused) as caught:
        lookup(VIDEO_ID, adas, caller)
    with pytest.raises(RequestRefused) as of_none:
        lookup(UNKNOWN_ID, FakeVideos(), caller)
    assert (caught.value.status, caught.value.code) == (404, "unknown_video")
    assert caught.value.detail == of_none.value.detail.replace(UNKNOWN_ID, VIDEO_ID)
