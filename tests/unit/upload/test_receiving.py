from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any

import pytest

from reelway import keys
from reelway.details import Details
from reelway.errors import RequestRefused, StorageFailed
from reelway.video import State, is_video_id
from tests.support.doubles.fakes import REFUSED
from tests.support.doubles.fakes.allowances import FakeLedger, allowances, anything
from tests.support.doubles.fakes.pending import FakePending
from tests.support.doubles.fakes.storage import FakeBucket
from tests.support.doubles.fakes.videos import FakeVideos
from tests.support.samples import VIDEO_ID
from upload.allowances import Allowance
from upload.receiving import DIRECT_ROUTE, Receiver, checked

ANYTHING = Allowance(VIDEO_ID, Details(), max_bytes=5 * 2**30)


@dataclass
class ReceiverSetup:
    uploads: FakeBucket = field(default_factory=FakeBucket)
    videos: FakeVideos = field(default_factory=FakeVideos)

    def __post_init__(self) -> None:
        self.pending = FakePending(self.videos)
        self.ledger = FakeLedger()
        self.allowances = allowances(self.pending, max_bytes=5_000, ledger=self.ledger)
        self.receiver = Receiver(self.uploads, self.videos, self.allowances)

    def receive(self, file: bytes) -> str:
        return self.receiver.receive(file, anything(self.allowances))

    def form(self) -> dict[str, Any]:
        return self.receiver.direct_form(anything(self.allowances))

    @property
    def looked_for(self) -> list[str]:
        return [upload.video_id for upload in self.pending.due("9999")]

    def expected_within(self, video_id: str) -> timedelta:
        upload = self.pending.uploads[video_id]
        return datetime.fromisoformat(upload.expected_until) - datetime.fromisoformat(upload.created_at)


@pytest.fixture
def setup() -> ReceiverSetup:
    return ReceiverSetup()


def test_a_file_is_stored_and_recorded_under_the_new_id(setup: ReceiverSetup) -> None:
    video_id = setup.receive(b"film")
    assert is_video_id(video_id)
    assert setup.uploads.read(keys.upload(video_id)) == b"film"
    video = setup.videos.find(video_id)
    assert video
    assert (video.state, video.size_bytes) == (State.UPLOADED, 4)


def test_the_same_file_twice_is_two_videos(setup: ReceiverSetup) -> None:
    assert setup.receive(b"film") != setup.receive(b"film")
    assert len(setup.uploads.objects) == len(setup.videos.videos) == 2


def test_a_file_of_exactly_the_limit_is_taken() -> None:
    assert len(checked(bytes(4_400_000), ANYTHING)) == 4_400_000


def test_one_byte_above_the_limit_is_refused() -> None:
    with pytest.raises(RequestRefused) as caught:
        checked(bytes(4_400_001), ANYTHING)
    assert (caught.value.status, caught.value.code) == (413, "file_too_large")
    assert all(word in caught.value.detail for word in ("4400001", "4400000", DIRECT_ROUTE))


def test_nothing_is_recorded_when_the_bucket_refuses(setup: ReceiverSetup) -> None:
    setup.uploads.refuses = True
    with pytest.raises(StorageFailed):
        setup.receive(b"film")
    assert setup.videos.videos == {}


def test_nothing_stays_when_only_the_buckets_answer_was_lost(setup: ReceiverSetup) -> None:
    setup.uploads.loses_answers = True
    with pytest.raises(StorageFailed):
        setup.receive(b"film")
    assert setup.uploads.order
    assert (setup.uploads.objects, setup.videos.videos) == ({}, {})


def test_the_file_says_that_its_receiver_records_it(setup: ReceiverSetup) -> None:
    head = setup.uploads.head(keys.upload(setup.receive(b"film")))
    assert head
    assert head.metadata == keys.RECEIVED


def test_the_file_is_removed_again_when_it_cannot_be_recorded(setup: ReceiverSetup) -> None:
    setup.videos.refuses = True
    with pytest.raises(StorageFailed):
        setup.receive(b"film")
    assert setup.uploads.order
    assert setup.uploads.objects == {}


@dataclass(slots=True)
class _Ordered(FakeBucket):
    """Takes only files whose upload is expected, and lets none be recorded before it is stored."""

    pending: FakePending | None = None

    def put(self, key: str, *asked: bytes, **more: object) -> None:
        assert self.pending
        [expected] = self.pending.due("9999")
        assert key == keys.upload(expected.video_id)
        assert self.pending.videos.videos == {}
        FakeBucket.put(self, key, *asked, **more)  # type: ignore[arg-type]


