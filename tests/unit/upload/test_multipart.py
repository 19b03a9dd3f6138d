from dataclasses import dataclass, field
from datetime import timedelta
from http import HTTPStatus
from typing import Any

import pytest

from reelway import keys
from reelway.adapters.s3 import S3Bucket
from reelway.adapters.s3_multipart import S3PartUploads
from reelway.caller import ANYBODY, Caller, Scope
from reelway.details import Details
from reelway.errors import RequestRefused, StorageFailed
from reelway.ports.storage import Part
from reelway.quotas import Quotas
from reelway.timestamps import later
from reelway.video import State, is_video_id
from tests.support.doubles import moto_aws
from tests.support.doubles.fakes.allowances import FakeLedger, allowances, anything
from tests.support.doubles.fakes.pending import FakePending
from tests.support.doubles.fakes.videos import FakeVideos
from tests.support.samples import VIDEO_ID
from upload.allowances import Allowances
from upload.multipart import BegunUpload, MultipartUploads
from upload.part_lists import MAX_PARTS, MAX_URLS

MIB = 2**20
FIRST, LAST = b"a" * 5 * MIB, b"the end"


@dataclass
class UploadsSetup:
    """A real adapter on moto's S3, and a client that sends parts to it."""

    client: Any
    max_bytes: int = 6 * MIB
    videos: FakeVideos = field(default_factory=FakeVideos)
    ledger: FakeLedger = field(default_factory=FakeLedger)
    quotas: Quotas = field(default_factory=Quotas)

    def __post_init__(self) -> None:
        self.pending = FakePending(self.videos)

    @property
    def allowances(self) -> Allowances:
        return allowances(self.pending, max_bytes=self.max_bytes, quotas=self.quotas, ledger=self.ledger)

    @property
    def multipart(self) -> MultipartUploads:
        bucket = S3Bucket(self.client, moto_aws.UPLOADS)
        parts = S3PartUploads(self.client, moto_aws.UPLOADS)
        return MultipartUploads(parts, bucket, self.videos, self.allowances)

    def begin(self, kind: object = "video/mp4", **about: Any) -> BegunUpload:
        return self.multipart.begin(kind, anything(self.allowances), **about)

    def send(self, begun: BegunUpload, number: int, body: bytes) -> Part:
        answer = self.client.upload_part(
            Bucket=moto_aws.UPLOADS, Key=begun.key, UploadId=begun.upload_id, PartNumber=number, Body=body
        )
        return Part(number, answer["ETag"])

    def sent(self, *bodies: bytes) -> tuple[BegunUpload, list[Part]]:
        begun = self.begin()
        return begun, [self.send(begun, number, body) for number, body in enumerate(bodies, 1)]

    @property
    def looked_for(self) -> list[str]:
        return [upload.video_id for upload in self.pending.due("9999")]

    def complete(self, begun: BegunUpload, parts: list[Part]) -> str:
        return self.multipart.complete(begun.key, begun.upload_id, parts, ANYBODY)


@pytest.fixture
def setup(mocked_aws: None) -> UploadsSetup:
    moto_aws.make_buckets()
    return UploadsSetup(moto_aws.client("s3"))


def refused(call: Any, *arguments: Any) -> tuple[int, str]:
    with pytest.raises(RequestRefused) as caught:
        call(*arguments)
    return caught.value.status, caught.value.code


def test_a_file_that_is_said_to_be_too_large_is_not_begun(setup: UploadsSetup) -> None:
    with pytest.raises(RequestRefused) as caught:
        setup.begin(size_bytes=6 * MIB + 1)
    assert (caught.value.status, caught.value.code) == (413, "file_too_large")
    assert "Uploads" not in setup.client.list_multipart_uploads(Bucket=moto_aws.UPLOADS)


@pytest.mark.parametrize("size_bytes", [6 * MIB, "much", None, -1])
def test_a_size_that_is_not_known_to_be_too_large_is_begun(setup: UploadsSetup, size_bytes: object) -> None:
    assert setup.begin(size_bytes=size_bytes).upload_id


