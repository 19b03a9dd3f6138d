from dataclasses import dataclass

import pytest

from reelway import keys
from reelway.errors import RequestRefused, StorageFailed
from reelway.video import State, is_video_id
from tests.support.doubles.fakes.storage import FakeBucket
from tests.support.doubles.fakes.videos import FakeVideos
from upload.receiving import DIRECT_ROUTE, direct_form, receive


def test_a_file_is_stored_and_recorded_under_the_new_id() -> None:
    uploads, videos = FakeBucket(), FakeVideos()
    video_id = receive(b"film", uploads=uploads, videos=videos)
    assert is_video_id(video_id)
    assert uploads.read(keys.upload(video_id)) == b"film"
    video = videos.find(video_id)
    assert video
    assert (video.state, video.size_bytes) == (State.UPLOADED, 4)


def test_the_same_file_twice_is_two_videos() -> None:
    uploads, videos = FakeBucket(), FakeVideos()
    assert receive(b"film", uploads=uploads, videos=videos) != receive(
        b"film", uploads=uploads, videos=videos
    )
    assert len(uploads.objects) == len(videos.videos) == 2


def test_a_file_of_exactly_the_limit_is_taken() -> None:
    uploads, videos = FakeBucket(), FakeVideos()
    video_id = receive(bytes(4_400_000), uploads=uploads, videos=videos)
    assert len(uploads.read(keys.upload(video_id)) or b"") == 4_400_000


def test_one_byte_above_the_limit_is_refused_and_leaves_nothing() -> None:
    uploads, videos = FakeBucket(), FakeVideos()
    with pytest.raises(RequestRefused) as caught:
        receive(bytes(4_400_001), uploads=uploads, videos=videos)
    assert (caught.value.status, caught.value.code) == (413, "file_too_large")
    assert all(word in caught.value.detail for word in ("4400001", "4400000", DIRECT_ROUTE))
    assert uploads.objects == {}
    assert videos.videos == {}


def test_nothing_is_recorded_when_the_bucket_refuses() -> None:
    videos = FakeVideos()
    with pytest.raises(StorageFailed):
        receive(b"film", uploads=FakeBucket(refuses=True), videos=videos)
    assert videos.videos == {}


def test_nothing_stays_when_only_the_buckets_answer_was_lost() -> None:
    uploads, videos = FakeBucket(loses_answers=True), FakeVideos()
    with pytest.raises(StorageFailed):
        receive(b"film", uploads=uploads, videos=videos)
    assert uploads.order
    assert (uploads.objects, videos.videos) == ({}, {})


def test_the_file_says_that_its_receiver_records_it() -> None:
    uploads = FakeBucket()
    head = uploads.head(keys.upload(receive(b"film", uploads=uploads, videos=FakeVideos())))
    assert head
    assert head.metadata == keys.RECEIVED


def test_the_file_is_removed_again_when_it_cannot_be_recorded() -> None:
    uploads = FakeBucket()
    with pytest.raises(StorageFailed):
        receive(b"film", uploads=uploads, videos=FakeVideos(refuses=True))
    assert uploads.order
    assert uploads.objects == {}


@dataclass(slots=True)
class _FileFirst(FakeVideos):
    """Refuses to record a video whose file is not there yet."""

    uploads: FakeBucket | None = None

    def create(self, video_id: str, *, size_bytes: int) -> None:
        assert self.uploads
        assert len(self.uploads.read(keys.upload(video_id)) or b"") == size_bytes
        FakeVideos.create(self, video_id, size_bytes=size_bytes)


def test_the_file_is_stored_before_it_is_recorded() -> None:
    uploads = FakeBucket()
    videos = _FileFirst(uploads=uploads)
    receive(b"film", uploads=uploads, videos=videos)
    assert len(videos.videos) == 1


def test_a_direct_upload_gets_a_form_for_one_new_key() -> None:
    form = direct_form(uploads=FakeBucket(), max_bytes=5_000)
    assert set(form) == {"method", "url", "fields", "expires"}
    assert form["method"] == "POST"
    fields = form["fields"]
    assert isinstance(fields, dict)
    assert keys.video_of_upload(fields["key"])
    assert fields["policy"] == f"1..5000 bytes within {form['expires']} s"