def test_an_upload_is_expected_before_it_is_stored_and_recorded_after_that() -> None:
    setup = ReceiverSetup(uploads := _Ordered())
    uploads.pending = setup.pending
    video_id = setup.receive(b"film")
    assert setup.videos.find(video_id)
    assert setup.looked_for == []


class _Kept(FakeBucket):
    """Deletes nothing."""

    def delete(self, key: str) -> None:
        raise REFUSED


def test_a_file_that_could_neither_be_recorded_nor_deleted_is_looked_for() -> None:
    setup = ReceiverSetup(_Kept(), FakeVideos(refuses=True))
    with pytest.raises(StorageFailed):
        setup.receive(b"film")
    [key] = setup.uploads.objects
    assert [keys.upload(video_id) for video_id in setup.looked_for] == [key]


def test_an_upload_that_cannot_be_expected_is_not_stored(setup: ReceiverSetup) -> None:
    setup.pending.refuses = True
    for receive in (
        lambda file: setup.receive(file),
        lambda file: setup.receiver.receive_as(VIDEO_ID, file, Details()),
    ):
        with pytest.raises(StorageFailed):
            receive(b"film")
    assert setup.uploads.order == []


def test_a_request_that_may_be_repeated_is_received_once(setup: ReceiverSetup) -> None:
    for _ in range(2):
        setup.receiver.receive_as(VIDEO_ID, b"film", Details())
    assert setup.uploads.order == [keys.upload(VIDEO_ID)]
    assert list(setup.videos.videos) == [VIDEO_ID]


def test_a_request_whose_first_try_failed_ends_at_its_repeat(setup: ReceiverSetup) -> None:
    setup.videos.refuses = True
    with pytest.raises(StorageFailed):
        setup.receiver.receive_as(VIDEO_ID, b"film", Details())
    assert setup.looked_for == [VIDEO_ID]
    assert setup.expected_within(VIDEO_ID) > timedelta(days=1)
    setup.videos.refuses = False
    setup.receiver.receive_as(VIDEO_ID, b"film", Details())
    assert setup.videos.find(VIDEO_ID)


def test_a_repeat_brings_no_deleted_video_back(setup: ReceiverSetup) -> None:
    setup.receiver.receive_as(VIDEO_ID, b"film", Details())
    setup.videos.delete(VIDEO_ID)
    setup.uploads.delete(keys.upload(VIDEO_ID))
    setup.receiver.receive_as(VIDEO_ID, b"film", Details())
    assert (setup.uploads.objects, setup.videos.videos) == ({}, {})


def test_a_direct_upload_gets_a_form_for_one_new_key(setup: ReceiverSetup) -> None:
    form = setup.form()
    assert set(form) == {"method", "url", "fields", "expires"}
    assert form["method"] == "POST"
    fields = form["fields"]
    assert isinstance(fields, dict)
    assert keys.video_of_upload(fields["key"])
    assert fields["policy"] == f"1..5000 bytes within {form['expires']} s"


def test_an_upload_by_form_is_looked_for_from_the_moment_its_form_is_given_out(setup: ReceiverSetup) -> None:
    fields = setup.form()["fields"]
    assert isinstance(fields, dict)
    [video_id] = setup.looked_for
    assert fields["key"] == keys.upload(video_id)
    assert setup.expected_within(video_id) > timedelta(days=1)


def test_no_form_is_given_out_for_an_upload_that_nobody_would_look_for(setup: ReceiverSetup) -> None:
    setup.pending.refuses = True
    with pytest.raises(StorageFailed):
        setup.form()


def test_a_repeated_upload_that_quotas_leave_no_room_for_stays_expected(setup: ReceiverSetup) -> None:
    """Its file may be stored already: maintenance must know of it."""
    setup.ledger.refusal = RequestRefused(HTTPStatus.TOO_MANY_REQUESTS, "quota_exceeded", "Later.")
    with pytest.raises(RequestRefused):
        setup.receiver.receive_as(VIDEO_ID, b"film", Details())
    assert setup.looked_for == [VIDEO_ID]
    with pytest.raises(RequestRefused):
        setup.receive(b"film")
    assert setup.looked_for == [VIDEO_ID]
    assert setup.uploads.objects == {}


def test_a_form_takes_no_more_than_the_file_is_declared_to_have(setup: ReceiverSetup) -> None:
    allowed = anything(setup.allowances)
    fields: Any = setup.receiver.direct_form(allowed, size_bytes=7)["fields"]
    assert fields["policy"].startswith("1..7 bytes")