def test_an_upload_in_parts_is_looked_for_until_it_is_completed(setup: UploadsSetup) -> None:
    begun, parts = setup.sent(LAST)
    [upload] = setup.pending.due("9999")
    assert upload.video_id == begun.video_id
    # S3 ends it up to three days after it began: two, and the rest of the third by UTC.
    assert upload.expected_until > later(upload.created_at, timedelta(days=3))
    setup.complete(begun, parts)
    assert setup.looked_for == []


def test_no_upload_is_begun_that_nobody_would_look_for(setup: UploadsSetup) -> None:
    setup.pending.refuses = True
    with pytest.raises(StorageFailed):
        setup.begin()
    assert "Uploads" not in setup.client.list_multipart_uploads(Bucket=moto_aws.UPLOADS)


def test_an_upload_that_is_aborted_is_not_looked_for_any_more(setup: UploadsSetup) -> None:
    begun, _ = setup.sent(LAST)
    setup.multipart.abort(begun.key, begun.upload_id, ANYBODY)
    assert setup.looked_for == []


def test_an_upload_is_aborted_even_if_that_cannot_be_noted(setup: UploadsSetup) -> None:
    begun, _ = setup.sent(LAST)
    setup.pending.refuses = True
    setup.multipart.abort(begun.key, begun.upload_id, ANYBODY)
    assert refused(setup.multipart.stored_parts, begun.key, begun.upload_id, ANYBODY) == (
        404,
        "unknown_upload",
    )


def test_the_server_makes_the_key_and_keeps_the_files_type(setup: UploadsSetup) -> None:
    begun, parts = setup.sent(LAST)
    setup.complete(begun, parts)
    assert is_video_id(begun.video_id)
    assert begun.key == keys.upload(begun.video_id)
    assert setup.client.head_object(Bucket=moto_aws.UPLOADS, Key=begun.key)["ContentType"] == "video/mp4"


@pytest.mark.parametrize("kind", ["", "video", "video/mp4\r\nx-evil: 1", "vidéo/mp4", "a" * 300, None, 1])
def test_an_invalid_media_type_is_ignored(setup: UploadsSetup, kind: object) -> None:
    begun = setup.begin(kind)
    setup.complete(begun, [setup.send(begun, 1, LAST)])
    stored = setup.client.head_object(Bucket=moto_aws.UPLOADS, Key=begun.key)
    assert stored["ContentType"] == "application/octet-stream"


def test_a_completed_upload_is_a_recorded_video_of_all_its_parts(setup: UploadsSetup) -> None:
    begun, parts = setup.sent(FIRST, LAST)
    assert setup.complete(begun, parts[::-1]) == begun.video_id
    body = setup.client.get_object(Bucket=moto_aws.UPLOADS, Key=begun.key)["Body"].read()
    assert body == FIRST + LAST
    video = setup.videos.videos[begun.video_id]
    assert (video.state, video.size_bytes) == (State.UPLOADED, len(body))


def test_completing_twice_gives_the_same_answer(setup: UploadsSetup) -> None:
    begun, parts = setup.sent(FIRST, LAST)
    assert setup.complete(begun, parts) == setup.complete(begun, parts) == begun.video_id


def test_a_record_that_was_lost_with_the_answer_is_made_by_the_second_attempt(setup: UploadsSetup) -> None:
    begun, parts = setup.sent(LAST)
    setup.complete(begun, parts)
    setup.videos.videos.clear()
    setup.complete(begun, parts)
    assert setup.videos.videos[begun.video_id].size_bytes == len(LAST)


def test_what_has_arrived_is_listed_so_that_a_client_can_go_on(setup: UploadsSetup) -> None:
    begun, parts = setup.sent(FIRST, LAST)
    listed = setup.multipart.stored_parts(begun.key, begun.upload_id, ANYBODY)
    assert [(part.number, part.etag) for part in listed] == [(part.number, part.etag) for part in parts]
    assert [part.size_bytes for part in listed] == [len(FIRST), len(LAST)]


def test_urls_are_presigned_for_one_part_each(setup: UploadsSetup) -> None:
    begun = setup.begin("")
    urls = setup.multipart.urls(begun.key, begun.upload_id, [1, 2], ANYBODY)
    assert set(urls) == {1, 2}
    assert "partNumber=2" in urls[2]
    assert "X-Amz-Expires=900" in urls[2]


@pytest.mark.parametrize("numbers", [[0], [3], [MAX_PARTS + 1], [-1], [], list(range(1, MAX_URLS + 2))])
def test_part_numbers_that_no_file_here_has_are_400(setup: UploadsSetup, numbers: list[int]) -> None:
    begun = setup.begin("")
    found = refused(setup.multipart.urls, begun.key, begun.upload_id, numbers, ANYBODY)
    assert found == (400, "bad_part_numbers")


@pytest.mark.parametrize(
    "key", ["uploads/clip.mp4", "jobs/x", "../uploads/x", "uploads/3F0E8F3A-4C39-4EA1-9D1F-27A4F1F4B0C7"]
)
def test_a_key_that_is_not_ours_is_400(setup: UploadsSetup, key: str) -> None:
    begun, parts = setup.sent(LAST)
    multipart, upload_id = setup.multipart, begun.upload_id
    assert refused(multipart.urls, key, upload_id, [1], ANYBODY) == (400, "bad_key")
    assert refused(multipart.stored_parts, key, upload_id, ANYBODY) == (400, "bad_key")
    assert refused(multipart.complete, key, upload_id, parts, ANYBODY) == (400, "bad_key")
    assert refused(multipart.abort, key, upload_id, ANYBODY) == (400, "bad_key")
    assert refused(multipart.abort, "", upload_id, ANYBODY) == (400, "no_key")


def test_an_upload_that_never_began_is_404_everywhere(setup: UploadsSetup) -> None:
    begun, parts = setup.sent(LAST)
    multipart, foreign = setup.multipart, begun.upload_id[::-1]
    assert refused(multipart.urls, begun.key, foreign, [1], ANYBODY) == (404, "unknown_upload")
    assert refused(multipart.stored_parts, begun.key, foreign, ANYBODY) == (404, "unknown_upload")
    assert refused(multipart.complete, begun.key, foreign, parts, ANYBODY) == (404, "unknown_upload")
    assert refused(multipart.abort, begun.key, foreign, ANYBODY) == (404, "unknown_upload")
    assert setup.videos.videos == {}


def test_other_parts_than_those_of_the_finished_file_are_404(setup: UploadsSetup) -> None:
    begun, parts = setup.sent(FIRST, LAST)
    setup.complete(begun, parts)
    assert refused(setup.complete, begun, parts[:1]) == (404, "unknown_upload")
    assert refused(setup.complete, begun, [Part(1, '"x"')]) == (404, "unknown_upload")


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ([], "bad_part_numbers"),
        ([Part(1, '"a"'), Part(1, '"a"')], "bad_part_numbers"),
        ([Part(n, '"a"') for n in range(1, MAX_PARTS + 2)], "bad_part_numbers"),
        ([Part(2, '"a"')], "invalid_part"),
        ([Part(1, '"a"')], "invalid_part"),
    ],
)
def test_a_list_of_parts_that_cannot_be_is_400_and_the_upload_goes_on(
    setup: UploadsSetup, parts: list[Part], code: str
) -> None:
    begun, stored = setup.sent(LAST)
    assert refused(setup.complete, begun, parts) == (400, code)
    assert setup.complete(begun, stored) == begun.video_id


def test_a_small_part_before_the_last_is_400(setup: UploadsSetup) -> None:
    begun, parts = setup.sent(LAST, LAST)
    assert refused(setup.complete, begun, parts) == (400, "part_too_small")


def test_too_large_a_file_is_413_and_forgotten(setup: UploadsSetup) -> None:
    begun, parts = setup.sent(FIRST, FIRST)
    assert refused(setup.complete, begun, parts) == (413, "file_too_large")
    assert setup.looked_for == []
    assert refused(setup.multipart.stored_parts, begun.key, begun.upload_id, ANYBODY) == (
        404,
        "unknown_upload",
    )
    assert setup.videos.videos == {}


def test_an_empty_file_is_400(setup: UploadsSetup) -> None:
    begun, parts = setup.sent(b"")
    assert refused(setup.complete, begun, parts) == (400, "empty_file")


def test_an_aborted_upload_is_gone(setup: UploadsSetup) -> None:
    begun, parts = setup.sent(LAST)
    setup.multipart.abort(begun.key, begun.upload_id, ANYBODY)
    assert refused(setup.complete, begun, parts) == (404, "unknown_upload")
    assert refused(setup.multipart.abort, begun.key, begun.upload_id, ANYBODY) == (404, "unknown_upload")


def test_no_more_parts_are_signed_when_more_is_stored_than_a_file_may_have(setup: UploadsSetup) -> None:
    """And what is stored is removed at once."""
    begun, _ = setup.sent(FIRST, FIRST)
    assert refused(setup.multipart.urls, begun.key, begun.upload_id, [2], ANYBODY) == (413, "file_too_large")
    assert "Uploads" not in setup.client.list_multipart_uploads(Bucket=moto_aws.UPLOADS)
    assert refused(setup.multipart.urls, begun.key, begun.upload_id, [2], ANYBODY) == (404, "unknown_upload")


def test_parts_whose_declared_sizes_would_be_too_much_are_not_signed(setup: UploadsSetup) -> None:
    begun, _ = setup.sent(FIRST)

    def sign(numbers: list[int], size_bytes: int) -> dict[int, str]:
        return setup.multipart.urls(begun.key, begun.upload_id, numbers, ANYBODY, size_bytes=size_bytes)

    assert set(sign([2], MIB)) == {2}
    assert set(sign([1], 6 * MIB)) == {1}  # which takes the place of what is stored
    for numbers, size_bytes in (([2], MIB + 1), ([1, 2], 4 * MIB)):
        assert refused(sign, numbers, size_bytes) == (413, "file_too_large")
    assert setup.multipart.stored_parts(begun.key, begun.upload_id, ANYBODY)  # the upload goes on


def test_a_declared_size_is_signed(setup: UploadsSetup) -> None:
    begun, _ = setup.sent()
    sized, any_size = (
        setup.multipart.urls(begun.key, begun.upload_id, [1], ANYBODY, size_bytes=size)[1]
        for size in (7, None)
    )
    assert "SignedHeaders=content-length%3Bhost" in sized
    assert "SignedHeaders=host" in any_size


def test_an_upload_in_parts_replaces_no_object(setup: UploadsSetup) -> None:
    begun, parts = setup.sent(LAST)
    setup.client.put_object(Bucket=moto_aws.UPLOADS, Key=begun.key, Body=b"accepted")
    assert refused(setup.complete, begun, parts) == (404, "unknown_upload")
    stored = setup.client.get_object(Bucket=moto_aws.UPLOADS, Key=begun.key)["Body"].read()
    assert stored == b"accepted"


HOLDER = Caller("alice", frozenset({Scope.UPLOAD, Scope.READ}), VIDEO_ID)


@pytest.fixture
def granted(setup: UploadsSetup) -> UploadsSetup:
    """A grant for a file of 6 MiB."""
    setup.max_bytes = 100 * MIB
    details = Details("alice", max_bytes=6 * MIB, granted_until="2026-01-01T01:00:00Z")
    setup.pending.expect(VIDEO_ID, within=timedelta(hours=1), details=details)
    return setup


def by_grant(setup: UploadsSetup, size_bytes: object = 6 * MIB) -> BegunUpload:
    allowed = setup.allowances.of(Details("alice"), HOLDER)
    return setup.multipart.begin("video/mp4", allowed, size_bytes=size_bytes)


@pytest.mark.parametrize("size_bytes", [None, 0, -1, "6", True])
def test_a_grant_asks_for_the_size_of_the_file(granted: UploadsSetup, size_bytes: object) -> None:
    assert refused(by_grant, granted, size_bytes) == (400, "bad_size")


def test_a_grant_takes_no_larger_file(granted: UploadsSetup) -> None:
    assert refused(by_grant, granted, 6 * MIB + 1) == (413, "file_too_large")


def test_by_a_grant_each_part_is_signed_with_its_length(granted: UploadsSetup) -> None:
    begun = by_grant(granted)
    urls = granted.multipart.urls(begun.key, begun.upload_id, [1, 2], HOLDER)
    assert all("content-length" in url for url in urls.values())
    for number, size, code in ((3, None, "bad_part_numbers"), (2, 9, "bad_size")):
        with pytest.raises(RequestRefused) as caught:
            granted.multipart.urls(begun.key, begun.upload_id, [number], HOLDER, size_bytes=size)
        assert (caught.value.status, caught.value.code) == (400, code)


def test_a_grant_that_begins_again_ends_what_it_began_before(granted: UploadsSetup) -> None:
    first = by_grant(granted)
    granted.send(first, 1, FIRST)
    second = by_grant(granted)
    known = granted.client.list_multipart_uploads(Bucket=moto_aws.UPLOADS)["Uploads"]
    assert [upload["UploadId"] for upload in known] == [second.upload_id]
    for upload_id in (first.upload_id, "another"):
        assert refused(granted.multipart.stored_parts, first.key, upload_id, HOLDER)[0] == 404


def test_of_two_uploads_that_a_grant_begins_at_once_one_stays(granted: UploadsSetup) -> None:
    allowed = granted.allowances.of(Details("alice"), HOLDER)
    begun = granted.multipart.begin("video/mp4", allowed, size_bytes=9)
    with pytest.raises(RequestRefused) as caught:
        granted.multipart.begin("video/mp4", allowed, size_bytes=9)
    assert (caught.value.status, caught.value.code) == (409, "upload_in_progress")
    known = granted.client.list_multipart_uploads(Bucket=moto_aws.UPLOADS)["Uploads"]
    assert [upload["UploadId"] for upload in known] == [begun.upload_id]


def test_a_grant_whose_upload_was_aborted_may_begin_again(granted: UploadsSetup) -> None:
    begun = by_grant(granted)
    granted.multipart.abort(begun.key, begun.upload_id, HOLDER)
    assert by_grant(granted).video_id == VIDEO_ID
    assert granted.looked_for == [VIDEO_ID]


def test_a_grant_is_used_once(granted: UploadsSetup) -> None:
    begun = by_grant(granted, len(LAST))
    parts = [granted.send(begun, 1, LAST)]
    for _ in range(2):  # the first answer may be lost
        assert granted.multipart.complete(begun.key, begun.upload_id, parts, HOLDER) == VIDEO_ID
    assert refused(by_grant, granted) == (409, "grant_used")


def test_where_bytes_are_counted_a_file_has_no_more_than_it_was_declared(setup: UploadsSetup) -> None:
    setup.quotas = Quotas(bytes_per_day=100 * MIB)
    begun = setup.begin(size_bytes=3)
    parts = [setup.send(begun, 1, LAST)]
    assert refused(setup.complete, begun, parts) == (413, "file_too_large")


def test_an_upload_that_quotas_leave_no_room_for_is_not_begun(setup: UploadsSetup) -> None:
    setup.ledger.refusal = RequestRefused(HTTPStatus.TOO_MANY_REQUESTS, "quota_exceeded", "Later.")
    assert refused(setup.begin) == (429, "quota_exceeded")
    assert setup.looked_for == []
    assert "Uploads" not in setup.client.list_multipart_uploads(Bucket=moto_aws.UPLOADS)


def test_a_grant_that_quotas_leave_no_room_for_stays(granted: UploadsSetup) -> None:
    granted.ledger.refusal = RequestRefused(HTTPStatus.TOO_MANY_REQUESTS, "quota_exceeded", "Later.")
    assert refused(by_grant, granted) == (429, "quota_exceeded")
    granted.ledger.refusal = None
    assert by_grant(granted).video_id == VIDEO_ID
    assert granted.ledger.counted == {VIDEO_ID: ("alice", 6 * MIB)}
